"""What can be done with chosen studies, one or several, in words that say how many and whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import date_words, name_words, size_words, study_words
from app.window.appearance.person_buttons import given_name, named, one_kind, send_text, share_text
from app.window.places.shelf import copies_words
from app.window.places.shelf.words import whose
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from dicom.amounts import NOTHING, amount_words
from library.ui.entries import MenuWords, SeveralPreview

if TYPE_CHECKING:
    from library.index.rows import StudyRow

NAMES_SHOWN = 4
LINES_SHOWN = 24  # of exams, each by itself: more are read in the list itself, and would halt the window


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Several", text, None, n)


def menu_words_of(keys: tuple[str, ...], rows: Sequence[StudyRow]) -> MenuWords:
    """Write the menu of chosen studies; only one at a time is opened, sent or shared."""
    if len(rows) != 1:
        return MenuWords(keys, bin=bin_words(rows))
    (row,) = rows
    has_uid = row.study_instance_uid is not None  # nothing is sent, or shared, without
    return MenuWords(
        keys,
        words("Open"),
        copies_words.button_words(row.conflicts, 0),
        send_text(row.patient_name, row.modalities) if has_uid and row.uploaded != "complete" else "",
        share_text(row.patient_name, row.modalities) if has_uid else "",
        words("Move {whose} to the bin").format(whose=named(row.patient_name, one_kind(row.modalities))),
    )


def several_of(keys: tuple[str, ...], rows: Sequence[StudyRow]) -> SeveralPreview:
    """Write what is chosen, person by person."""
    persons = by_person(rows)
    amount, size = sum((row.amount for row in rows), start=NOTHING), sum(row.bytes for row in rows)
    mixed = words("These are exams of %n persons. Look whose they are before you go on.", len(persons))
    return SeveralPreview(
        keys,
        _title(rows, persons),
        _named(persons),
        f"{amount_words(amount, counted_said)} · {size_words(size)}",
        words("To open, send or share one of them, choose it alone: exams are sent and shared one by one."),
        mixed if len(persons) > 1 else "",
        words("Move %n exam(s) to the bin", len(rows)) if len(persons) > 1 else bin_words(rows),
        _more_words(persons),
    )


def _named(persons: Sequence[Sequence[StudyRow]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name exams under their persons, as many as are shown."""
    named: list[tuple[str, tuple[str, ...]]] = []
    left = LINES_SHOWN
    for rows in persons:
        if left > 0:
            named.append((whose(rows[0]), tuple(_line(row) for row in rows[:left])))
        left -= len(rows)
    return tuple(named)


def _more_words(persons: Sequence[Sequence[StudyRow]]) -> str:
    """Say how many exams are chosen besides those that are named; "" where all are."""
    left = sum(map(len, persons)) - LINES_SHOWN
    return words("And %n more exam(s): all that are chosen are marked in the list.", left) if left > 0 else ""


def bin_words(rows: Sequence[StudyRow]) -> str:
    """Write the button that moves several studies to the bin: how many, and whose."""
    persons = by_person(rows)
    name = given_name(rows[0].patient_name)
    if len(persons) == 1 and name:
        said = words("Move {name}'s %n exam(s) to the bin", len(rows))
        return said.format(name=isolated(name))
    if len(persons) == 1:
        return words("Move these %n exam(s) to the bin", len(rows))
    said = words("Move {exams} of %n persons to the bin", len(persons))
    return said.format(exams=words("%n exam(s)", len(rows)))


def whose_words(rows: Sequence[StudyRow]) -> str:
    """Say how many studies of whom, each person by the whole name with the number of theirs."""
    persons = by_person(rows)
    exams = words("%n exam(s)", len(rows))
    if len(persons) == 1:
        return words("{exams} of {name}").format(exams=exams, name=_name(rows[0]))
    named = [f"{_name(one[0])} ({len(one)})" for one in persons[:NAMES_SHOWN]]
    if len(persons) > NAMES_SHOWN:
        named.append(words("and %n more", len(persons) - NAMES_SHOWN))
    said = words("{exams} of %n persons: {names}", len(persons))
    return said.format(exams=exams, names=", ".join(named))


def by_person(rows: Sequence[StudyRow]) -> list[list[StudyRow]]:
    """Put the studies of each person together, as they come."""
    grouped: dict[str, list[StudyRow]] = {}
    for row in rows:
        grouped.setdefault(row.person_key, []).append(row)
    return list(grouped.values())


def _name(row: StudyRow) -> str:
    return isolated(name_words(row.patient_name, guessed=row.name_guessed))


def _line(row: StudyRow) -> str:
    what = isolated(study_words(row.study_description, row.modalities))
    return f"{date_words(row.study_date)} · {what} · {amount_words(row.amount, counted_said)}"


def _title(rows: Sequence[StudyRow], persons: Sequence[Sequence[StudyRow]]) -> str:
    """Name what is chosen; several persons are named below, each with theirs."""
    if len(persons) == 1:
        return whose_words(rows)
    return words("{exams} of %n persons", len(persons)).format(exams=words("%n exam(s)", len(rows)))
