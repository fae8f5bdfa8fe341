"""Uploads as they stand: what was announced, what of it is here, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.names import Uid, UploadId
from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow, UploadItemRow, UploadRow
from portal.server.objects.store import PortalObjects
from portal.wire.uploads import Upload

_CHUNK = 500  # UIDs in one question
Item = tuple[str, int, str]  # SOP Instance UID, size, sha256


def upload_shape(session: Session, store: PortalObjects, row: UploadRow) -> Upload:
    """Describe an upload as it stands."""
    items = items_of(session, row.id)
    held = held_hashes(session, row.patient, [uid for uid, _size, _sha256 in items])
    return Upload(
        id=UploadId(row.id),
        study_instance_uid=Uid(row.study_instance_uid),
        state="complete" if row.state == "complete" else "open",
        identity="same" if row.identity == "same" else "perhaps",
        missing=tuple(Uid(item[0]) for item in items if _is_missing(store, held, item)),
        conflicts=tuple(Uid(uid) for uid, _size, sha256 in items if held.get(uid, sha256) != sha256),
        left_out_noted=bool(row.told),
    )


def items_of(session: Session, upload: str) -> list[Item]:
    """List what an upload announced, in its order."""
    asked = select(UploadItemRow.sop_instance_uid, UploadItemRow.size, UploadItemRow.sha256)
    rows = session.execute(asked.where(UploadItemRow.upload == upload).order_by(UploadItemRow.position))
    return [(uid, size, sha256) for uid, size, sha256 in rows]


def _is_missing(store: PortalObjects, held: Mapping[str, str], item: Item) -> bool:
    """Tell whether an instance has to be sent: also one whose object was found damaged and set aside."""
    uid, size, wanted = item
    sha256 = held.get(uid)
    return sha256 is None or (sha256 == wanted and not store.holds(sha256, size))


def upload_of(session: Session, caller: Caller, upload: str) -> UploadRow:
    """Find one of the account's uploads; raises `Problem("not-found")`."""
    row = session.get(UploadRow, upload)
    if row is None or row.account != caller.account:
        raise Problem("not-found")
    return row


def held_hashes(session: Session, patient: int, sop_instance_uids: Sequence[str]) -> dict[str, str]:
    """Give the hash of each of these instances that the person has here."""
    found: dict[str, str] = {}
    for start in range(0, len(sop_instance_uids), _CHUNK):
        rows = session.execute(
            select(InstanceRow.sop_instance_uid, InstanceRow.sha256).where(
                InstanceRow.patient == patient,
                InstanceRow.sop_instance_uid.in_(sop_instance_uids[start : start + _CHUNK]),
            )
        )
        found |= {row[0]: row[1] for row in rows}
    return found
