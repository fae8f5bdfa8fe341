"""What exams lie on a disc, in one line of its card: kinds and days, for whoever sorts discs by them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import date_words
from dicom.people.dates import parse_date
from importer.ui.summary import PersonLine

KINDS_SHOWN = 3
DAYS_SHOWN = 2


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Discs", text, None, n)


def exam_facts(persons: Sequence[PersonLine]) -> str:
    """Write "CT, Ultrasound · 12 March 2019", of many days the first and the last; "" where there is nothing."""
    studies = [study for person in persons for study in person.studies]
    kinds = list(dict.fromkeys(kind for study in studies for kind in study.kinds))
    return " · ".join(part for part in (_kinds(kinds), _days([study.day for study in studies])) if part)


def _kinds(kinds: Sequence[str]) -> str:
    said = ", ".join(kinds[:KINDS_SHOWN])
    if len(kinds) <= KINDS_SHOWN:
        return said
    return words("{kinds} and %n other kind(s)", len(kinds) - KINDS_SHOWN).replace("{kinds}", said)


def _days(days: Sequence[str]) -> str:
    dated = {parsed: day for day in days if (parsed := parse_date(day)) is not None}
    said = [date_words(dated[day]) for day in sorted(dated)]
    if len(said) > DAYS_SHOWN:
        said = [words("{first} to {last}").format(first=said[0], last=said[-1])]
    if len(said) == DAYS_SHOWN:
        said = [words("{first} and {last}").format(first=said[0], last=said[-1])]
    undated = dict.fromkeys(date_words(day) for day in days if parse_date(day) is None)
    return ", ".join([*said, *list(undated)[:DAYS_SHOWN]])
