"""Whose an upload is, asked of the practice: what names another person is taken only once the staff said so.

Of such an upload nothing is kept but who is named in it; its images come once the practice has answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dicom.people.same_person import Verdict
from portal.server.base.tables import IdentityQuestionRow, PatientRow
from portal.server.base.tokens import new_id
from portal.wire.uploads import Manifest

_NAMES = ("patient_name", "patient_birth_date", "patient_id", "issuer_of_patient_id", "patient_sex")
OPEN_MOST = 50  # of one account; whoever asks more waits for answers


def decided(session: Session, account: str | None, manifest: Manifest) -> IdentityQuestionRow | None:
    """Give the practice's answer about exactly this identity in this study; None as long as there is none."""
    row = _asked(session, account, manifest)
    return row if row is not None and row.state != "open" else None


def ask_practice(
    session: Session, account: str, patient: int, verdict: Verdict, manifest: Manifest, now: datetime
) -> None:
    """Ask whether images are of the account's person after all; asked already is not asked again."""
    before = _asked(session, account, manifest)
    if before is not None:
        before.images = len(manifest.items)
        return
    mine = (IdentityQuestionRow.account == account, IdentityQuestionRow.state == "open")
    if (session.scalar(select(func.count()).select_from(IdentityQuestionRow).where(*mine)) or 0) >= OPEN_MOST:
        return
    session.add(
        IdentityQuestionRow(
            id=new_id(),
            practice=session.get_one(PatientRow, patient).practice,
            account=account,
            patient=patient,
            study_instance_uid=manifest.study_instance_uid,
            verdict=verdict,
            person=_said(asdict(manifest.person)),
            reason=manifest.person_confirmed,
            images=len(manifest.items),
            state="open",
            asked_at=now,
        )
    )
    session.flush()


def _asked(session: Session, account: str | None, manifest: Manifest) -> IdentityQuestionRow | None:
    mine = (
        IdentityQuestionRow.account == account,
        IdentityQuestionRow.study_instance_uid == manifest.study_instance_uid,
    )
    meant = _said(asdict(manifest.person))
    for row in session.scalars(select(IdentityQuestionRow).where(*mine)):
        if _said(row.person) == meant:
            return row
    return None


def _said(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: person.get(name) for name in _NAMES}
