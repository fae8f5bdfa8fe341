"""Buttons that name the person: "Send Anna's CT"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import kind_words
from core.language.isolates import isolated
from dicom.people.names import display_name, parse_name


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Portal", text, None, n)


def given_name(patient_name: str | None) -> str:
    """Give the short name a button can carry: the first given name, else the whole name."""
    for name in parse_name(patient_name):
        first = name.given.split()[:1]
        if first:
            return display_name(f"^{first[0]}")
    return display_name(patient_name)


def send_text(patient_name: str | None, modalities: Sequence[str | None]) -> str:
    """Write the button that sends."""
    name, kind = given_name(patient_name), one_kind(modalities)
    if name:
        return words("Send {name}'s {kind}").format(name=isolated(name), kind=kind)
    return words("Send this {kind}").format(kind=one_exam(modalities))


def share_text(patient_name: str | None, modalities: Sequence[str | None]) -> str:
    """Write the button that shares."""
    name, kind = given_name(patient_name), one_kind(modalities)
    if name:
        return words("Share {name}'s {kind}").format(name=isolated(name), kind=kind)
    return words("Share this {kind}").format(kind=one_exam(modalities))


def named(patient_name: str | None, what: str) -> str:
    """Say whose something is: "Anna's CT", "this CT" where there is no name."""
    name = given_name(patient_name)
    if name:
        return words("{name}'s {what}").format(name=isolated(name), what=what)
    return words("this {what}").format(what=what)


def one_kind(modalities: Sequence[str | None]) -> str:
    """Name the kind of images in one word."""
    return _only_kind(modalities) or words("images")


def one_exam(modalities: Sequence[str | None]) -> str:
    """Name one exam in one word that is followed by "is": its kind, or that it is an exam."""
    return _only_kind(modalities) or words("exam")


def _only_kind(modalities: Sequence[str | None]) -> str:
    """Name the kind where there is one, "" where there are several or it is not known."""
    kind = kind_words(modalities)
    return "" if "," in kind or kind == kind_words(()) else kind
