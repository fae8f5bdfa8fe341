"""The list of exams, newest first, page by page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visibility import their_exams
from portal.server.base.problems import Problem
from portal.server.base.tables import ExamRow, PatientRow
from portal.server.exams.exam_shapes import shapes_for
from portal.server.exams.searching import found_exams
from portal.wire.exams import ExamPage

PAGE_MOST = 200


def exam_page(
    session: Session, caller: Caller, cursor: str | None, most: int, now: datetime, patient_id: str | None = None
) -> ExamPage:
    """Give one page; the cursor is the last exam of the page before. `patient_id` is for staff, who see all."""
    order = (ExamRow.sort_date, ExamRow.created_at, ExamRow.id)
    question = select(ExamRow).where(their_exams(caller))
    if patient_id is not None:
        question = question.join(PatientRow, PatientRow.id == ExamRow.patient).where(
            PatientRow.patient_id == patient_id
        )
    if cursor is not None:
        last = _last(session, caller, cursor)
        question = question.where(tuple_(*order) < tuple_(last.sort_date, last.created_at, last.id))
    rows = list(session.scalars(question.order_by(*(each.desc() for each in order)).limit(most + 1)))
    shown = rows[:most]
    more = shown[-1].id if len(rows) > most else None
    return ExamPage(tuple(shapes_for(session, caller, shown, now)), more)


def searched_page(
    session: Session, caller: Caller, sought: str, cursor: str | None, most: int, now: datetime
) -> ExamPage:
    """Give one page of the exams that fit some words, as `found_exams` finds them."""
    keys = found_exams(session, caller, sought)
    if cursor is not None:
        last = _last(session, caller, cursor).id
        keys = keys[keys.index(last) + 1 :] if last in keys else []
    rows = {row.id: row for row in session.scalars(select(ExamRow).where(ExamRow.id.in_(keys[:most])))}
    shown = [rows[key] for key in keys[:most]]
    return ExamPage(tuple(shapes_for(session, caller, shown, now)), shown[-1].id if len(keys) > most else None)


def _last(session: Session, caller: Caller, cursor: str) -> ExamRow:
    row = session.scalars(select(ExamRow).where(ExamRow.id == cursor, their_exams(caller))).first()
    if row is None:
        raise Problem("invalid-request", fields=[{"field": "query.cursor", "reason": "unknown"}])
    return row
