"""The report of an exam: a PDF the practice puts there, and who may have it when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.caller import Caller
from portal.server.dicomweb.record import note_object
from portal.server.dicomweb.store import Incoming
from portal.server.exams.exams import exam_of, exam_shape, practice_of, report_of
from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.tables import AccountPatientRow, ExamRow
from portal.wire import Exam

REPORT_BYTES_MOST = 64 << 20
PDF = "application/pdf"


def put_report(services: Services, caller: Caller, exam: str, incoming: Incoming, title: str | None) -> Exam:
    """Attach a report that has come in whole; another takes its place. Its release counts from now."""
    with services.database.reading() as session:
        check_awaited(session, caller, exam)
    sha256 = services.store.take(incoming)
    with services.database.writing() as session:
        row, now = check_awaited(session, caller, exam), services.clock()
        note_object(session, sha256, incoming.size, now)
        if row.report_sha256 != sha256:
            _attach(session, row, sha256, incoming.size, now)
        row.report_title = title or row.report_title or "Report"
        session.flush()
        return exam_shape(session, row, now)


def check_awaited(session: Session, caller: Caller, exam: str) -> ExamRow:
    """Find the exam a report is for; a person's own upload waits for none."""
    row = exam_of(session, caller, exam)
    if row.origin != "practice":
        raise Problem("conflict", reason="no-report-expected")
    return row


def _attach(session: Session, row: ExamRow, sha256: str, size: int, now: datetime) -> None:
    row.report_sha256, row.report_size, row.report_completed_at = sha256, size, now
    accounts = session.scalars(select(AccountPatientRow.account).where(AccountPatientRow.patient == row.patient))
    for account in accounts:
        note(session, account=account, kind="report-added", at=now, exams=[row.id])


def report_path(session: Session, services: Services, caller: Caller, exam: str) -> tuple[Path, ExamRow]:
    """Find the file of a report the caller may take home now.

    Raises `Problem("report-not-released")` for the account it is held for, "not-found" for anybody else, "not-allowed"
    for a share that may look (page by page, as `view` shows it) and not download.
    """
    row = exam_of(session, caller, exam)
    state = report_of(row, practice_of(session, row), services.clock())
    if caller.kind == "account" and state.state in ("awaited", "held"):
        raise Problem("report-not-released", available_at=state.available_at)
    allowed = caller.kind == "staff" or (caller.include_report and state.state == "released")
    if not allowed or row.report_sha256 is None:
        raise Problem("not-found")
    if not caller.allow_download:
        raise Problem("not-allowed")
    return services.sound.path(row.report_sha256), row
