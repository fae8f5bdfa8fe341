"""Whose an instance is that somebody sends: by its own header, never by what the sender says about it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.model import Header
from dicom.people.same_person import Identity, compare, identity_of
from dicom.text.guess import may_be_read_as
from portal.server.access.caller import Caller
from portal.server.base.tables import AccountPatientRow, PatientRow, UploadRow
from portal.server.receiving.instance_rows import Owner
from portal.server.receiving.matching import SAID, Why, decided, patient_for


def owner_of(session: Session, caller: Caller, header: Header) -> Owner | Why | None:
    """Give the person an instance is kept for, or why it has to be held; `None` where this caller may not bring it."""
    if caller.kind == "staff":
        return _of_practice(session, caller, header)
    return _of_account(session, caller, header) if caller.kind == "account" else None


def persons_of(session: Session, account: str | None) -> list[PatientRow]:
    """List the persons an account stands for, its own first."""
    return list(
        session.scalars(
            select(PatientRow)
            .join(AccountPatientRow, AccountPatientRow.patient == PatientRow.id)
            .where(AccountPatientRow.account == account)
            .order_by(AccountPatientRow.position, PatientRow.id)
        )
    )


def _of_account(session: Session, caller: Caller, header: Header) -> Owner | None:
    uploads = _open_uploads(session, caller, header)
    persons = persons_of(session, caller.account)
    mine = {person.id for person in persons}
    same = [person.id for person in persons if compare(person, header) == "same"]
    for upload in uploads:  # what was agreed for this study decides between two persons that both fit
        if upload.patient in same or (upload.patient in mine and _was_confirmed(upload, header)):
            return Owner(upload.patient, "upload")
    return Owner(same[0], "upload") if same else None


def _open_uploads(session: Session, caller: Caller, header: Header) -> list[UploadRow]:
    return list(
        session.scalars(
            select(UploadRow).where(
                UploadRow.account == caller.account,
                UploadRow.study_instance_uid == header.study_instance_uid,
                UploadRow.state == "open",
            )
        )
    )


def _was_confirmed(upload: UploadRow, header: Header) -> bool:
    """Tell whether a person vouched for exactly this identity."""
    guessed = header.doubtful_name is not None  # then the person was asked, though the names look alike
    if not upload.person_confirmed or not (guessed or upload.identity == "perhaps"):
        return False
    said: dict[str, str | None] = {name: upload.person.get(name) for name in SAID}
    meant, found = Identity(**said), identity_of(header)  # type: ignore[arg-type]
    if header.doubtful_name is not None and may_be_read_as(header.doubtful_name, meant.patient_name):
        found = replace(found, patient_name=meant.patient_name)  # guessed there with more to go by than one image
    return meant == found or compare(meant, header) == "same"


def _of_practice(session: Session, caller: Caller, header: Header) -> Owner | Why | None:
    practice = caller.practice or 0
    study = decided(session, practice, header)
    if study is not None and study.state == "discarded":
        return None
    if study is not None and study.state == "assigned" and study.patient is not None:
        return Owner(study.patient, "practice")
    found = patient_for(session, practice, header)
    return found if isinstance(found, str) else Owner(found.id, "practice")
