"""A report that was sent finds its exam by practice, Patient ID and Accession Number, or is held for staff."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DicomError, WorkerError
from core.job import QuietJob
from dicom.model import Header
from portal.server.access.caller import Caller
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import ExamRow, PatientRow, PracticeRow, SentReportRow, StudyRow
from portal.server.base.tokens import new_id
from portal.server.exams.reports import attach_report
from portal.server.hl7.message import Hl7Error, acknowledgement, read_message
from portal.server.hl7.report import SentReport, sent_report
from portal.server.objects.object_rows import note_object
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.store import ArrivingFile
from portal.server.receiving.matching import SAID, patient_for
from portal.server.services import Services

HeldWhy = Literal["no-patient-id", "unknown-patient", "contradicts", "no-exam", "several-exams"]


def take_message(services: Services, caller: Caller, body: bytes) -> bytes:
    """Take one message in and give its acknowledgement; the same message again changes nothing. Blocks."""
    message = None
    try:
        message = read_message(body)
        text = _taken(services, caller, sent_report(message), hashlib.sha256(body).hexdigest())
    except Hl7Error as error:
        return acknowledgement(message, "AR" if error.rejected else "AE", error.code, services.clock())
    return acknowledgement(message, "AA", text, services.clock())


def find_exam(session: Session, practice: int, report: SentReport) -> ExamRow | HeldWhy:
    """Find the one exam of the practice a report is of, or say why it has to be held."""
    if not report.persons:
        return "no-patient-id"
    found = [patient_for(session, practice, person) for person in report.persons]
    if "contradicts" in found:
        return "contradicts"
    patients = {each.id for each in found if isinstance(each, PatientRow)}
    if len(patients) != 1:
        return "contradicts" if patients else "unknown-patient"
    return find_by_number(session, patients.pop(), report.accession_numbers)


def find_by_number(session: Session, patient: int, accession_numbers: tuple[str, ...]) -> ExamRow | HeldWhy:
    """Find a patient's one exam with one of these numbers."""
    asked = select(ExamRow).join(StudyRow, StudyRow.exam == ExamRow.id).distinct()
    mine = ExamRow.patient == patient, ExamRow.origin == "practice"
    exams = list(session.scalars(asked.where(*mine, StudyRow.accession_number.in_(accession_numbers))))
    if len(exams) != 1:
        return "several-exams" if exams else "no-exam"
    return exams[0]


def attach_waiting(database: Database, clock: Clock) -> int:
    """Attach held reports whose patient or exam came meanwhile; gives how many those were. Called now and then."""
    with database.reading() as session:
        waits = SentReportRow.state == "held", SentReportRow.why.in_(("unknown-patient", "no-exam"))
        waiting = list(session.scalars(select(SentReportRow.id).where(*waits).order_by(SentReportRow.received_at)))
    done = 0
    for each in waiting:
        with suppress(Hl7Error), database.writing() as session:  # what is older, or was taken out, stays held
            done += _attach_one(session, each, clock())
    return done


def _attach_one(session: Session, waiting: str, now: datetime) -> bool:
    row = session.get_one(SentReportRow, waiting)
    held(session, PracticeRow, row.practice)
    session.refresh(row)
    report = _as_sent(row)
    if row.state != "held" or report is None:
        return False
    found = find_exam(session, row.practice, report)
    if isinstance(found, str):
        return False
    caller = Caller("staff", practice=row.practice)
    _attach(session, now, caller, found, report, (str(row.sha256), int(row.size or 0)))
    row.state, row.exam, row.sha256, row.said, row.decided_at = "attached", found.id, None, None, now
    return True


def _as_sent(row: SentReportRow) -> SentReport | None:
    """Give a held report with all its message said; `None` where that was not kept yet, so that staff have to decide.

    Another Patient ID, its issuer or the sex may be what contradicts.
    """
    if row.said is None:
        return None
    persons = tuple(Header(**each) for each in row.said["persons"])
    numbers = tuple(row.said["accession_numbers"])
    return SentReport(row.control_id, row.made_at, persons, numbers, row.title, row.complete, b"")


