"""Staff members and referring doctors as callers: their sign-in is an account without a person of its own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller, CallerKind
from portal.server.access.roles import roles_of
from portal.server.base.tables import (
    AccountRow,
    DoctorExamRow,
    DoctorNameRow,
    DoctorPatientRow,
    ExamRow,
    StaffRow,
    StudyRow,
)


def member_caller(session: Session, account: AccountRow, family: str | None) -> Caller | None:
    """Give the caller an account stands for at its practice; `None` for a patient's."""
    row = session.get(StaffRow, account.id)
    if row is None:
        return None
    roles = roles_of(row.roles)
    kind: CallerKind = "doctor" if "doctor" in roles else "staff"
    return Caller(
        kind, practice=row.practice, family=family, member=account.id, member_name=row.name, roles=roles
    )  # fmt: skip


def assigned(doctor: str) -> ColumnElement[bool]:
    """Give the condition on `ExamRow` that holds for what a doctor was given: by referral name, person or exam."""
    names = select(DoctorNameRow.folded).where(DoctorNameRow.doctor == doctor)
    return or_(
        ExamRow.id.in_(select(DoctorExamRow.exam).where(DoctorExamRow.doctor == doctor)),
        ExamRow.patient.in_(select(DoctorPatientRow.patient).where(DoctorPatientRow.doctor == doctor)),
        ExamRow.id.in_(select(StudyRow.exam).where(StudyRow.referring_folded.in_(names))),
    )
