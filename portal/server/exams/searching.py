"""Exams found by whatever they are called: what was looked at, where, when, and the numbers the practice gave."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.people.dates import parse_date
from portal.server.access.caller import Caller
from portal.server.access.visibility import their_exams, their_studies
from portal.server.base.name_forms import forms_of, words_of
from portal.server.base.tables import ExamRow, PatientRow, PracticeRow, SeriesRow, StudyRow
from portal.server.exams.titles import ScannedSeries, exam_title

LONGEST = 200
_MOST_WORDS = 12
_KEPT = 50_000
# What people call a machine besides the name its exams have here.
_ALSO = {
    "CT": "computertomographie computertomografie scan",
    "MR": "mr mrt kernspin kernspintomographie magnetresonanz",
    "US": "us ultraschall sonographie sonografie sono echo",
    "MG": "mammographie mammografie brust",
    "DX": "röntgen roentgen xray x-ray film",
    "RF": "durchleuchtung röntgen",
    "XA": "angiographie angiografie",
    "NM": "szintigraphie szintigrafie nuklearmedizin",
    "PT": "pet",
    "IO": "zahn zähne zahnröntgen dental",
    "ES": "endoskopie",
    "OP": "auge augen",
    "XC": "foto fotos",
    "BMD": "knochendichte",
}
_MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober")
_GERMAN_MONTHS = (*_MONTHS, "november", "dezember")


def found_exams(session: Session, caller: Caller, sought: str) -> list[str]:
    """Give the ids of the exams somebody may see that fit each of the words, the newest first.

    The number of statements does not grow with that of the exams.
    """
    wanted = [forms_of(word.casefold()) for word in sought[:LONGEST].split()[:_MOST_WORDS]]
    studies, series = _studies(session, caller), _series(session, caller)
    order = (ExamRow.sort_date.desc(), ExamRow.created_at.desc(), ExamRow.id.desc())
    asked = (
        select(ExamRow.id, ExamRow.exam_date, ExamRow.machine, ExamRow.origin, PracticeRow.name, PatientRow.patient_id)
        .join(PatientRow, PatientRow.id == ExamRow.patient)
        .join(PracticeRow, PracticeRow.id == PatientRow.practice)
        .where(their_exams(caller))
        .order_by(*order)
    )
    fits = []
    for key, exam_date, machine, origin, practice, patient_id in session.execute(asked):
        descriptions, numbers = studies.get(key, ((), ()))
        called = _called(machine, tuple(series.get(key, ())), tuple(descriptions))
        place = practice if origin == "practice" else None
        said = (called, *map(_words, (place, patient_id, *numbers)), _days(exam_date))
        if _fits("".join(said), wanted):
            fits.append(key)
    return fits


def _studies(session: Session, caller: Caller) -> dict[str, tuple[list[str], list[str]]]:
    """Give what the hospital called the studies of each exam, and their Accession Numbers."""
    asked = select(StudyRow.exam, StudyRow.study_description, StudyRow.accession_number, StudyRow.study_id)
    asked = asked.join(ExamRow, StudyRow.exam == ExamRow.id).where(their_exams(caller), their_studies(caller))
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for exam, description, *numbers in session.execute(asked):
        found[exam][0].append(description or "")
        found[exam][1].extend(number for number in numbers if number)
    return found


def _series(session: Session, caller: Caller) -> dict[str, list[ScannedSeries]]:
    """Give what titles are made of."""
    asked = (
        select(StudyRow.exam, SeriesRow.modality, SeriesRow.body_part_examined)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
        .where(their_exams(caller), their_studies(caller))
        .distinct()
    )
    found: dict[str, list[ScannedSeries]] = defaultdict(list)
    for exam, modality, part in session.execute(asked):
        found[exam].append(ScannedSeries(modality, part))
    return found


# Many exams are called alike: each text is taken apart once. All words stand one after the other, each after a blank.


@lru_cache(_KEPT)
def _called(machine: str, series: tuple[ScannedSeries, ...], descriptions: tuple[str, ...]) -> str:
    said = (exam_title(machine, series, descriptions), _ALSO.get(machine), *descriptions)
    return "".join(map(_words, said))


@lru_cache(_KEPT)
def _words(text: str | None) -> str:
    return words_of(text) or ""


@lru_cache(_KEPT)
def _days(exam_date: str | None) -> str:
    day = parse_date(exam_date)
    return "" if day is None else "".join(f" {form}" for form in _written(day))


def _written(day: date) -> Iterator[str]:
    """Write a day as people type it: 12.03.2019, 12.3.19, 2019-03-12, 3/12/2019, 12 March 2019, März 2019."""
    years, months, days = (f"{day.year}", f"{day.year % 100:02}"), _numbers(day.month), _numbers(day.day)
    for year in years:
        for month in months:
            for one in days:
                yield from (f"{one}.{month}.{year}", f"{one}/{month}/{year}", f"{month}/{one}/{year}")
            yield from (f"{month}.{year}", f"{month}/{year}")
    yield from (day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y}")
    for one in days:
        yield from (one, f"{one}.")
    for name in (calendar.month_name[day.month].lower(), _GERMAN_MONTHS[day.month - 1]):
        yield from forms_of(name)


def _numbers(number: int) -> tuple[str, ...]:
    return (f"{number:02}", f"{number}") if number < 10 else (f"{number}",)


def _fits(haystack: str, wanted: Iterable[set[str]]) -> bool:
    """Say whether each word begins one of an exam's; a longer one may stand within it, a day's number is whole."""
    return all(any(_is_in(haystack, form) for form in forms) for forms in wanted)


def _is_in(haystack: str, form: str) -> bool:
    if form.rstrip(".").isdigit() and len(form) <= 3:
        return f" {form} " in f"{haystack} "
    return f" {form}" in haystack or (len(form) >= 4 and form in haystack)
