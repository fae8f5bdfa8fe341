"""Complete means: every object was read again and has the hash that was announced."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.names import ExamId, Sha256, Uid, UploadId
from portal.server.access.caller import Caller
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow, SeriesRow, StoredObjectRow, StudyRow, UploadItemRow, UploadRow
from portal.server.exams.wholeness import settle, settle_nameless, settled_by
from portal.server.objects.soundness import Unsound
from portal.server.receiving.announcing import SLICE
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.server.receiving.signed_receipts import left_out_of, signed
from portal.server.receiving.uploads import Item, held_hashes, items_of, upload_of
from portal.server.services import Services
from portal.wire.moments import utc_text
from portal.wire.uploads import StoredItem, UploadReceipt

_READERS = 2
_MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an upload announced, as it was when it was asked about."""

    patient: int
    study_instance_uid: str
    items: tuple[Item, ...]
    held: dict[str, str]


def complete_upload(services: Services, keys: ReceiptKeys, caller: Caller, upload: str) -> UploadReceipt:
    """Read everything again and give the receipt, signed; raises `Problem("not-complete")` with what is missing.

    An object whose bytes have changed on the disk is set aside and counts as missing, so that it is sent anew.
    """
    with services.database.reading() as session:
        wanted = _wanted(session, upload_of(session, caller, upload))
    proved = _prove(services, wanted)
    missing = [uid for uid, _size, _sha256 in wanted.items if uid not in proved]
    if missing:
        raise Problem("not-complete", missing=missing[:_MOST_NAMED], missing_count=len(missing))
    _keep(services, upload, proved)
    with services.database.writing() as session:
        row = upload_of(session, caller, upload)
        exam, at = _completed(session, row, wanted, services.clock())
        left_out = left_out_of(session, row)
    stored = tuple(
        StoredItem(Uid(uid), size, Sha256(sha256), Sha256(proved[uid][1])) for uid, size, sha256 in wanted.items
    )
    receipt = UploadReceipt(UploadId(upload), Uid(wanted.study_instance_uid), ExamId(exam), utc_text(at), stored)
    return replace(receipt, signature=signed(receipt, left_out, keys, services.settings, services.clock()))


def _need_same(session: Session, row: UploadRow, proved: _Wanted) -> None:
    """Refuse where another manifest came, or an image went, while this one was read."""
    now = items_of(session, row.id)
    if row.announcing or now != list(proved.items):
        missing = sorted({item[0] for item in set(now) - set(proved.items)})
        raise Problem("not-complete", missing=missing[:_MOST_NAMED], missing_count=len(missing))
    held = select(InstanceRow.id).where(
        InstanceRow.patient == row.patient,
        InstanceRow.sop_instance_uid == UploadItemRow.sop_instance_uid,
        InstanceRow.sha256 == UploadItemRow.sha256,
    )
    gone = list(
        session.scalars(select(UploadItemRow.sop_instance_uid).where(UploadItemRow.upload == row.id, ~held.exists()))
    )
    if gone:
        raise Problem("not-complete", missing=gone[:_MOST_NAMED], missing_count=len(gone))


def _wanted(session: Session, row: UploadRow) -> _Wanted:
    items = tuple(items_of(session, row.id))
    held = held_hashes(session, row.patient, [uid for uid, _size, _sha256 in items])
    return _Wanted(row.patient, row.study_instance_uid, items, held)


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


def _keep(services: Services, upload: str, proved: Mapping[str, tuple[str, str]]) -> None:
    """Write down what was proved, in short transactions: it is true whatever becomes of the upload."""
    hashes = sorted(set(proved.values()))
    for start in range(0, len(hashes), SLICE):
        rows = [{"sha256": whole, "data_set_sha256": data_set} for whole, data_set in hashes[start : start + SLICE]]
        with services.database.writing() as session:
            session.execute(update(StoredObjectRow), rows)
    with services.database.reading() as session:
        notes = settled_by(session, session.get_one(UploadRow, upload))
    for start in range(0, len(notes), SLICE):
        with services.database.writing() as session:
            settle(session, notes[start : start + SLICE], services.clock())


def _completed(session: Session, row: UploadRow, wanted: _Wanted, now: datetime) -> tuple[str, datetime]:
    """Write down that an upload is complete; gives its exam and since when."""
    _need_same(session, row, wanted)
    study = _study(session, wanted)
    settle_nameless(session, row, now)
    if row.state != "complete":
        row.state, row.completed_at = "complete", now
        details = {"instances": len(wanted.items), "identity": row.identity}
        note(session, account=row.account, kind="uploaded", at=now, exams=[study.exam], details=details)
    return study.exam, row.completed_at or now


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
