"""Which exam a study belongs to: visit and machine on the same day."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.exams.release import scanned_at
from portal.server.exams.titles import NO_MACHINE, machine_of
from portal.server.tables import ActivityExamRow, ExamRow, ShareExamRow, StudyRow
from portal.wire import Origin


def exam_for(
    session: Session,
    patient: int,
    origin: Origin,
    study_date: str | None,
    study_time: str | None,
    modality: str | None,
    now: datetime,
) -> ExamRow:
    """Find the exam of that day and machine, or begin it; a study that is no machine's yet gets one of its own."""
    machine = machine_of(modality)
    found = None if machine == NO_MACHINE else _same_visit(session, patient, origin, study_date, machine)
    if found is not None:
        return found
    exam = ExamRow(
        id=secrets.token_hex(8),
        patient=patient,
        origin=origin,
        exam_date=study_date,
        machine=machine,
        created_at=now,
        scanned_at=scanned_at(study_date, study_time, now),
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
    exam = session.get_one(ExamRow, study.exam)
    if session.execute(select(StudyRow.id).where(StudyRow.exam == exam.id).offset(1).limit(1)).first() is not None:
        study.exam = exam_for(
            session, study.patient, "practice", study.study_date, study.study_time, modality or exam.machine, now
        ).id
    else:
        exam.origin, exam.exam_date = "practice", study.study_date
        exam.scanned_at = scanned_at(study.study_date, study.study_time, now)
    session.flush()


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
        select(ShareExamRow.share).where(ShareExamRow.exam == exam),
        select(ActivityExamRow.activity).where(ActivityExamRow.exam == exam),
        select(ExamRow.id).where(ExamRow.id == exam, ExamRow.report_sha256.is_not(None)),
    )
    return any(session.execute(question.limit(1)).first() is not None for question in questions)
