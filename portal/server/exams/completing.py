"""Complete means: every object was read again and has the hash that was announced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import wire
from portal.names import ExamId, Sha256, Uid, UploadId
from portal.server.activity.log import note
from portal.server.caller import Caller
from portal.server.exams.uploads import held_hashes, upload_of
from portal.server.exams.wholeness import settle_left_out
from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.soundness import Unsound
from portal.server.tables import InstanceRow, SeriesRow, StoredObjectRow, StudyRow, UploadRow

_READERS = 2
_MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an upload announced, as it was when it was asked about."""

    patient: int
    study_instance_uid: str
    items: tuple[tuple[str, int, str], ...]  # SOP Instance UID, size, sha256
    held: dict[str, str]


def complete_upload(services: Services, caller: Caller, upload: str) -> wire.UploadReceipt:
    """Read everything again and give the receipt; raises `Problem("not-complete")` with what is missing.

    An object whose bytes have changed on the disk is set aside and counts as missing, so that it is sent anew.
    """
    with services.database.reading() as session:
        wanted = _wanted(session, upload_of(session, caller, upload))
    proved = _prove(services, wanted)
    missing = [uid for uid, _size, _sha256 in wanted.items if uid not in proved]
    if missing:
        raise Problem("not-complete", missing=missing[:_MOST_NAMED], missing_count=len(missing))
    with services.database.writing() as session:
        row = upload_of(session, caller, upload)
        _need_same(session, row, wanted)
        _keep_proofs(session, proved)
        return _receipt(session, row, wanted, proved, services.clock())


def _need_same(session: Session, row: UploadRow, proved: _Wanted) -> None:
    """Refuse where another manifest came, or an image changed, while this one was read."""
    now = _wanted(session, row)
    if now != proved:
        missing = sorted({item[0] for item in set(now.items) - set(proved.items)})
        raise Problem("not-complete", missing=missing[:_MOST_NAMED], missing_count=len(missing))


def _wanted(session: Session, row: UploadRow) -> _Wanted:
    items = tuple((item.sop_instance_uid, item.size, item.sha256) for item in row.items)
    return _Wanted(
        row.patient, row.study_instance_uid, items, held_hashes(session, row.patient, [item[0] for item in items])
    )


def _prove(services: Services, wanted: _Wanted) -> dict[str, tuple[str, str]]:
    """Read the objects again: SOP Instance UID -> hash of the file and of its data set, for those that are right."""

    def read(item: tuple[str, int, str]) -> tuple[str, str] | None:
        uid, _size, sha256 = item
        if wanted.held.get(uid) != sha256:
            return None
        try:
            return sha256, services.sound.proof(sha256) or ""
        except Unsound:
            return None

    with ThreadPoolExecutor(_READERS, thread_name_prefix="proof") as readers:
        found = readers.map(read, wanted.items)
        return {item[0]: hashes for item, hashes in zip(wanted.items, found, strict=True) if hashes is not None}


def _keep_proofs(session: Session, proved: dict[str, tuple[str, str]]) -> None:
    session.execute(
        update(StoredObjectRow),
        [{"sha256": sha256, "data_set_sha256": data_set} for sha256, data_set in set(proved.values())],
    )


def _receipt(
    session: Session, row: UploadRow, wanted: _Wanted, proved: dict[str, tuple[str, str]], now: datetime
) -> wire.UploadReceipt:
    study = _study(session, wanted)
    settle_left_out(session, row, now)
    if row.state != "complete":
        row.state, row.completed_at = "complete", now
        details = {"instances": len(wanted.items), "identity": row.identity}
        note(session, account=row.account, kind="uploaded", at=now, exams=[study.exam], details=details)
    stored = tuple(
        wire.StoredItem(Uid(uid), size, Sha256(sha256), Sha256(proved[uid][1])) for uid, size, sha256 in wanted.items
    )
    moment = wire.utc_text(row.completed_at or now)
    return wire.UploadReceipt(UploadId(row.id), Uid(row.study_instance_uid), ExamId(study.exam), moment, stored)


def _study(session: Session, wanted: _Wanted) -> StudyRow:
    """Find the study the instances are in: by its UID, or where the same ones had come under another."""
    found = session.scalars(
        select(StudyRow).where(
            StudyRow.patient == wanted.patient, StudyRow.study_instance_uid == wanted.study_instance_uid
        )
    ).first()
    if found is not None:
        return found
    return session.scalars(
        select(StudyRow)
        .join(SeriesRow, SeriesRow.study == StudyRow.id)
        .join(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(InstanceRow.patient == wanted.patient, InstanceRow.sop_instance_uid == wanted.items[0][0])
    ).one()