def _taken(services: Services, caller: Caller, report: SentReport, body_sha256: str) -> str:
    practice = caller.practice or 0
    with services.database.reading() as session:
        if (before := _before(session, practice, report, body_sha256)) is not None:
            return before
    incoming = services.store.begin()
    try:
        incoming.write(report.document)
        if not _is_paper(services, incoming):
            raise Hl7Error("document-unreadable", rejected=True)
        sha256, size = services.store.take(incoming), incoming.size
    finally:
        incoming.discard()
    with services.database.writing() as session:
        held(session, PracticeRow, practice)  # of one message that comes twice at once the second finds the first
        if (before := _before(session, practice, report, body_sha256)) is not None:
            return before
        said = _filed(session, services.clock(), caller, report, (sha256, size), body_sha256)
        if not services.store.holds(sha256, size):
            raise StoreUnavailable("the same was erased meanwhile")
        return said


def _filed(
    session: Session, now: datetime, caller: Caller, report: SentReport, stored: tuple[str, int], body_sha256: str
) -> str:
    sha256, size = stored
    row = SentReportRow(
        id=new_id(),
        practice=caller.practice,
        control_id=report.control_id,
        body_sha256=body_sha256,
        made_at=report.made_at,
        complete=report.complete,
        title=report.title,
        received_at=now,
        state="held",
    )
    found = find_exam(session, caller.practice or 0, report)
    if isinstance(found, str):
        note_object(session, sha256, size, now)
        person = report.persons[0] if report.persons else None
        row.why, row.sha256, row.size = found, sha256, size
        row.accession_number = next(iter(report.accession_numbers), None)
        row.patient_id = person.patient_id if person else None
        row.patient_name = person.patient_name if person else None
        row.patient_birth_date = person.patient_birth_date if person else None
        persons = [{name: getattr(each, name) for name in SAID} for each in report.persons]
        row.said = {"persons": persons, "accession_numbers": list(report.accession_numbers)}
        session.add(row)
        return f"held for the practice: {found}"
    _attach(session, now, caller, found, report, stored)
    row.state, row.exam = "attached", found.id
    session.add(row)
    return "attached"


def _attach(
    session: Session, now: datetime, caller: Caller, exam: ExamRow, report: SentReport, stored: tuple[str, int]
) -> None:
    if not report.complete and exam.report_sha256 is not None and exam.report_completed_at is not None:
        raise Hl7Error("a complete report is there")
    before = session.scalars(select(SentReportRow.made_at).where(SentReportRow.exam == exam.id))
    if any(_is_older(report.made_at, each) for each in before):
        raise Hl7Error("older than the report that is there")
    try:
        attach_report(session, caller, exam.id, *stored, report.title, complete=report.complete, now=now)
    except Problem as problem:
        raise Hl7Error(f"refused: {problem.facts.get('reason', problem.code)}") from problem


def _is_older(one: str, other: str) -> bool:
    """Tell whether a moment lies before another, as far as both are said: a day alone is no older than its morning."""
    first, second = (re.sub("[^0-9].*", "", each, flags=re.DOTALL)[:14] for each in (one, other))
    both = min(len(first), len(second))
    return first[:both] < second[:both] if first else bool(second)


def _before(session: Session, practice: int, report: SentReport, body_sha256: str) -> str | None:
    """Say what was answered to the same message before; raises `Hl7Error` where another had its control id."""
    same = SentReportRow.practice == practice, SentReportRow.control_id == report.control_id
    row = session.scalars(select(SentReportRow).where(*same)).first()
    if row is None:
        return None
    if row.body_sha256 != body_sha256:
        raise Hl7Error("control id of another message", rejected=True)
    return f"held for the practice: {row.why}" if row.state == "held" else row.state


def _is_paper(services: Services, incoming: ArrivingFile) -> bool:
    """Let a worker open the PDF: what has no page is none."""
    try:
        return services.decoder.paper_pages(incoming.content(), QuietJob()) > 0
    except (DicomError, WorkerError) as error:
        if isinstance(error, WorkerError) and error.code == "worker-unavailable":
            raise Hl7Error("not now") from error
        return False
