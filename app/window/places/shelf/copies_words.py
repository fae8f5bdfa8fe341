"""Versions of one image that are not the same, in the words of "My shelf"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import kind_words, size_words, stamp_words
from core.language.isolates import isolated
from library.ui.entries import CopyGroup, CopySide

if TYPE_CHECKING:
    from library.index.rows import TwinRow


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Copies", text, None, n)


def button_words(conflicts: int, decided: int) -> str:
    """Say what the button at a study does; empty where there is nothing to compare."""
    if conflicts:
        return words("Compare versions")
    return words("Your choice of versions") if decided else ""


def copy_group(uid: str, twins: Sequence[TwinRow]) -> CopyGroup:
    """Write the copies under one number, those first that count."""
    decided = any(one.aside for one in twins) and sum(not one.aside for one in twins) == 1
    ordered = sorted(twins, key=lambda one: (one.aside is not None, one.imported_at, one.sha256))
    first = ordered[0]
    title = kind_words([first.modality or ""])
    if first.instance_number is not None:
        title = words("{kind}, image {number}").format(kind=title, number=first.instance_number)
    said = words("You chose one of them. It is the one that is shown and sent.") if decided else ""
    sides = tuple(_side(number, one, decided) for number, one in enumerate(ordered, 1))
    return CopyGroup(uid, title, sides, decided, said)


def _side(number: int, one: TwinRow, decided: bool) -> CopySide:
    title = words("Version {number}").format(number=number)
    if decided:
        title = words("This one counts") if not one.aside else words("Set aside")
    source = words("From {source}").format(source=isolated(one.source)) if one.source else ""
    facts = [
        source,
        one.source_path,
        size_words(one.size),
        words("On your shelf since {when}").format(when=stamp_words(one.imported_at)),
        words("This version is damaged.") if one.damaged else "",
    ]
    return CopySide(one.sha256, title, tuple(fact for fact in facts if fact), counts=decided and not one.aside)
