"""Exams at the desk: which wait for their report, and letting a report be seen early or not yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.report_release import released_at
from portal.server.access.visibility import owners_of, their_exams
from portal.server.activity.log import accounts_of, note
from portal.server.base.problems import Problem
from portal.server.base.tables import ExamRow
from portal.server.exams.exam_shapes import shapes_for
from portal.server.exams.reports import check_awaited
from portal.wire.activity import ActivityKind
from portal.wire.desk.exams import ReleaseWay, ReportWork, StaffExam, StaffExamPage
from portal.wire.moments import utc_text

PAGE_MOST = 100
_KINDS: dict[ReleaseWay, ActivityKind] = {
    "early": "report-released",
    "held": "report-held",
    "by-rule": "report-by-rule",
}


def exams_at_desk(
    session: Session, caller: Caller, now: datetime, *, work: ReportWork | None, patient: int | None,
    cursor: str | None, most: int,
) -> StaffExamPage:  # fmt: skip
    """Give one page, newest first; the cursor is the last exam of the page before."""
    order = (ExamRow.sort_date, ExamRow.created_at, ExamRow.id)
    question = select(ExamRow).where(their_exams(caller))
    if work is not None:
        question = question.where(_at_work(work))
    if patient is not None:
        question = question.where(ExamRow.patient == patient)
    if cursor is not None:
        last = session.scalars(select(ExamRow).where(ExamRow.id == cursor, their_exams(caller))).first()
        if last is None:
            raise Problem("invalid-request", fields=[{"field": "query.cursor", "reason": "unknown"}])
        question = question.where(tuple_(*order) < tuple_(last.sort_date, last.created_at, last.id))
    rows = list(session.scalars(question.order_by(*(each.desc() for each in order)).limit(most + 1)))
    shown = rows[:most]
    return StaffExamPage(tuple(_shapes(session, caller, shown, now)), shown[-1].id if len(rows) > most else None)


def release(session: Session, caller: Caller, exam: str, how: ReleaseWay, now: datetime) -> StaffExam:
    """Let a report be seen at once, hold it, or let the practice's rule decide again; the same again changes nothing.

    Raises `Problem("conflict", reason="report-not-complete")` for what is not there to be seen.
    """
    row = check_awaited(session, caller, exam)
    if how == "early" and row.report_completed_at is None:
        raise Problem("conflict", reason="report-not-complete")
    if _way(row) != how:
        row.release_by_hand = None if how == "by-rule" else how
        row.release_by_hand_at = None if how == "by-rule" else now
        for account in accounts_of(session, row.patient):
            note(session, account=account, kind=_KINDS[how], at=now, exams=[row.id], actor=caller.actor)
        session.flush()
    return _shapes(session, caller, [row], now)[0]


def _shapes(session: Session, caller: Caller, rows: Sequence[ExamRow], now: datetime) -> list[StaffExam]:
    owners, shapes = owners_of(session, rows), shapes_for(session, caller, rows, now)
    found = []
    for row, shape in zip(rows, shapes, strict=True):
        moment = released_at(row, owners[row.patient][1]) if row.report_completed_at is not None else None
        found.append(
            StaffExam(
                exam=shape,
                patient=row.patient,
                work=_work(row),
                release=_way(row),
                completed_at=utc_text(row.report_completed_at) if row.report_completed_at else None,
                visible_at=utc_text(moment) if moment is not None else None,
                visible=moment is not None and moment <= now,
            )
        )
    return found


def _at_work(work: ReportWork) -> ColumnElement[bool]:
    complete = ExamRow.report_completed_at.is_not(None)
    if work == "complete":
        return complete
    there = ExamRow.report_sha256.is_not(None)
    return ~complete & (there if work == "draft" else ~there)


def _work(row: ExamRow) -> ReportWork:
    if row.report_completed_at is not None:
        return "complete"
    return "awaited" if row.report_sha256 is None else "draft"


def _way(row: ExamRow) -> ReleaseWay:
    return row.release_by_hand if row.release_by_hand in ("early", "held") else "by-rule"  # type: ignore[return-value]
