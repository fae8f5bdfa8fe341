"""The practice makes an account at the visit; the person gets a code to take it over."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dicom.people.dates import parse_birth_date
from dicom.people.same_person import Identity, compare, identity_of, normalised_name
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountPatientRow, AccountRow, ActivationRow, PatientRow, PracticeRow
from portal.server.base.tokens import new_id
from portal.server.base.typed_codes import grouped, new_code, sealed
from portal.wire.accounts import Invitation

CODE_LETTERS = 12  # 60 bits
PURPOSE = "activation"
LONGEST_NAME = 324  # five component groups of 64, as DICOM allows


@dataclass(frozen=True, slots=True)
class NewCode:
    """An activation code as it is shown once, and until when it works."""

    code: str
    account: str
    expires_at: datetime


def invite(session: Session, secret: bytes, practice: int, invitation: Invitation, now: datetime) -> NewCode:
    """Make an account for a person, or a new code for one that waits for its person; the old code is void then."""
    if invitation.patient_id is not None:
        invitation = replace(invitation, patient_id=invitation.patient_id.strip())
    check_invitation(invitation)
    held(session, PracticeRow, practice)  # of two invitations of one person the second finds the first
    patient = _patient(session, practice, invitation, now)
    account = _account(session, patient, invitation, now)
    return new_activation(session, secret, account, now)


def one_month_on(moment: datetime) -> datetime:
    """Give the same day and time of the next month, or its last day where it is shorter."""
    year, month = (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def check_invitation(invitation: Invitation) -> None:
    """Refuse what cannot be a person, or where one is reached, naming the fields."""
    reasons = {
        "patient_name": _name_reason(invitation.patient_name),
        "patient_birth_date": _date_reason(invitation.patient_birth_date),
        "patient_id": short_text_reason(invitation.patient_id),
        "email": email_reason(invitation.email),
        "phone": short_text_reason(invitation.phone),
        "patient_sex": None if invitation.patient_sex in (None, "F", "M", "O") else "unknown",
    }
    fields = [{"field": field, "reason": reason} for field, reason in reasons.items() if reason]
    if fields:
        raise Problem("invalid-request", fields=fields)


def _name_reason(name: str) -> str | None:
    if not normalised_name(name).strip("^= "):
        return "empty"
    return "too-long" if len(name) > LONGEST_NAME else _letters_reason(name)


def _date_reason(date: str) -> str | None:
    fits = len(date) == 8 and date.isascii() and date.isdigit() and parse_birth_date(date) is not None
    return None if fits else "not-a-date"


def short_text_reason(text: str | None) -> str | None:
    """Say what is the matter with a short text, or nothing."""
    if text is None:
        return None
    if not text.strip():
        return "empty"
    return "too-long" if len(text) > 64 else _letters_reason(text)


def email_reason(address: str | None) -> str | None:
    """Say what is the matter with an e-mail address, or nothing."""
    if address is None:
        return None
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return "not-an-address"
    right = "@" in address.strip("@") and len(address) <= 254 and address.isprintable() and address.isascii()
    return None if right else "not-an-address"


def _letters_reason(text: str) -> str | None:
    return None if text.isprintable() and "\\" not in text else "letters"


def _patient(session: Session, practice: int, invitation: Invitation, now: datetime) -> PatientRow:
    known = _known_patient(session, practice, invitation)
    if known is not None:
        return known
    patient = PatientRow(
        practice=practice,
        patient_id=invitation.patient_id,
        patient_name=invitation.patient_name,
        patient_birth_date=invitation.patient_birth_date,
        patient_sex=invitation.patient_sex,
        created_at=now,
    )
    session.add(patient)
    session.flush()
    return patient


def _known_patient(session: Session, practice: int, invitation: Invitation) -> PatientRow | None:
    """Find the person by the practice's own Patient ID; without one, only somebody who has not come in yet."""
    of_practice = select(PatientRow).where(PatientRow.practice == practice)
    if invitation.patient_id is None:
        return _still_invited(session, session.scalars(of_practice.where(PatientRow.patient_id.is_(None))), invitation)
    known = session.scalars(of_practice.where(PatientRow.patient_id == invitation.patient_id)).first()
    if known is not None and compare(identity_of(known), identity_in(invitation)) == "other":
        raise Problem("conflict", field="patient_id", reason="other-person")
    return known


def _still_invited(session: Session, patients: Iterable[PatientRow], invitation: Invitation) -> PatientRow | None:
    name = normalised_name(invitation.patient_name)
    for patient in patients:
        same = normalised_name(patient.patient_name or "") == name
        if same and patient.patient_birth_date == invitation.patient_birth_date:
            account = account_of(session, patient.id)
            if account is None or account.state == "invited":
                return patient
    return None


def identity_in(invitation: Invitation) -> Identity:
    """Give whom an invitation is for."""
    return Identity(
        invitation.patient_name,
        invitation.patient_birth_date,
        invitation.patient_id,
        None,
        invitation.patient_sex,
    )


def account_of(session: Session, patient: int) -> AccountRow | None:
    """Give the person's own account."""
    own = AccountPatientRow.relation == "self"
    return session.scalars(
        select(AccountRow)
        .join(AccountPatientRow, AccountPatientRow.account == AccountRow.id)
        .where(AccountPatientRow.patient == patient, own, AccountRow.state != "closed")
    ).first()


def _account(session: Session, patient: PatientRow, invitation: Invitation, now: datetime) -> AccountRow:
    account = account_for(session, patient, now)
    account.email, account.phone = invitation.email, invitation.phone
    session.flush()
    return account


def account_for(session: Session, patient: PatientRow, now: datetime) -> AccountRow:
    """Give the account that waits for a person, made where there is none; refuses a person who came in already."""
    account = account_of(session, patient.id)
    if account is None:
        account = AccountRow(id=new_id(), state="invited", created_at=now)
        account.patients.append(AccountPatientRow(patient=patient.id, relation="self", position=0))
        session.add(account)
    elif account.state != "invited":
        raise Problem("conflict", field="patient_id", reason="has-account")
    session.flush()
    return account


def new_activation(session: Session, secret: bytes, account: AccountRow, now: datetime) -> NewCode:
    """Make the code of an account that waits to be taken over; the one before is void."""
    live = (ActivationRow.account == account.id, ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    session.execute(update(ActivationRow).where(*live).values(voided_at=now))
    code, expires_at = new_code(CODE_LETTERS), one_month_on(now)
    row = ActivationRow(
        code_hash=sealed(secret, PURPOSE, code), account=account.id, created_at=now, expires_at=expires_at
    )
    session.add(row)
    return NewCode(grouped(code), account.id, expires_at)
