"""How much of a study is here: what its senders left out, and what of that the portal's own list has settled since.

A sender's word adds to what is missing; nothing but the portal's list takes from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from dicom.amounts import Amount
from portal.server.base.problems import Problem
from portal.server.base.tables import (
    InstanceRow,
    LeftOutRow,
    SeriesRow,
    StoredObjectRow,
    StudyRow,
    UploadItemRow,
    UploadRow,
)
from portal.wire.uploads import LeftOut, Manifest
from portal.wire.wholeness import NotHere, Wholeness, WholenessState

LEFT_OUT_MOST = 100_000  # of one study
# what is here under the image's number may be other content: only an upload that proves its bytes settles it
_DOUBTED = ("conflict", "kept-other")
_MAYBE = "perhaps-unreadable"


def numbered(manifest: Manifest) -> dict[str, LeftOut]:
    """Give what a manifest leaves out and names by its UID."""
    said = manifest.left_out or ()
    return {each.sop_instance_uid: each for each in said if each.sop_instance_uid is not None}


def untold(session: Session, row: UploadRow, manifest: Manifest) -> dict[str, LeftOut]:
    """Give what of it is not noted yet, or not like that."""
    asked = select(LeftOutRow.sop_instance_uid, LeftOutRow.code).where(
        _of(row), LeftOutRow.upload == row.id, LeftOutRow.settled_at.is_(None)
    )
    noted = {row.sop_instance_uid: row.code for row in session.execute(asked)}
    return {uid: said for uid, said in numbered(manifest).items() if noted.get(uid) != said.code}


def told_left_out(session: Session, row: UploadRow) -> tuple[LeftOut, ...]:
    """List what of an upload's study somebody said is not sent, and nothing has settled since."""
    asked = select(LeftOutRow).where(_of(row), LeftOutRow.settled_at.is_(None)).order_by(LeftOutRow.id)
    return tuple(LeftOut(each.code, each.sop_instance_uid, each.images) for each in session.scalars(asked))  # type: ignore[arg-type]


def refuse_flood(session: Session, patient: int, manifest: Manifest) -> None:
    """Refuse where with this too much would be noted as not here; raises `Problem("invalid-request")`."""
    if manifest.left_out is None:
        return
    study = and_(LeftOutRow.patient == patient, LeftOutRow.study_instance_uid == manifest.study_instance_uid)
    there = session.scalar(select(func.count()).select_from(LeftOutRow).where(study)) or 0
    named = session.scalars(select(LeftOutRow.sop_instance_uid).where(study))
    if there + len(numbered(manifest).keys() - set(named)) > LEFT_OUT_MOST:
        raise Problem("invalid-request", fields=[{"field": "body.left_out", "reason": "too-many"}])


def settled_by(session: Session, row: UploadRow) -> list[int]:
    """List the notes of single images that this upload has: proved, they are settled."""
    proved = select(UploadItemRow.sop_instance_uid).where(UploadItemRow.upload == row.id)
    asked = select(LeftOutRow.id).where(_of(row), LeftOutRow.settled_at.is_(None))
    return list(session.scalars(asked.where(LeftOutRow.sop_instance_uid.in_(proved))))


def settle(session: Session, notes: Sequence[int], now: datetime) -> None:
    """Settle some notes of single images: the portal has just proved that they are here."""
    session.execute(
        update(LeftOutRow)
        .where(LeftOutRow.id.in_(notes))
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )


def settle_nameless(session: Session, row: UploadRow, now: datetime) -> None:
    """Settle images without a UID of this copy, and of those it holds whole, as far as it has grown since."""
    if not row.told:
        return
    asked = select(LeftOutRow).where(_of(row), LeftOutRow.settled_at.is_(None))
    said = list(session.scalars(asked))
    waiting: dict[str, list[LeftOutRow]] = {}
    for each in said:
        if each.sop_instance_uid is None:
            waiting.setdefault(each.upload, []).append(each)
    proved = session.scalar(select(func.count()).where(UploadItemRow.upload == row.id)) or 0
    named = proved + sum(each.images for each in said if each.upload == row.id)
    for upload, rows in waiting.items():
        if None not in {each.known for each in rows} and _covers(session, row.id, upload):
            _reduce(rows, proved if upload == row.id else named, now)


