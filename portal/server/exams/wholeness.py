"""How much of a study is here: what its senders left out, and what of that the portal's own list has settled since.

A sender's word adds to what is missing; nothing but the portal's list takes from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import wire
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

LEFT_OUT_MOST = 100_000  # of one study
# what is here under the image's number may be other content: only an upload that proves its bytes settles it
_DOUBTED = ("conflict", "kept-other")
_MAYBE = "perhaps-unreadable"


def numbered(manifest: wire.Manifest) -> dict[str, wire.LeftOut]:
    """Give what a manifest leaves out and names by its UID."""
    said = manifest.left_out or ()
    return {each.sop_instance_uid: each for each in said if each.sop_instance_uid is not None}


def untold(session: Session, row: UploadRow, manifest: wire.Manifest) -> dict[str, wire.LeftOut]:
    """Give what of it is not noted yet, or not like that."""
    asked = select(LeftOutRow.sop_instance_uid, LeftOutRow.code).where(
        _of(row), LeftOutRow.upload == row.id, LeftOutRow.settled_at.is_(None)
    )
    noted = {row.sop_instance_uid: row.code for row in session.execute(asked)}
    return {uid: said for uid, said in numbered(manifest).items() if noted.get(uid) != said.code}


def refuse_flood(session: Session, patient: int, manifest: wire.Manifest) -> None:
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


def wholeness_of(session: Session, study: StudyRow, here: int) -> wire.Wholeness:
    """Say how much of a study is here; `here` is how many instances the portal has of it."""
    doubted, missing = _missing(session, study)
    uploads = list(session.scalars(select(UploadRow).where(_uploads_of(study))))
    damaged = _damaged(session, study)
    if damaged:
        missing["damaged-here"] = damaged
    arriving = _not_arrived(session, study, [row.id for row in uploads if row.state == "open"])
    if arriving:
        missing["not-arrived"] = arriving
    counted = sum(images for code, images in missing.items() if code != _MAYBE)
    not_here = tuple(wire.NotHere(code, images) for code, images in sorted(missing.items()))  # type: ignore[arg-type]
    state: wire.WholenessState = "unknown"
    if any(row.state == "open" for row in uploads):
        state = "arriving"
    elif counted:
        state = "partial"
    elif not missing and _all_told(session, study, uploads):
        state = "whole"
    sound = here - doubted - damaged
    return wire.Wholeness(state, sound, sound + counted, not_here)


def _of(row: UploadRow | StudyRow) -> ColumnElement[bool]:
    return and_(LeftOutRow.patient == row.patient, LeftOutRow.study_instance_uid == row.study_instance_uid)


def _uploads_of(study: StudyRow) -> ColumnElement[bool]:
    return and_(UploadRow.patient == study.patient, UploadRow.study_instance_uid == study.study_instance_uid)


def _held(uid: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], patient: int) -> ColumnElement[bool]:
    return exists().where(InstanceRow.patient == patient, InstanceRow.sop_instance_uid == uid)


# -- what is said --


def note_numbered(session: Session, row: UploadRow, known: Mapping[str, wire.LeftOut], now: datetime) -> None:
    """Keep one row for each of some images; said again, its reason is the newest. What nobody says again stays."""
    asked = select(LeftOutRow).where(_of(row), LeftOutRow.sop_instance_uid.in_(list(known)))
    there = {kept.sop_instance_uid: kept for kept in session.scalars(asked)}
    for uid, kept in there.items():
        kept.upload, kept.code, kept.told_at, kept.settled_at = row.id, known[str(uid)].code, now, None
    fresh = [_values(row, said.code, uid, 1, None, now) for uid, said in known.items() if uid not in there]
    if fresh:
        session.execute(insert(LeftOutRow), fresh)


def note_nameless(session: Session, row: UploadRow, manifest: wire.Manifest, *, grown: bool, now: datetime) -> None:
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


# -- what is asked --


def _missing(session: Session, study: StudyRow) -> tuple[int, Counter[str]]:
    """Count what is not here by its reason, and how many of those have something else here under their number."""
    held = _held(LeftOutRow.sop_instance_uid, study.patient)
    rows = session.execute(
        select(LeftOutRow.code, held, func.sum(LeftOutRow.images))
        .where(_of(study), LeftOutRow.settled_at.is_(None))
        .where(or_(LeftOutRow.sop_instance_uid.is_(None), LeftOutRow.code.in_(_DOUBTED), ~held))
        .group_by(LeftOutRow.code, held)
    ).all()
    missing: Counter[str] = Counter()
    for code, _there, images in rows:
        missing[code] += int(images)
    return sum(int(images) for _code, there, images in rows if there), missing


def _damaged(session: Session, study: StudyRow) -> int:
    """Count the instances whose object was found damaged or gone here."""
    asked = (
        select(func.count(InstanceRow.id))
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StoredObjectRow, StoredObjectRow.sha256 == InstanceRow.sha256)
        .where(SeriesRow.study == study.id, StoredObjectRow.damaged_at.is_not(None))
    )
    return session.scalar(asked) or 0


def _not_arrived(session: Session, study: StudyRow, uploads: Iterable[str]) -> int:
    """Count what open uploads announced and nobody has brought; what was left out since is counted there."""
    said = select(LeftOutRow.sop_instance_uid).where(
        _of(study), LeftOutRow.settled_at.is_(None), LeftOutRow.sop_instance_uid.is_not(None)
    )
    asked = select(func.count(UploadItemRow.sop_instance_uid.distinct())).where(
        UploadItemRow.upload.in_(list(uploads)),
        UploadItemRow.sop_instance_uid.not_in(said),
        ~_held(UploadItemRow.sop_instance_uid, study.patient),
    )
    return session.scalar(asked) or 0


def _all_told(session: Session, study: StudyRow, uploads: Iterable[UploadRow]) -> bool:
    """Tell whether each instance here was proved by an upload whose sender told what there was besides."""
    told = [row.id for row in uploads if row.told and row.state == "complete"]
    if not told:
        return False
    named = exists().where(
        UploadItemRow.upload.in_(told), UploadItemRow.sop_instance_uid == InstanceRow.sop_instance_uid
    )
    asked = (
        select(InstanceRow.id).join(SeriesRow, InstanceRow.series == SeriesRow.id).where(SeriesRow.study == study.id)
    )
    return session.execute(asked.where(~named).limit(1)).first() is None
