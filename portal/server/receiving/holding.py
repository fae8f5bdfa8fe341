"""Studies that came for nobody the practice knows: kept whole, shown to nobody but staff, who decide whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.decoding.wire import to_wire
from dicom.model import StoredHeader
from dicom.people.same_person import identity_of
from portal.server.base.rows import found_or_added
from portal.server.base.tables import HeldInstanceRow, HeldStudyRow
from portal.server.base.tokens import new_id
from portal.server.objects.object_rows import note_object
from portal.server.receiving.matching import SAID, Why, identity_hash
from portal.wire.store_failures import FAILURE_DUPLICATE, FAILURE_NOT_AUTHORISED


def objection(session: Session, study: HeldStudyRow | None, stored: StoredHeader, sha256: str) -> int | None:
    """Give the FailureReason that speaks against holding an instance: thrown away before, or held with other bytes."""
    if study is None:
        return None
    if study.state == "discarded":
        return FAILURE_NOT_AUTHORISED
    known = _known(session, study, stored)
    return FAILURE_DUPLICATE if known is not None and known.sha256 != sha256 else None


def hold(
    session: Session, practice: int, why: Why, stored: StoredHeader, sha256: str, size: int, now: datetime
) -> int | None:
    """Write down an instance nobody is known for, or return the FailureReason that speaks against it."""
    study = _study(session, practice, why, stored, now)
    failure = objection(session, study, stored, sha256)
    if failure is not None:
        return failure
    note_object(session, sha256, size, now)
    study.last_received_at = now
    if _known(session, study, stored) is None:
        session.add(
            HeldInstanceRow(
                study=study.id,
                sop_instance_uid=stored.header.sop_instance_uid,
                modality=stored.header.modality,
                sha256=sha256,
                size=size,
                header=to_wire(stored),
                stored_at=now,
            )
        )
    session.flush()
    return None


def _known(session: Session, study: HeldStudyRow, stored: StoredHeader) -> HeldInstanceRow | None:
    return session.scalars(
        select(HeldInstanceRow).where(
            HeldInstanceRow.study == study.id,
            HeldInstanceRow.sop_instance_uid == stored.header.sop_instance_uid,
        )
    ).first()


def _study(session: Session, practice: int, why: Why, stored: StoredHeader, now: datetime) -> HeldStudyRow:
    header = stored.header
    person = identity_of(header)
    identity = identity_hash(person)
    one = (
        HeldStudyRow.practice == practice,
        HeldStudyRow.identity == identity,
        HeldStudyRow.study_instance_uid == header.study_instance_uid,
    )
    said: dict[str, Any] = {
        "state": "held",
        "why": why,
        "person": {name: getattr(person, name) for name in SAID},
        "doubtful_name": header.doubtful_name,
        "patient_id": (header.patient_id or "").strip() or None,
        "study_date": header.study_date or header.series_date,
        "accession_number": header.accession_number,
        "study_description": header.study_description,
        "received_at": now,
        "last_received_at": now,
    }
    names = {"practice": practice, "identity": identity, "study_instance_uid": header.study_instance_uid}
    row, _ = found_or_added(
        session, select(HeldStudyRow).where(*one), lambda: HeldStudyRow(id=new_id(), **names, **said)
    )
    if row.state == "allowed":  # thrown away once: what was known of it was forgotten
        for name, value in said.items():
            setattr(row, name, value)
    return row