def wholeness_of_each(session: Session, studies: Sequence[tuple[StudyRow, Amount]]) -> list[Wholeness]:
    """Say it of several studies, each with what of it is told of; one may be there for several who see other parts.

    The number of statements does not grow with theirs.
    """
    ids = sorted({study.id for study, _amount in studies})
    doubted, missing = _missing(session, ids)
    for study, images in _damaged(session, ids).items():
        missing[study]["damaged-here"] = images
    uploads = _uploads(session, ids)
    arriving = {study for study, rows in uploads.items() if any(row.state == "open" for row in rows)}
    for study, images in _not_arrived(session, sorted(arriving)).items():
        missing[study]["not-arrived"] = images
    whole = _all_told(session, [study for study in ids if study not in arriving and not missing[study]], uploads)
    return [
        _shape(amount, doubted[study.id], missing[study.id], study.id in arriving, study.id in whole)
        for study, amount in studies
    ]


def _shape(amount: Amount, doubted: int, missing: Mapping[str, int], arriving: bool, whole: bool) -> Wholeness:
    counted = sum(images for code, images in missing.items() if code != _MAYBE)
    state: WholenessState = "whole" if whole else "unknown"
    if arriving or counted:
        state = "arriving" if arriving else "partial"
    not_here = tuple(NotHere(code, images) for code, images in sorted(missing.items()))  # type: ignore[arg-type]
    sound = amount.total - doubted - missing.get("damaged-here", 0)
    return Wholeness(state, sound, sound + counted, not_here, min(amount.besides, max(0, sound)))


def _of(row: UploadRow) -> ColumnElement[bool]:
    return and_(LeftOutRow.patient == row.patient, LeftOutRow.study_instance_uid == row.study_instance_uid)


def _said_of_study() -> ColumnElement[bool]:
    return and_(LeftOutRow.patient == StudyRow.patient, LeftOutRow.study_instance_uid == StudyRow.study_instance_uid)


def _sent_of_study() -> ColumnElement[bool]:
    return and_(UploadRow.patient == StudyRow.patient, UploadRow.study_instance_uid == StudyRow.study_instance_uid)


def _held(
    uid: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], patient: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    return exists().where(InstanceRow.patient == patient, InstanceRow.sop_instance_uid == uid)


# -- what is said --


def note_numbered(session: Session, row: UploadRow, known: Mapping[str, LeftOut], now: datetime) -> None:
    """Keep one row for each of some images; said again, its reason is the newest. What nobody says again stays."""
    asked = select(LeftOutRow).where(_of(row), LeftOutRow.sop_instance_uid.in_(list(known)))
    there = {kept.sop_instance_uid: kept for kept in session.scalars(asked)}
    for uid, kept in there.items():
        kept.upload, kept.code, kept.told_at, kept.settled_at = row.id, known[str(uid)].code, now, None
    fresh = [_values(row, said.code, uid, 1, None, now) for uid, said in known.items() if uid not in there]
    if fresh:
        session.execute(insert(LeftOutRow), fresh)


def note_nameless(session: Session, row: UploadRow, manifest: Manifest, *, grown: bool, now: datetime) -> None:
    """Keep for each reason the most this upload ever named: said again it is not more, and silence proves nothing.

    `grown` says that all the same upload had announced until now is announced again.
    """
    if manifest.left_out is None:
        return
    said: Counter[str] = Counter()
    for each in manifest.left_out:
        if each.sop_instance_uid is None:
            said[each.code] += each.images
    known = len(manifest.items) + len(numbered(manifest))
    rows = session.scalars(select(LeftOutRow).where(LeftOutRow.upload == row.id, LeftOutRow.sop_instance_uid.is_(None)))
    kept = {one.code: one for one in rows}
    for one in kept.values():
        if not grown:
            one.known = None  # it was said of other images than these: their number proves nothing
    for code, images in said.items():
        if code not in kept:
            session.execute(insert(LeftOutRow), [_values(row, code, None, images, known, now)])
        elif images > kept[code].images or kept[code].settled_at is not None:
            kept[code].images, kept[code].known, kept[code].settled_at = images, known, None


def _values(
    row: UploadRow, code: str, uid: str | None, images: int, known: int | None, now: datetime
) -> dict[str, object]:
    return {
        "patient": row.patient,
        "study_instance_uid": row.study_instance_uid,
        "upload": row.id,
        "sop_instance_uid": uid,
        "code": code,
        "images": images,
        "known": known,
        "told_at": now,
        "settled_at": None,
    }


# -- what is settled --


