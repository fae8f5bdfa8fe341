"""Whose a study is that the practice sends: by practice and Patient ID, with nothing against it; never by name alone.

What staff decided of a study counts for what comes of it later.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.model import Header
from dicom.people.dates import likeness_of_dates, parse_birth_date
from dicom.people.person_key import Named, plain_id
from dicom.people.same_person import Identity, compare_names, identity_of, sexes_differ
from dicom.text.guess import may_be_read_as
from portal.server.base.tables import HeldStudyRow, PatientRow

Why = Literal["no-patient-id", "unknown-patient", "contradicts", "conflict"]
SAID = tuple(field.name for field in fields(Identity) if field.compare)


def decided(session: Session, practice: int, header: Header) -> HeldStudyRow | None:
    """Give what staff decided of the study an instance belongs to, and what it is held as; `None` for no such study."""
    return session.scalars(
        select(HeldStudyRow).where(
            HeldStudyRow.practice == practice,
            HeldStudyRow.identity == identity_hash(identity_of(header)),
            HeldStudyRow.study_instance_uid == header.study_instance_uid,
        )
    ).first()


def patient_for(session: Session, practice: int, header: Header) -> PatientRow | Why:
    """Find the practice's patient an instance names, or say why it has to be held."""
    patient_id = (header.patient_id or "").strip()
    if not patient_id:
        return "no-patient-id"
    found = session.scalars(
        select(PatientRow).where(PatientRow.practice == practice, PatientRow.patient_id == patient_id)
    ).first()
    if found is None:
        return "unknown-patient"
    return "contradicts" if contradicts(found, identity_of(header), header.doubtful_name) else found


def contradicts(known: Named, said: Identity, doubtful_name: str | None = None) -> bool:
    """Tell whether name, birth date, sex or issuer speak against one person, whose Patient IDs are equal.

    What is not said speaks against nothing; a second family name does: staff know of a wedding, a program does not.
    `doubtful_name` are the bytes (Latin-1) of a name that had to be guessed.
    """
    dates = likeness_of_dates(parse_birth_date(known.patient_birth_date), parse_birth_date(said.patient_birth_date))
    if dates in ("near", "different") or sexes_differ(known, said):
        return True
    issuers = plain_id(known.issuer_of_patient_id), plain_id(said.issuer_of_patient_id)
    if all(issuers) and issuers[0] != issuers[1]:
        return True
    if compare_names(known.patient_name, said.patient_name) in ("equal", "unknown"):
        return False
    return doubtful_name is None or not may_be_read_as(doubtful_name, known.patient_name)


def identity_hash(person: Identity) -> str:
    """Name a person as images name them, to the letter."""
    said = asdict(person)
    return hashlib.sha256(json.dumps([said[name] for name in SAID]).encode()).hexdigest()
