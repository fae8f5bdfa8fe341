"""A patient as the staff sees them: the person, and how the account stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.names import AccountId
from portal.server.access.lapsing import is_lapsed, rests_at
from portal.server.base.tables import AccountPatientRow, AccountRow, ActivationRow, ExamRow, PatientRow
from portal.server.people.account_shapes import person_shape
from portal.wire.desk.patients import AccountState, Patient
from portal.wire.moments import utc_text


def patient_shape(session: Session, row: PatientRow, now: datetime) -> Patient:
    """Describe one patient."""
    return patient_shapes(session, [row], now)[0]


def patient_shapes(session: Session, rows: Sequence[PatientRow], now: datetime) -> list[Patient]:
    """Describe several; the number of statements does not grow with theirs."""
    ids = [row.id for row in rows]
    accounts = _accounts(session, ids)
    codes = _codes(session, [account.id for account in accounts.values()])
    counted = select(ExamRow.patient, func.count()).where(ExamRow.patient.in_(ids), ExamRow.origin == "practice")
    exams = {row[0]: row[1] for row in session.execute(counted.group_by(ExamRow.patient))}
    return [_shape(row, accounts.get(row.id), codes, exams.get(row.id, 0), now) for row in rows]


def _shape(
    row: PatientRow, account: AccountRow | None, codes: dict[str, datetime], exams: int, now: datetime
) -> Patient:
    person = person_shape(row)
    if account is None:
        return Patient(row.id, person, "none", exams=exams)
    until = codes.get(account.id)
    active = account.state == "active"
    return Patient(
        id=row.id,
        person=person,
        state=_state(account, until, now),
        account_id=AccountId(account.id),
        user_name=account.user_name,
        email=account.email,
        phone=account.phone,
        code_expires_at=utc_text(until) if until is not None and account.state == "invited" else None,
        activated_at=utc_text(account.activated_at) if account.activated_at else None,
        last_sign_in_at=utc_text(account.last_sign_in_at) if account.last_sign_in_at else None,
        rests_at=utc_text(rests_at(account)) if active else None,
        deletion_asked_at=utc_text(account.deletion_asked_at) if account.deletion_asked_at else None,
        exams=exams,
    )


def _state(account: AccountRow, code_until: datetime | None, now: datetime) -> AccountState:
    if account.state == "blocked":
        return "blocked"
    if account.state == "invited":
        return "none" if code_until is None else "invited" if code_until > now else "code-over"
    if account.deletion_asked_at is not None:
        return "deletion-asked"
    return "lapsed" if is_lapsed(account, now) else "active"


def _accounts(session: Session, patients: Sequence[int]) -> dict[int, AccountRow]:
    """Give each person's own account, those that were deleted left away."""
    asked = (
        select(AccountPatientRow.patient, AccountRow)
        .join(AccountRow, AccountRow.id == AccountPatientRow.account)
        .where(AccountPatientRow.patient.in_(patients), AccountPatientRow.relation == "self")
        .where(AccountRow.state != "closed")
        .order_by(AccountRow.created_at, AccountRow.id)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _codes(session: Session, accounts: Sequence[str]) -> dict[str, datetime]:
    """Give until when the newest code of each account works, or did."""
    live = (ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    asked = select(ActivationRow.account, func.max(ActivationRow.expires_at))
    asked = asked.where(ActivationRow.account.in_(accounts), *live).group_by(ActivationRow.account)
    return {row[0]: row[1] for row in session.execute(asked)}