def _reduce(rows: list[LeftOutRow], accounted: int, now: datetime) -> None:
    """Leave of what a sender could not number only what goes beyond the images that are accounted for now."""
    of = max(each.known or 0 for each in rows) + sum(each.images for each in rows)
    left = max(0, of - accounted)
    for each in rows:
        kept = min(each.images, left)
        left -= kept
        each.images, each.known = kept or each.images, max(each.known or 0, accounted)
        each.settled_at = None if kept else now


def _covers(session: Session, whole: str, part: str) -> bool:
    """Tell whether an upload has every image another one had."""
    if whole == part:
        return True
    there = select(UploadItemRow.sop_instance_uid).where(UploadItemRow.upload == whole)
    asked = select(UploadItemRow.position).where(
        UploadItemRow.upload == part, UploadItemRow.sop_instance_uid.not_in(there)
    )
    return session.execute(asked.limit(1)).first() is None


# -- what is asked of several studies at once, named by their rows --


def _missing(session: Session, studies: Sequence[int]) -> tuple[Counter[int], dict[int, Counter[str]]]:
    """Count what is not here by its reason, and how many of those have something else here under their number."""
    held = _held(LeftOutRow.sop_instance_uid, LeftOutRow.patient)
    rows = session.execute(
        select(StudyRow.id, LeftOutRow.code, held, func.sum(LeftOutRow.images))
        .join(LeftOutRow, _said_of_study())
        .where(StudyRow.id.in_(studies), LeftOutRow.settled_at.is_(None))
        .where(or_(LeftOutRow.sop_instance_uid.is_(None), LeftOutRow.code.in_(_DOUBTED), ~held))
        .group_by(StudyRow.id, LeftOutRow.code, held)
    ).all()
    doubted: Counter[int] = Counter()
    missing: dict[int, Counter[str]] = {study: Counter() for study in studies}
    for study, code, there, images in rows:
        missing[study][code] += int(images)
        doubted[study] += int(images) if there else 0
    return doubted, missing


def _uploads(session: Session, studies: Sequence[int]) -> dict[int, list[UploadRow]]:
    asked = select(StudyRow.id, UploadRow).join(UploadRow, _sent_of_study()).where(StudyRow.id.in_(studies))
    found: dict[int, list[UploadRow]] = {}
    for study, upload in session.execute(asked):
        found.setdefault(study, []).append(upload)
    return found


def _damaged(session: Session, studies: Sequence[int]) -> dict[int, int]:
    """Count the instances whose object was found damaged or gone here, where there are any."""
    asked = (
        select(SeriesRow.study, func.count(InstanceRow.id))
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StoredObjectRow, StoredObjectRow.sha256 == InstanceRow.sha256)
        .where(SeriesRow.study.in_(studies), StoredObjectRow.damaged_at.is_not(None))
        .group_by(SeriesRow.study)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _not_arrived(session: Session, studies: Sequence[int]) -> dict[int, int]:
    """Count what open uploads announced and nobody has brought; what was left out since is counted there."""
    if not studies:
        return {}
    said = exists().where(
        _said_of_study(), LeftOutRow.settled_at.is_(None), LeftOutRow.sop_instance_uid == UploadItemRow.sop_instance_uid
    )
    asked = (
        select(StudyRow.id, func.count(UploadItemRow.sop_instance_uid.distinct()))
        .join(UploadRow, _sent_of_study())
        .join(UploadItemRow, UploadItemRow.upload == UploadRow.id)
        .where(StudyRow.id.in_(studies), UploadRow.state == "open")
        .where(~said, ~_held(UploadItemRow.sop_instance_uid, StudyRow.patient))
        .group_by(StudyRow.id)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _all_told(session: Session, studies: Iterable[int], uploads: Mapping[int, Sequence[UploadRow]]) -> set[int]:
    """Tell of which each instance here was proved by an upload whose sender told what there was besides."""
    told = {study for study in studies if any(_is_told(row) for row in uploads.get(study, ()))}
    if not told:
        return set()
    named = (
        exists()
        .where(_sent_of_study(), UploadRow.told.is_(True), UploadRow.state == "complete")
        .where(UploadItemRow.upload == UploadRow.id, UploadItemRow.sop_instance_uid == InstanceRow.sop_instance_uid)
    )
    untold = (
        select(StudyRow.id)
        .join(SeriesRow, SeriesRow.study == StudyRow.id)
        .join(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(StudyRow.id.in_(sorted(told)), ~named)
    )
    return told - set(session.scalars(untold.distinct()))


def _is_told(row: UploadRow) -> bool:
    return bool(row.told) and row.state == "complete"
