"""Which exam a study belongs to: visit and machine on the same day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.report_release import documents_released, scanned_at, zone_of
from portal.server.access.visibility import is_practices_report
from portal.server.base.tables import (
    ActivityExamRow,
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    ShareStudyRow,
    StudyRow,
)
from portal.server.exams.titles import NO_MACHINE, machine_of
from portal.wire.exams import Origin


@dataclass(frozen=True, slots=True)
class ScanTime:
    """What a file says of when its study was made, as text: DA, TM, and TimezoneOffsetFromUTC (0008,0201)."""

    study_date: str | None
    study_time: str | None
    timezone_offset_from_utc: str | None = None

    def moment(self, zone: tzinfo | None, arrived: datetime) -> datetime:
        """Say which moment that is."""
        offset = self.timezone_offset_from_utc
        return scanned_at(self.study_date, self.study_time, arrived, offset=offset, zone=zone)


def exam_for(
    session: Session,
    patient: int,
    origin: Origin,
    scan: ScanTime,
    modality: str | None,
    now: datetime,
) -> ExamRow:
    """Find the exam of that day and machine, or begin it; a study that is no machine's yet gets one of its own.

    The report of several scans waits for the last of them, as long as none has come.
    """
    machine = machine_of(modality)
    moment = scan.moment(zone_of(_practice(session, patient)), now)
    found = None if machine == NO_MACHINE else _same_visit(session, patient, origin, scan.study_date, machine)
    if found is not None:
        if not _has_report(session, found):
            found.scanned_at = max(found.scanned_at, moment)
        return found
    exam = ExamRow(
        id=secrets.token_hex(8),
        patient=patient,
        origin=origin,
        exam_date=scan.study_date,
        machine=machine,
        created_at=now,
        scanned_at=moment,
    )
    session.add(exam)
    session.flush()
    return exam


def note_modality(session: Session, study: StudyRow, modality: str | None) -> None:
    """Let the first series of a real machine name the exam that began with an attachment; join it to its visit."""
    machine = machine_of(modality)
    exam = session.get_one(ExamRow, study.exam)
    if machine == NO_MACHINE or exam.machine != NO_MACHINE:
        return
    visit = _same_visit(session, exam.patient, exam.origin, exam.exam_date, machine)
    if visit is None or _is_known(session, exam.id):
        exam.machine = machine
        return
    study.exam = visit.id
    session.flush()
    session.expire(exam)
    session.delete(exam)


def join_practice(session: Session, study: StudyRow, modality: str | None, now: datetime) -> None:
    """Take a study that a person had uploaded among the practice's exams; other uploads of its exam stay as they are.

    An exam of this study alone stays one, with its shares, and waits for the report from now on.
    """
    exam, scan = session.get_one(ExamRow, study.exam), scan_time(study)
    if session.execute(select(StudyRow.id).where(StudyRow.exam == exam.id).offset(1).limit(1)).first() is not None:
        study.exam = exam_for(session, study.patient, "practice", scan, modality or exam.machine, now).id
    else:
        exam.origin, exam.exam_date = "practice", study.study_date
        exam.scanned_at = scan.moment(zone_of(_practice(session, study.patient)), now)
    session.flush()


def scan_time(study: StudyRow) -> ScanTime:
    """Give what a study says of when it was made."""
    return ScanTime(study.study_date, study.study_time, study.timezone_offset_from_utc)


def reckon_anew(session: Session, practice: PracticeRow, now: datetime) -> None:
    """Reckon when the practice's scans were made after its time zone was changed.

    A report that can be seen already stays in sight.
    """
    asked = select(ExamRow).join(PatientRow, PatientRow.id == ExamRow.patient)
    for exam in session.scalars(asked.where(PatientRow.practice == practice.id, ExamRow.origin == "practice")):
        can_be_seen = documents_released(exam, practice, now) and _has_report(session, exam)
        if exam.studies and not can_be_seen:
            zone = zone_of(practice)
            exam.scanned_at = max(scan_time(study).moment(zone, study.created_at) for study in exam.studies)


def _has_report(session: Session, exam: ExamRow) -> bool:
    """Tell whether a report has come: the practice's PDF, or a document of its that is complete."""
    if exam.report_sha256 is not None or exam.report_completed_at is None:
        return exam.report_sha256 is not None
    document = (
        select(InstanceRow.id)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .where(StudyRow.exam == exam.id, is_practices_report())
    )
    return session.execute(document.limit(1)).first() is not None


def _practice(session: Session, patient: int) -> PracticeRow:
    return session.get_one(PracticeRow, session.get_one(PatientRow, patient).practice)


def _same_visit(session: Session, patient: int, origin: str, study_date: str | None, machine: str) -> ExamRow | None:
    if study_date is None:  # nothing says that two undated studies were one visit
        return None
    return session.scalars(
        select(ExamRow)
        .where(ExamRow.patient == patient, ExamRow.origin == origin)
        .where(ExamRow.exam_date == study_date, ExamRow.machine == machine)
        .order_by(ExamRow.created_at)
        .limit(1)
    ).first()


def _is_known(session: Session, exam: str) -> bool:
    """Tell whether somebody has met the exam already: another study, a share, a report, or a line of the activity."""
    questions = (
        select(StudyRow.id).where(StudyRow.exam == exam).offset(1),
        select(ShareStudyRow.share).join(StudyRow, StudyRow.id == ShareStudyRow.study).where(StudyRow.exam == exam),
        select(ActivityExamRow.activity).where(ActivityExamRow.exam == exam),
        select(ExamRow.id).where(ExamRow.id == exam, ExamRow.report_sha256.is_not(None)),
    )
    return any(session.execute(question.limit(1)).first() is not None for question in questions)
