"""Shares as the wire says them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from dicom.amounts import amount_of
from dicom.study_names import study_names
from portal.names import ExamId, ShareId, Uid
from portal.server.access.share_sessions import recipient_of
from portal.server.access.share_state import ending, link_locked, status, typed_locked
from portal.server.access.visibility import visible
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, ShareRow, ShareStudyRow, StudyRow
from portal.server.exams.exam_shapes import person_shape, shareable_studies
from portal.server.exams.wholeness import wholeness_of
from portal.wire.addresses import SHARE_PATH
from portal.wire.moments import utc_text
from portal.wire.sharing import Share
from portal.wire.well_known import Limits
from portal.wire.wholeness import Wholeness, together


def share_shape(session: Session, share: ShareRow, now: datetime, limits: Limits) -> Share:
    """Describe a share to its owner."""
    return Share(
        id=ShareId(share.id),
        studies=tuple(map(Uid, shared_studies(session, share.id))),
        exams=tuple(map(ExamId, shared_exams(session, share.id))),
        title=share.title,
        person=person_shape(share.person),
        status=status(share, now),
        created_at=utc_text(share.created_at),
        expires_at=utc_text(share.expires_at),
        max_accesses=share.max_accesses,
        accesses_used=share.accesses_used,
        label=share.label,
        message=share.message,
        email=share.email,
        include_images=share.include_images,
        include_report=share.include_report,
        allow_download=share.allow_download,
        revoked_at=utc_text(share.revoked_at) if share.revoked_at else None,
        last_opened_at=utc_text(share.last_opened_at) if share.last_opened_at else None,
        locked=link_locked(share, limits),
        wrong_codes=share.wrong_codes,
        typed_locked=typed_locked(share, limits),
        wrong_typed_codes=share.wrong_typed_codes,
        wholeness=share_wholeness(session, share, now),
        later=tuple(map(Uid, later_studies(session, share, now))),
        name=share_name(session, share.id),
    )


def share_wholeness(session: Session, share: ShareRow, now: datetime) -> Wholeness | None:
    """Say how much of what is shared is there now, as its recipient sees it; None where no images are shared."""
    if not share.include_images:
        return None
    seen = visible(session, recipient_of(session, share), now)
    asked = (
        select(StudyRow, SeriesRow.modality, InstanceRow.sop_class_uid, func.count(InstanceRow.id))
        .join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
        .join(ExamRow, ExamRow.id == StudyRow.exam)
        .outerjoin(SeriesRow, SeriesRow.study == StudyRow.id)
        .outerjoin(InstanceRow, and_(InstanceRow.series == SeriesRow.id, seen))
        .where(ShareStudyRow.share == share.id)
        .group_by(StudyRow.id, SeriesRow.modality, InstanceRow.sop_class_uid)
        .order_by(StudyRow.id)
    )
    found: dict[StudyRow, list[tuple[str | None, str | None, int]]] = {}
    for study, modality, sop_class_uid, number in session.execute(asked).all():
        found.setdefault(study, []).append((modality, sop_class_uid, int(number)))
    return together(wholeness_of(session, study, amount_of(objects)) for study, objects in found.items())


def shared_exams(session: Session, share: str) -> tuple[str, ...]:
    """Give the exams a share holds studies of."""
    asked = select(StudyRow.exam).join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
    return tuple(session.scalars(asked.where(ShareStudyRow.share == share).distinct().order_by(StudyRow.exam)))


def shared_studies(session: Session, share: str) -> tuple[str, ...]:
    """Give the Study Instance UIDs a share was made for."""
    asked = (
        select(StudyRow.study_instance_uid)
        .join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
        .where(ShareStudyRow.share == share)
        .order_by(StudyRow.id)
    )
    return tuple(session.scalars(asked))


def share_name(session: Session, share: str) -> str:
    """Say what the hospital calls the studies a share holds."""
    asked = select(StudyRow.study_description).join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
    return study_names(session.scalars(asked.where(ShareStudyRow.share == share).order_by(StudyRow.id)))


def later_studies(session: Session, share: ShareRow, now: datetime) -> tuple[str, ...]:
    """Give what its exams have besides and could be shared too; nothing of this is ever added to it."""
    if ending(share, now) is not None:
        return ()
    ours = select(ShareStudyRow.study).where(ShareStudyRow.share == share.id)
    besides = select(StudyRow.exam).where(
        StudyRow.exam.in_(select(StudyRow.exam).where(StudyRow.id.in_(ours))), StudyRow.id.not_in(ours)
    )
    held = set(session.scalars(ours))
    exams = [session.get_one(ExamRow, exam) for exam in session.scalars(besides.distinct().order_by(StudyRow.exam))]
    ready = [study for exam in exams for study in shareable_studies(session, exam, now)]
    return tuple(study.study_instance_uid for study in ready if study.id not in held)


def share_link(settings: ServerSettings, token: str | None = None) -> str:
    """Give the address of a link, or without a token of the page that asks for a typed share code.

    Made from the public address alone: what a request calls its host is written by who asks.
    """
    page = settings.public_url.rstrip("/") + SHARE_PATH
    return f"{page}/{token}" if token else page


def etag(share: ShareRow) -> str:
    """Name the version of what the owner can change; an access in between does not spoil an edit."""
    return f'"{share.version}"'
