"""Shares as the wire says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from dicom.amounts import amount_of
from dicom.study_names import study_names
from portal.names import ExamId, ShareId, Uid
from portal.server.access.share_state import ending, link_locked, status, typed_locked
from portal.server.access.visibility import visible_through
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import ExamRow, InstanceRow, PatientRow, SeriesRow, ShareRow, ShareStudyRow, StudyRow
from portal.server.exams.exam_shapes import person_shape, shareable_of_each
from portal.server.exams.wholeness import wholeness_of_each
from portal.wire.addresses import SHARE_PATH
from portal.wire.moments import utc_text
from portal.wire.sharing import Share
from portal.wire.well_known import Limits
from portal.wire.wholeness import Wholeness, together


@dataclass(frozen=True, slots=True)
class SharedStudies:
    """The studies a share was made for, in the order in which they came to the portal."""

    rows: tuple[StudyRow, ...] = ()

    @property
    def uids(self) -> tuple[str, ...]:
        """Give their Study Instance UIDs."""
        return tuple(row.study_instance_uid for row in self.rows)

    @property
    def exams(self) -> tuple[str, ...]:
        """Give the exams they are of."""
        return tuple(sorted({row.exam for row in self.rows}))

    @property
    def name(self) -> str:
        """Say what the hospital calls them."""
        return study_names(row.study_description for row in self.rows)


def share_shape(session: Session, share: ShareRow, now: datetime, limits: Limits) -> Share:
    """Describe a share to its owner."""
    return share_shapes(session, [share], now, limits)[0]


def share_shapes(session: Session, shares: Sequence[ShareRow], now: datetime, limits: Limits) -> list[Share]:
    """Describe shares to their owner; the number of statements does not grow with theirs."""
    ids = [share.id for share in shares]
    persons = select(PatientRow).where(PatientRow.id.in_({share.patient for share in shares}))
    person = {row.id: row for row in session.scalars(persons)}
    studies = _studies(session, ids)
    wholeness = _wholeness(session, [share.id for share in shares if share.include_images], now)
    later = _later(session, [share for share in shares if ending(share, now) is None], studies, now)
    return [
        _shape(
            share,
            studies[share.id],
            person[share.patient],
            wholeness.get(share.id),
            later.get(share.id, ()),
            now,
            limits,
        )
        for share in shares
    ]


def _shape(
    share: ShareRow,
    studies: SharedStudies,
    person: PatientRow,
    wholeness: Wholeness | None,
    later: Sequence[str],
    now: datetime,
    limits: Limits,
) -> Share:
    return Share(
        id=ShareId(share.id),
        studies=tuple(map(Uid, studies.uids)),
        exams=tuple(map(ExamId, studies.exams)),
        title=share.title,
        person=person_shape(person),
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
        wholeness=wholeness,
        later=tuple(map(Uid, later)),
        name=studies.name,
    )


def shared(session: Session, share: str) -> SharedStudies:
    """Give the studies a share was made for."""
    return _studies(session, [share])[share]


def share_wholeness(session: Session, share: ShareRow, now: datetime) -> Wholeness | None:
    """Say how much of what is shared is there now, as its recipient sees it; None where no images are shared."""
    return _wholeness(session, [share.id], now).get(share.id) if share.include_images else None


def _studies(session: Session, shares: Sequence[str]) -> dict[str, SharedStudies]:
    asked = select(ShareStudyRow.share, StudyRow).join(StudyRow, StudyRow.id == ShareStudyRow.study)
    found: dict[str, list[StudyRow]] = {share: [] for share in shares}
    for share, study in session.execute(asked.where(ShareStudyRow.share.in_(shares)).order_by(StudyRow.id)):
        found[share].append(study)
    return {share: SharedStudies(tuple(rows)) for share, rows in found.items()}


def _wholeness(session: Session, shares: Sequence[str], now: datetime) -> dict[str, Wholeness | None]:
    seen = visible_through(session, shares, now)
    asked = (
        select(ShareStudyRow.share, StudyRow, SeriesRow.modality, InstanceRow.sop_class_uid, func.count(InstanceRow.id))
        .join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
        .join(ShareRow, ShareRow.id == ShareStudyRow.share)
        .join(ExamRow, ExamRow.id == StudyRow.exam)
        .outerjoin(SeriesRow, SeriesRow.study == StudyRow.id)
        .outerjoin(InstanceRow, and_(InstanceRow.series == SeriesRow.id, seen))
        .where(ShareStudyRow.share.in_(shares))
        .group_by(ShareStudyRow.share, StudyRow.id, SeriesRow.modality, InstanceRow.sop_class_uid)
        .order_by(ShareStudyRow.share, StudyRow.id)
    )
    found: dict[tuple[str, StudyRow], list[tuple[str | None, str | None, int]]] = {}
    for share, study, modality, sop_class_uid, number in session.execute(asked).all():
        found.setdefault((share, study), []).append((modality, sop_class_uid, int(number)))
    each = wholeness_of_each(session, [(study, amount_of(objects)) for (_share, study), objects in found.items()])
    parts: dict[str, list[Wholeness]] = {share: [] for share in shares}
    for (share, _study), whole in zip(found, each, strict=True):
        parts[share].append(whole)
    return {share: together(of_each) for share, of_each in parts.items()}


def _later(
    session: Session, shares: Sequence[ShareRow], studies: Mapping[str, SharedStudies], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Give what the exams of shares have besides and could be shared too; nothing of this is ever added to them."""
    ready = shareable_of_each(session, {exam for share in shares for exam in studies[share.id].exams}, now)

    def besides(held: SharedStudies) -> Iterator[str]:
        return (row.study_instance_uid for exam in held.exams for row in ready[exam] if row not in held.rows)

    return {share.id: tuple(besides(studies[share.id])) for share in shares}


def share_link(settings: ServerSettings, token: str | None = None) -> str:
    """Give the address of a link, or without a token of the page that asks for a typed share code.

    Made from the public address alone: what a request calls its host is written by who asks.
    """
    page = settings.public_url.rstrip("/") + SHARE_PATH
    return f"{page}/{token}" if token else page


def etag(share: ShareRow) -> str:
    """Name the version of what the owner can change; an access in between does not spoil an edit."""
    return f'"{share.version}"'
