"""The question before something in the bin is deleted for good: what, how much, whose, and whether it is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import date_words, person_words, size_words
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from dicom.amounts import NOTHING, amount_words
from dicom.study_names import study_name

if TYPE_CHECKING:
    from library.index.rows import BinEntry, DeleteReport

PERSONS_SHOWN = 8


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Bin", text, None, n)


def purge_title(entries: Sequence[BinEntry]) -> str:
    """Ask how much shall be deleted."""
    return words("Delete {what} for good?").format(what=counted_words(entries))


def counted_words(entries: Sequence[BinEntry]) -> str:
    """Say how many exams and parts of exams these are."""
    exams = sum(entry.level == "study" for entry in entries)
    parts = len(entries) - exams
    said = [words("%n exam(s)", exams)] if exams else []
    said += [words("%n part(s) of (an exam|exams)", parts)] if parts else []
    return words("{one} and {other}").format(one=said[0], other=said[1]) if len(said) == 2 else said[0]


def purge_sentences(entries: Sequence[BinEntry]) -> tuple[str, ...]:
    """Say what it is, person by person, what of it nothing says is anywhere else, and that it does not come back."""
    persons: dict[str, list[BinEntry]] = {}
    for entry in entries:
        persons.setdefault(entry.person_key, []).append(entry)
    lines = [_person(found) for found in list(persons.values())[:PERSONS_SHOWN]]
    if len(persons) > PERSONS_SHOWN:
        lines.append(words("and %n more person(s)", len(persons) - PERSONS_SHOWN))
    images, size = sum(entry.instances for entry in entries), sum(entry.bytes for entry in entries)
    together = f"{_amount(entries)}, {size_words(size)}."
    return (*lines, together, _elsewhere(entries, images), words("Nothing brings them back."))


def gone_words(report: DeleteReport, entries: Sequence[BinEntry]) -> str:
    """Say how much is gone of what these entries held."""
    gone = sum((entry.besides for entry in entries), start=NOTHING).among(report.instances)
    said = words("{amount} (is|are) deleted for good.", report.instances)
    return said.format(amount=amount_words(gone, counted_said))


def _person(entries: Sequence[BinEntry]) -> str:
    first = entries[0]
    whose = person_words(first.patient_name, first.patient_birth_date, first.patient_id)
    images = _amount(entries)
    if len(entries) == 1:
        what = isolated(study_name(first.study_description) or words("exam"))
        return f"{whose}: {what}, {date_words(first.study_date)}, {images}"
    return f"{whose}: {counted_words(entries)}, {images}"


def _amount(entries: Sequence[BinEntry]) -> str:
    return amount_words(sum((entry.amount for entry in entries), start=NOTHING), counted_said)


def _elsewhere(entries: Sequence[BinEntry], images: int) -> str:
    """Say for how many images a portal or server once proved that it has them; not that it has them still."""
    lacking = images - sum(entry.proven for entry in entries)
    if not lacking:
        return words("All of them were proven to be at a portal or server when they were sent there.")
    if lacking == images:
        said = words("None of them was ever proven to be at a portal or server: for all this program knows, ")
    else:
        said = words("%n of them (was|were) never proven to be at a portal or server: for all this program knows, ",
                     lacking)  # fmt: skip
    return said + words("this is the only copy. Keep the disc they came from, or put them back.")
