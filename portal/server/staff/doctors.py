"""Which exams a referring doctor was given: by the name that stands in images, by person, or one by one (E6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.names import ExamId
from portal.server.access.roles import roles_of
from portal.server.access.staff_members import assigned
from portal.server.activity.log import accounts_of, note
from portal.server.base.name_forms import folded
from portal.server.base.problems import Problem
from portal.server.base.rows import found_or_added
from portal.server.base.tables import (
    AccountRow,
    Base,
    DoctorExamRow,
    DoctorNameRow,
    DoctorPatientRow,
    ExamRow,
    PatientRow,
    StaffRow,
    StudyRow,
)
from portal.server.staff.members import Inviting, member_of, member_shape
from portal.wire.activity import ActivityKind
from portal.wire.desk.members import Assignment, Assignments, ReferralName, ReferralNames

NAMES_MOST = 200
TOLD_MOST = 1000  # exams whose owners' activity gets a line; what a name brings later is told when it is looked at


def assignments_of(session: Session, practice: int, doctor: str, now: datetime) -> Assignments:
    """Say what a doctor may see, and why."""
    row, account = doctor_of(session, practice, doctor)
    names = session.scalars(select(DoctorNameRow.name).where(DoctorNameRow.doctor == doctor))
    patients = session.scalars(select(DoctorPatientRow.patient).where(DoctorPatientRow.doctor == doctor))
    exams = session.scalars(select(DoctorExamRow.exam).where(DoctorExamRow.doctor == doctor))
    ours = (assigned(doctor), ExamRow.origin == "practice", _of_practice(practice))
    return Assignments(
        member_shape(session, row, account, now),
        tuple(sorted(names)),
        tuple(sorted(patients)),
        tuple(sorted(map(ExamId, exams))),
        session.scalar(select(func.count()).select_from(ExamRow).where(*ours)) or 0,
    )


def assign(session: Session, by: Inviting, doctor: str, given: Assignment, now: datetime) -> Assignments:
    """Give a doctor exams to see, at once, report included; twice is as once."""
    row, _ = doctor_of(session, by.practice, doctor)
    _check_one(given)
    if given.name is not None:
        made = _add_name(session, doctor, given.name, now)
    elif given.patient is not None:
        made = _add_patient(session, by.practice, doctor, given.patient, now)
    else:
        made = _add_exam(session, by.practice, doctor, str(given.exam), now)
    if made:
        _tell(session, by, row, given, "doctor-assigned", now)
    return assignments_of(session, by.practice, doctor, now)


def end_assignment(session: Session, by: Inviting, doctor: str, given: Assignment, now: datetime) -> Assignments:
    """Take it back; what was given in another way as well stays."""
    row, _ = doctor_of(session, by.practice, doctor)
    _check_one(given)
    if given.name is not None:
        ended = _end(session, DoctorNameRow, DoctorNameRow.doctor == doctor, DoctorNameRow.folded == folded(given.name))
    elif given.patient is not None:
        _check_ours(session, by.practice, given.patient)
        theirs = DoctorPatientRow.doctor == doctor, DoctorPatientRow.patient == given.patient
        ended = _end(session, DoctorPatientRow, *theirs)
    else:
        ended = _end(session, DoctorExamRow, DoctorExamRow.doctor == doctor, DoctorExamRow.exam == given.exam)
    if ended:
        _tell(session, by, row, given, "doctor-unassigned", now)
    return assignments_of(session, by.practice, doctor, now)


def referral_names(session: Session, practice: int) -> ReferralNames:
    """List how referring physicians are named in what the practice sent."""
    asked = (
        select(func.min(StudyRow.referring_physician_name), func.count(func.distinct(StudyRow.exam)))
        .join(ExamRow, ExamRow.id == StudyRow.exam)
        .where(StudyRow.referring_folded.is_not(None), ExamRow.origin == "practice", _of_practice(practice))
        .group_by(StudyRow.referring_folded)
        .order_by(func.count(func.distinct(StudyRow.exam)).desc())
        .limit(NAMES_MOST)
    )
    return ReferralNames(tuple(ReferralName(name or "", exams) for name, exams in session.execute(asked)))


def doctor_of(session: Session, practice: int, doctor: str) -> tuple[StaffRow, AccountRow]:
    """Find a doctor; raises `Problem("not-found")`."""
    row, account = member_of(session, practice, doctor)
    if "doctor" not in roles_of(row.roles):
        raise Problem("not-found")
    return row, account


def _check_one(given: Assignment) -> None:
    said = [each for each in (given.name, given.patient, given.exam) if each is not None]
    if len(said) != 1 or (given.name is not None and not folded(given.name)):
        raise Problem("invalid-request", fields=[{"field": "body", "reason": "one-of-three"}])


def _add_name(session: Session, doctor: str, name: str, now: datetime) -> bool:
    found = select(DoctorNameRow).where(DoctorNameRow.doctor == doctor, DoctorNameRow.folded == folded(name))
    return found_or_added(
        session, found, lambda: DoctorNameRow(doctor=doctor, folded=folded(name), name=name, assigned_at=now)
    )[1]


def _add_patient(session: Session, practice: int, doctor: str, patient: int, now: datetime) -> bool:
    _check_ours(session, practice, patient)
    found = select(DoctorPatientRow).where(DoctorPatientRow.doctor == doctor, DoctorPatientRow.patient == patient)
    return found_or_added(
        session, found, lambda: DoctorPatientRow(doctor=doctor, patient=patient, assigned_at=now)
    )[1]  # fmt: skip


def _check_ours(session: Session, practice: int, patient: int) -> None:
    person = session.get(PatientRow, patient)
    if person is None or person.practice != practice:
        raise Problem("not-found")


def _end(session: Session, table: type[Base], *which: ColumnElement[bool]) -> bool:
    """Take an assignment back; says whether it was there."""
    row = session.scalars(select(table).where(*which).with_for_update()).first()
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def _add_exam(session: Session, practice: int, doctor: str, exam: str, now: datetime) -> bool:
    ours = (ExamRow.id == exam, ExamRow.origin == "practice", _of_practice(practice))
    if session.scalars(select(ExamRow.id).where(*ours)).first() is None:
        raise Problem("not-found")
    found = select(DoctorExamRow).where(DoctorExamRow.doctor == doctor, DoctorExamRow.exam == exam)
    return found_or_added(session, found, lambda: DoctorExamRow(doctor=doctor, exam=exam, assigned_at=now))[1]


def _tell(
    session: Session, by: Inviting, doctor: StaffRow, given: Assignment, kind: ActivityKind, now: datetime
) -> None:
    """Have the activity of everybody concerned say which doctor was given their exams, and by whom."""
    concerned: dict[int, list[str]] = {}
    if given.patient is not None:
        concerned = {given.patient: []}
    else:
        asked = select(ExamRow.patient, ExamRow.id).where(ExamRow.origin == "practice", _of_practice(by.practice))
        if given.name is not None:
            named = select(StudyRow.exam).where(StudyRow.referring_folded == folded(given.name))
            asked = asked.where(ExamRow.id.in_(named))
        else:
            asked = asked.where(ExamRow.id == given.exam)
        for patient, exam in session.execute(asked.limit(TOLD_MOST)):
            concerned.setdefault(patient, []).append(exam)
    for patient, exams in concerned.items():
        for account in accounts_of(session, patient):
            details = {"doctor": doctor.name}
            note(session, account=account, kind=kind, at=now, exams=exams, actor=by.actor, details=details)


def _of_practice(practice: int) -> ColumnElement[bool]:
    return ExamRow.patient.in_(select(PatientRow.id).where(PatientRow.practice == practice))
