"""A person with an account enters the activation code of another practice: one sign-in then opens both (A9).

The person the other practice knows comes to the account; the account that was made there for them is closed. Patient
IDs stay those of their practice and are not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dicom.people.same_person import Identity, compare, identity_of
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountPatientRow, AccountRow, ActivationRow, PatientRow, PracticeRow
from portal.server.notices.wording import Told
from portal.server.people.activation import live_code
from portal.server.people.telling import moment_words, tell


def join_practice(
    session: Session, settings: ServerSettings, secret: bytes, account_id: str, typed: str, now: datetime,
    *, confirmed: bool,
) -> AccountRow:  # fmt: skip
    """Bring the person of a code to an account; `confirmed` says that the signed-in person looked and is that one.

    Raises `Problem`: "not-found" and "code-used" as for an activation, "other-person", "person-unclear", "conflict"
    where the account stands at that practice already, or the code is none of a patient's.
    """
    account = held(session, AccountRow, account_id)
    assert account is not None
    code = live_code(session, secret, typed, now)
    invited, mine = _persons(session, code.account), _persons(session, account_id)
    if not invited or not mine:
        raise Problem("conflict", reason="not-a-patient")
    if {person.practice for person in mine} & {person.practice for person in invited}:
        raise Problem("conflict", reason="same-practice")
    _refuse_others(mine, invited, confirmed=confirmed)
    code.used_at = now
    _move(session, code.account, account_id, now)
    session.flush()
    session.expire(account, ["patients"])
    practice = session.get_one(PracticeRow, invited[0].practice)
    note(session, account=account_id, kind="practice-joined", at=now, details={"practice": practice.name})
    told = Told("practice-joined", {"at": moment_words(session, account, now)})
    tell(session, settings, account, told, now, practice=practice)
    return account


def _persons(session: Session, account: str) -> list[PatientRow]:
    asked = select(PatientRow).join(AccountPatientRow, AccountPatientRow.patient == PatientRow.id)
    mine = (AccountPatientRow.account == account, AccountPatientRow.relation == "self")
    return list(session.scalars(asked.where(*mine).order_by(AccountPatientRow.position)))


def _refuse_others(mine: Sequence[PatientRow], invited: Sequence[PatientRow], *, confirmed: bool) -> None:
    """Refuse somebody else's code, and ask where it is not certain: exams of two people must not come together."""
    for person in invited:
        verdicts = {compare(_without_id(own), _without_id(person)) for own in mine}
        if verdicts == {"other"}:
            raise Problem("other-person")
        if "same" not in verdicts and not confirmed:
            raise Problem("person-unclear")


def _without_id(person: PatientRow) -> Identity:
    return replace(identity_of(person), patient_id=None, issuer_of_patient_id=None)


def _move(session: Session, source: str, account: str, now: datetime) -> None:
    """Let the persons of one account stand under another, after those that are there, and close the first."""
    links = select(AccountPatientRow.patient, AccountPatientRow.relation).where(AccountPatientRow.account == source)
    moved = session.execute(links.order_by(AccountPatientRow.position)).all()
    there = select(AccountPatientRow.position).where(AccountPatientRow.account == account)
    last = max(session.scalars(there), default=-1)
    session.execute(delete(AccountPatientRow).where(AccountPatientRow.account == source))
    for number, (patient, relation) in enumerate(moved, last + 1):
        session.add(AccountPatientRow(account=account, patient=patient, relation=relation, position=number))
    others = (ActivationRow.account == source, ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    session.execute(update(ActivationRow).where(*others).values(voided_at=now))
    closed = session.get_one(AccountRow, source)
    closed.state, closed.email, closed.phone = "closed", None, None
