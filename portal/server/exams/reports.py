"""The report of an exam: a PDF the practice puts there, and who may have it when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visibility import of_practice, report_for
from portal.server.activity.log import accounts_of, note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import ExamRow, PatientRow
from portal.server.exams.exam_shapes import exam_of, shape_for
from portal.server.exams.removed_before import report_was_removed
from portal.server.objects.object_rows import note_object, note_unerased
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.store import ArrivingFile
from portal.server.services import Services
from portal.wire.activity import ActivityKind
from portal.wire.exams import Exam

REPORT_BYTES_MOST = 64 << 20
PDF = "application/pdf"


def put_report(
    services: Services, caller: Caller, exam: str, incoming: ArrivingFile, title: str | None, *, complete: bool = True
) -> Exam:
    """Attach a report that has come in whole; another takes its place.

    It is complete from now, or from the notice that came before it; one that is not `complete` is held until then.
    """
    with services.database.reading() as session:
        if report_was_removed(session, check_awaited(session, caller, exam).patient, incoming.sha256):
            raise Problem("conflict", reason="removed")
    sha256 = services.store.take(incoming)
    with services.database.writing() as session:
        now = services.clock()
        row = attach_report(session, caller, exam, sha256, incoming.size, title, complete=complete, now=now)
        if not services.store.holds(sha256, incoming.size):
            raise StoreUnavailable("the same was erased meanwhile")
        return shape_for(session, caller, row, now)


def attach_report(
    session: Session, caller: Caller, exam: str, sha256: str, size: int, title: str | None, *, complete: bool,
    now: datetime,
) -> ExamRow:  # fmt: skip
    """Attach a report whose bytes are stored; raises `Problem`."""
    row = _held(session, caller, exam)
    if report_was_removed(session, row.patient, sha256):
        raise Problem("conflict", reason="removed")
    note_object(session, sha256, size, now)
    if row.report_sha256 != sha256:
        _attach(session, row, sha256, size, now, complete=complete)
        _tell(session, caller, row, "report-added", now)
    elif complete and row.report_completed_at is None:
        row.report_completed_at = now
    row.report_title = title or row.report_title or "Report"
    session.flush()
    return row


def check_awaited(session: Session, caller: Caller, exam: str) -> ExamRow:
    """Find the exam a report is for; a person's own upload waits for none."""
    row = session.scalars(select(ExamRow).where(ExamRow.id == exam, of_practice(caller))).first()
    if row is None:
        raise Problem("not-found")
    if row.origin != "practice":
        raise Problem("conflict", reason="no-report-expected")
    return row


def _held(session: Session, caller: Caller, exam: str) -> ExamRow:
    """Find the exam; nobody takes it out or files under its person meanwhile."""
    held(session, PatientRow, check_awaited(session, caller, exam).patient)
    session.expire_all()
    return check_awaited(session, caller, exam)


def complete_report(session: Session, caller: Caller, exam: str, completed_at: str | None, now: datetime) -> Exam:
    """Take the notice that a report is complete, before or after the report itself; its release counts from there.

    The same notice again, without a moment, moves nothing. Raises `Problem("invalid-request")` for what is no moment
    with its zone, or has not been yet.
    """
    row = _held(session, caller, exam)
    before = row.report_completed_at
    row.report_completed_at = (before or now) if completed_at is None else _past(completed_at, now)
    if row.report_completed_at != before:
        _tell(session, caller, row, "report-completed", now)
    session.flush()
    return shape_for(session, caller, row, now)


def _past(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is not None and moment.astimezone(UTC) <= now:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Problem("invalid-request", fields=[{"field": "body.completed_at", "reason": "not-a-past-moment"}])


def _attach(session: Session, row: ExamRow, sha256: str, size: int, now: datetime, *, complete: bool) -> None:
    notice = row.report_completed_at if row.report_sha256 is None else None
    if row.report_sha256 is not None:
        note_unerased(session, [row.report_sha256])
    row.report_sha256, row.report_size = sha256, size
    row.report_completed_at = (notice or now) if complete else None


def _tell(session: Session, caller: Caller, row: ExamRow, kind: ActivityKind, now: datetime) -> None:
    for account in accounts_of(session, row.patient):
        note(session, account=account, kind=kind, at=now, exams=[row.id], actor=caller.actor)


def report_path(session: Session, services: Services, caller: Caller, exam: str) -> tuple[Path, ExamRow]:
    """Find the file of a report the caller may take home now.

    Raises `Problem("report-not-released")` for the account it is held for, "not-found" for anybody else, "not-allowed"
    for a share that may look (page by page, as the recipient sees it) and not download.
    """
    row = exam_of(session, caller, exam)
    state = report_for(session, caller, row, services.clock())
    if caller.kind == "account" and state.state in ("awaited", "held"):
        raise Problem("report-not-released", available_at=state.available_at)
    allowed = caller.kind == "staff" or state.state == "released"
    if not allowed or row.report_sha256 is None:
        raise Problem("not-found")
    if not caller.allow_download:
        raise Problem("not-allowed")
    return services.sound.path(row.report_sha256), row
