"""Whether something was taken out and is not to come back by itself."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.server.base.tables import RemovalRow, RemovedRow, StudyRow
from portal.wire.exams import Origin


def was_removed(session: Session, patient: int, study_instance_uid: str, sop_instance_uid: str, origin: Origin) -> bool:
    """Tell whether an image, or its whole study, was taken out of a person's exams, whoever sends it again.

    A person still adds to what is left of a study of their own.
    """
    row = session.scalars(
        select(RemovedRow)
        .join(RemovalRow, RemovalRow.id == RemovedRow.removal)
        .where(RemovedRow.patient == patient, RemovedRow.study_instance_uid == study_instance_uid)
        .where(or_(RemovedRow.sop_instance_uid.is_(None), RemovedRow.sop_instance_uid == sop_instance_uid))
        .where(RemovalRow.allowed_at.is_(None))
        .order_by(RemovedRow.sop_instance_uid.desc())
        .limit(1)
    ).first()
    if row is None or row.sop_instance_uid is not None or origin == "practice":
        return row is not None
    left = StudyRow.patient == patient, StudyRow.study_instance_uid == study_instance_uid
    return session.scalars(select(StudyRow.id).where(*left)).first() is None


def report_was_removed(session: Session, patient: int, sha256: str) -> bool:
    """Tell whether just this report was taken out of a person's exams."""
    asked = (
        select(RemovedRow.id)
        .join(RemovalRow, RemovalRow.id == RemovedRow.removal)
        .where(RemovedRow.patient == patient, RemovedRow.report_sha256 == sha256, RemovalRow.allowed_at.is_(None))
    )
    return session.scalars(asked.limit(1)).first() is not None
