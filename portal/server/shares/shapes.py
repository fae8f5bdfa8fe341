"""Shares as the wire says them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.names import ExamId, ShareId, Uid
from portal.server.exams.exams import person_shape
from portal.server.exams.wholeness import wholeness_of
from portal.server.settings import ServerSettings
from portal.server.shares.status import link_locked, status, typed_locked
from portal.server.tables import InstanceRow, SeriesRow, ShareExamRow, ShareRow, StudyRow
from portal.wire import SHARE_PATH, Limits, Share, Wholeness, together, utc_text


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
        wholeness=share_wholeness(session, share),
    )


def share_wholeness(session: Session, share: ShareRow) -> Wholeness | None:
    """Say how much of what is shared is there now; None where no images are shared."""
    if not share.include_images:
        return None
    asked = (
        select(StudyRow, func.count(InstanceRow.id))
        .join(ShareExamRow, ShareExamRow.exam == StudyRow.exam)
        .outerjoin(SeriesRow, SeriesRow.study == StudyRow.id)
        .outerjoin(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(ShareExamRow.share == share.id)
        .group_by(StudyRow.id)
    )
    return together(wholeness_of(session, study, int(here)) for study, here in session.execute(asked).all())


def shared_exams(session: Session, share: str) -> tuple[str, ...]:
    """Give the exams of a share."""
    return tuple(session.scalars(select(ShareExamRow.exam).where(ShareExamRow.share == share).order_by("exam")))


def shared_studies(session: Session, share: str) -> tuple[str, ...]:
    """Give the Study Instance UIDs of a share: all studies of its exams."""
    asked = (
        select(StudyRow.study_instance_uid)
        .join(ShareExamRow, ShareExamRow.exam == StudyRow.exam)
        .where(ShareExamRow.share == share)
        .order_by(StudyRow.id)
    )
    return tuple(session.scalars(asked))


def share_link(settings: ServerSettings, token: str | None = None) -> str:
    """Give the address of a link, or without a token of the page that asks for a typed share code.

    Made from the public address alone: what a request calls its host is written by who asks.
    """
    page = settings.public_url.rstrip("/") + SHARE_PATH
    return f"{page}/{token}" if token else page


def etag(share: ShareRow) -> str:
    """Name the version of what the owner can change; an access in between does not spoil an edit."""
    return f'"{share.version}"'
