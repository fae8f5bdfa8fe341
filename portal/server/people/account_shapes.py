"""What an account and a portal look like to whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.version import version
from portal.names import AccountId, Link
from portal.server.access.lapsing import rests_at
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountPatientRow, AccountRow, PatientRow, PracticeRow
from portal.server.people.invitations import NewCode
from portal.wire.accounts import Account, AccountPractice, Invited
from portal.wire.addresses import API_PATH, DICOMWEB_PATH, OAUTH_METADATA_PATH, RECEIPT_KEYS_PATH, SHARE_PATH
from portal.wire.moments import utc_text
from portal.wire.people import Person, Practice
from portal.wire.well_known import WellKnown

ACTIVATE_PATH = "/oauth/activate"
CAPABILITIES = ("upload", "exams", "share", "activity", "device-sign-in", "signed-receipts")


def well_known(session: Session, settings: ServerSettings) -> WellKnown:
    """Say that this is a portal, and what it can."""
    url = settings.public_url
    practices = session.scalars(select(PracticeRow).order_by(PracticeRow.id))
    return WellKnown(
        portal=settings.name,
        version=version(),
        url=Link(url),
        api=url + API_PATH,
        dicomweb=url + DICOMWEB_PATH,
        oauth=url + OAUTH_METADATA_PATH,
        share=Link(url + SHARE_PATH),
        local=settings.local,
        practices=tuple(practice_shape(row) for row in practices),
        capabilities=CAPABILITIES,
        limits=settings.limits,
        receipt_keys=url + RECEIPT_KEYS_PATH,
    )


def account_shape(session: Session, account: AccountRow) -> Account:
    """Say who is signed in, and whom the account stands for."""
    persons = session.scalars(
        select(PatientRow).join(AccountPatientRow, AccountPatientRow.patient == PatientRow.id)
        .where(AccountPatientRow.account == account.id).order_by(AccountPatientRow.position)
    ).all()  # fmt: skip
    standing = [session.get_one(PracticeRow, each) for each in dict.fromkeys(person.practice for person in persons)]
    practice = standing[0]
    last = account.last_sign_in_at
    return Account(
        id=AccountId(account.id),
        user_name=account.user_name or "",
        persons=tuple(person_shape(person) for person in persons),
        practice=practice_shape(practice),
        last_sign_in_at=None if last is None else utc_text(last),
        email=account.email,
        phone=account.phone,
        self_service=all(each.self_service for each in standing),
        rests_at=utc_text(rests_at(account)),
        deletion_asked_at=utc_text(account.deletion_asked_at) if account.deletion_asked_at else None,
        practices=tuple(_standing(each, persons) for each in standing),
    )


def _standing(practice: PracticeRow, persons: Sequence[PatientRow]) -> AccountPractice:
    known = tuple(person_shape(person) for person in persons if person.practice == practice.id)
    return AccountPractice(practice_shape(practice), known, practice.self_service)


def person_shape(patient: PatientRow) -> Person:
    """Name a person as the practice knows them."""
    return Person(
        patient_name=patient.patient_name,
        patient_birth_date=patient.patient_birth_date,
        patient_id=patient.patient_id,
        issuer_of_patient_id=patient.issuer_of_patient_id,
        patient_sex=patient.patient_sex,
    )


def practice_shape(row: PracticeRow) -> Practice:
    """Say whom to ask."""
    return Practice(name=row.name, phone=row.phone, email=row.email, address=row.address)


def invited(settings: ServerSettings, made: NewCode, *, told: bool) -> Invited:
    """Write an activation code with the address where it is used; `told` says that a notice is on its way."""
    link = Link(activation_address(settings, made.code))
    return Invited(made.code, link, utc_text(made.expires_at), told)


def activation_address(settings: ServerSettings, code: str) -> str:
    """Give the address on which an activation code is used."""
    return f"{settings.public_url}{ACTIVATE_PATH}?{urlencode({'activation_code': code})}"
