"""Reports that found no exam: staff see them, put each where it belongs, or throw it away."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import PracticeRow, SentReportRow
from portal.server.exams.reports import attach_report
from portal.server.objects.erasing import erase, erase_elsewhere
from portal.server.objects.object_rows import forget_unused
from portal.server.services import Services
from portal.wire.desk.reports import HeldReport, HeldReports
from portal.wire.moments import utc_text
from portal.wire.people import Person

MOST = 500


def held_reports(session: Session, caller: Caller) -> HeldReports:
    """List them, the oldest first."""
    mine = SentReportRow.practice == caller.practice, SentReportRow.state == "held"
    rows = session.scalars(select(SentReportRow).where(*mine).order_by(SentReportRow.received_at).limit(MOST))
    return HeldReports(tuple(map(_shape, rows)))


def attach_held(services: Services, caller: Caller, report: str, exam: str) -> HeldReport:
    """Put one where staff say it belongs."""
    with services.database.writing() as session:
        row, now = _held(session, caller, report), services.clock()
        stored = str(row.sha256), int(row.size or 0)
        attach_report(session, caller, exam, *stored, row.title, complete=row.complete, now=now)
        row.state, row.exam, row.sha256 = "attached", exam, None
        _decided(row, caller, services)
        return _shape(row)


def discard_held(services: Services, caller: Caller, report: str) -> HeldReport:
    """Throw one away, its bytes too; whose it was is forgotten."""
    with services.database.writing() as session:
        row = _held(session, caller, report)
        sha256, row.sha256, row.state = str(row.sha256), None, "discarded"
        row.patient_name = row.patient_birth_date = row.patient_id = row.accession_number = None
        _decided(row, caller, services)
        session.flush()
        erase(session, services.settings, forget_unused(session, {sha256}))
        said = _shape(row)
    erase_elsewhere(services.database, services.settings)
    return said


def _held(session: Session, caller: Caller, report: str) -> SentReportRow:
    row = session.get(SentReportRow, report)
    if row is None or row.practice != caller.practice:
        raise Problem("not-found")
    held(session, PracticeRow, row.practice)
    session.refresh(row)
    if row.state != "held":
        raise Problem("conflict", reason="decided-already")
    return row


def _decided(row: SentReportRow, caller: Caller, services: Services) -> None:
    row.said, row.decided_at, row.decided_by = None, services.clock(), caller.actor or caller.name


def _shape(row: SentReportRow) -> HeldReport:
    return HeldReport(
        id=row.id,
        state=row.state,  # type: ignore[arg-type]
        why=row.why,  # type: ignore[arg-type]
        person=Person(row.patient_name, row.patient_birth_date, row.patient_id),
        accession_number=row.accession_number,
        title=row.title,
        complete=row.complete,
        received_at=utc_text(row.received_at),
    )
