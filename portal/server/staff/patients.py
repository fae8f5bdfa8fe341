"""A patient is made, or changed: whom it might be is asked first, and nobody is joined in silence."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from dicom.people.same_person import Identity, compare, identity_of, resemble
from portal.server.activity.log import accounts_of, note
from portal.server.base.name_forms import words_of
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountPatientRow, AccountRow, PatientRow, PracticeRow
from portal.server.base.tokens import new_id
from portal.server.people.invitations import check_invitation, identity_in
from portal.server.staff.members import Inviting
from portal.server.staff.patient_shapes import patient_shapes
from portal.wire.accounts import Invitation
from portal.wire.desk.patients import NewPatient, PatientEdit
from portal.wire.json_values import to_json

LOOKED_AT = 5000  # persons of one name; those with the birth date first
TOLD_MOST = 20
REACHED = ("email", "phone")


def make_patient(session: Session, by: Inviting, wanted: NewPatient, now: datetime) -> PatientRow:
    """Make a person with an account that waits for its invitation.

    Raises `Problem("person-unclear", candidates=…)` as long as somebody like them was not called another person, and
    "conflict" for a Patient ID that somebody has.
    """
    wanted = replace(wanted, patient_id=(wanted.patient_id or "").strip() or None)
    invitation = _invitation(wanted)
    check_invitation(invitation)
    held(session, PracticeRow, by.practice)  # of two desks that make one person the second is asked
    _free_id(session, by.practice, wanted.patient_id, None, now)
    found = candidates(session, by.practice, identity_in(invitation))
    unanswered = [row for row in found if row.id not in wanted.other_than]
    if unanswered:
        raise Problem("person-unclear", candidates=_told(session, found, identity_in(invitation), now))
    row = PatientRow(
        practice=by.practice,
        patient_id=wanted.patient_id,
        patient_name=wanted.patient_name,
        patient_birth_date=wanted.patient_birth_date,
        patient_sex=wanted.patient_sex,
        created_at=now,
    )
    session.add(row)
    session.flush()
    account = AccountRow(id=new_id(), state="invited", email=wanted.email, phone=wanted.phone, created_at=now)
    account.patients.append(AccountPatientRow(patient=row.id, relation="self", position=0))
    session.add(account)
    session.flush()
    note(session, account=account.id, kind="account-made", at=now, actor=by.actor)
    return row


def change_patient(session: Session, by: Inviting, row: PatientRow, wanted: PatientEdit, now: datetime) -> None:
    """Mend what was written wrongly of a person; `Problem("conflict")` for what makes another person of them."""
    before = identity_of(row)
    said = {name: value for name, value in asdict(wanted).items() if value is not None and name not in REACHED}
    values = {name: value.strip() or None for name, value in said.items()}
    after = Identity(**{**asdict(before), **values})
    check_invitation(_of_identity(after))
    held(session, PracticeRow, by.practice)
    _free_id(session, by.practice, after.patient_id, row.id, now)
    if compare(before, after) == "other":
        raise Problem("conflict", field="patient_name", reason="other-person")
    if before == after:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.name_anew()
    session.flush()
    changed = sorted(name for name in values if getattr(before, name) != values[name])
    for account in accounts_of(session, row.id):
        note(session, account=account, kind="patient-changed", at=now, actor=by.actor, details={"what": changed})


def patient_of(session: Session, practice: int, patient: int) -> PatientRow:
    """Find a person of the practice, held until the end of the transaction; raises `Problem("not-found")`."""
    row = held(session, PatientRow, patient)
    if row is None or row.practice != practice:
        raise Problem("not-found")
    return row


def candidates(session: Session, practice: int, identity: Identity) -> list[PatientRow]:
    """Find who the practice knows already and who might be this person: by name, and by ID and birth date."""
    same_day = PatientRow.patient_birth_date == identity.patient_birth_date
    words = (words_of(identity.patient_name) or "").split()
    named = [PatientRow.words.contains(f" {word} ", autoescape=True) for word in words]
    nameless = (PatientRow.patient_name.is_(None), same_day)
    question = select(PatientRow).where(PatientRow.practice == practice, or_(*named, nameless[0] & nameless[1]))
    question = question.order_by(case((same_day, 0), else_=1), PatientRow.id).limit(LOOKED_AT)
    return [row for row in session.scalars(question) if resemble(row, identity)]


def _told(session: Session, rows: list[PatientRow], identity: Identity, now: datetime) -> list[dict[str, object]]:
    """Say who they are, how likely, and how their accounts stand."""
    some = rows[:TOLD_MOST]
    verdicts = ["same" if compare(row, identity) == "same" else "perhaps" for row in some]
    shapes = patient_shapes(session, some, now)
    return [
        {"likeness": verdict, "patient": to_json(shape)} for verdict, shape in zip(verdicts, shapes, strict=True)
    ]  # fmt: skip


def _free_id(session: Session, practice: int, patient_id: str | None, own: int | None, now: datetime) -> None:
    """Refuse a Patient ID somebody else of the practice has, and say who."""
    if patient_id is None:
        return
    mine = (PatientRow.practice == practice, PatientRow.patient_id == patient_id)
    taken = session.scalars(select(PatientRow).where(*mine)).first()
    if taken is not None and taken.id != own:
        shape = to_json(patient_shapes(session, [taken], now)[0])
        raise Problem("conflict", field="patient_id", reason="taken", patient=shape)


def _invitation(wanted: NewPatient) -> Invitation:
    return Invitation(
        patient_name=wanted.patient_name,
        patient_birth_date=wanted.patient_birth_date,
        email=wanted.email,
        phone=wanted.phone,
        patient_id=wanted.patient_id,
        patient_sex=wanted.patient_sex,
    )


def _of_identity(identity: Identity) -> Invitation:
    return Invitation(
        patient_name=identity.patient_name or "",
        patient_birth_date=identity.patient_birth_date or "",
        patient_id=identity.patient_id,
        patient_sex=identity.patient_sex,
    )
