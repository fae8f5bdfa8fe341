"""Finding a patient: by words of the name in any script, birth date, or Patient ID, in one line."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.server.base.name_forms import asked_words
from portal.server.base.problems import Problem
from portal.server.base.tables import PatientRow

PAGE_MOST = 100
WORDS_MOST = 8
_BETWEEN = re.compile(r"[\s^=,*?]+")
_SPECIAL = re.compile(r"([\\%_])")
_DATES = (
    (re.compile(r"(\d{4})-?(\d{2})-?(\d{2})"), ((1, 2, 3),)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), ((3, 2, 1),)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), ((3, 2, 1), (3, 1, 2))),  # either way round
)


def find_patients(
    session: Session, practice: int, asked: str, cursor: int | None, most: int
) -> tuple[list[PatientRow], int | None]:
    """Give one page by name, and the cursor of the next; every word that was typed has to fit."""
    question = select(PatientRow).where(PatientRow.practice == practice)
    for word in _BETWEEN.split(asked.strip())[:WORDS_MOST]:
        question = question.where(_fits(word)) if word else question
    if cursor is not None:
        last = session.get(PatientRow, cursor)
        if last is None or last.practice != practice:
            raise Problem("invalid-request", fields=[{"field": "query.cursor", "reason": "unknown"}])
        same = PatientRow.sort_name == last.sort_name
        question = question.where(or_(PatientRow.sort_name > last.sort_name, and_(same, PatientRow.id > last.id)))
    rows = list(session.scalars(question.order_by(PatientRow.sort_name, PatientRow.id).limit(most + 1)))
    return rows[:most], rows[most - 1].id if len(rows) > most else None


def _fits(word: str) -> ColumnElement[bool]:
    """Give the condition under which a typed word fits: beginning of a name or an ID, or a birth date."""
    ways: list[ColumnElement[bool]] = []
    dates = birth_dates(word)
    if dates:
        ways.append(PatientRow.patient_birth_date.in_(dates))
    for forms in asked_words(word):
        ways += [PatientRow.words.like(f"% {_plain(form)}%", escape="\\") for form in forms]
    if re.fullmatch(r"(18|19|20)\d{2}", word):
        ways.append(PatientRow.patient_birth_date.like(f"{word}%"))
    return or_(*ways) if ways else PatientRow.id.is_(None)


def birth_dates(word: str) -> list[str]:
    """Read a birth date in any usual form (1951-05-04, 4.5.1951, 4/5/1951 either way); as DA, none where it is none."""
    found: list[str] = []
    for pattern, orders in _DATES:
        match = pattern.fullmatch(word)
        for order in orders if match is not None else ():
            try:
                found.append(date(*(int(match[place]) for place in order)).strftime("%Y%m%d"))  # type: ignore[index]
            except ValueError:
                continue
    return found


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
