"""The queue of what shall be sent, kept on the shelf so that no exit, crash or change of network loses it.

What the person asked for and what a server proved are records. How far each instance is stands in the index alone:
the server is asked before anything is sent, whatever the index says.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from core.changes import Changes, Tell
from core.errors import PortalError
from library.index import upload_queries
from library.index.database import Index
from library.index.headers import clean
from library.index.reading import Reader, split_key, with_amount
from library.index.rows import InstanceRow, ItemNote, SendState, TargetKind, UploadItem, UploadRow
from library.index.upload_changes import ENDED
from library.records.writing import Writer
from library.schema.tables import seal_statement

_CAN_PAUSE = frozenset({"waiting", "sending", "waiting-for-network"})


class Uploads:
    """All uploads of one shelf; may be asked from any thread. Raises `PortalError("no-such-upload")`."""

    def __init__(self, index: Index, reader: Reader) -> None:
        self._index = index
        self._reader = reader
        self.told = 0  # how often something of an upload was changed
        self.tell: Tell = lambda changes: None  # who wants to hear of changes; called in the thread that makes them

    def all(self) -> list[UploadRow]:
        """List every upload, the first asked for first."""
        with self._index.reading() as connection:
            return [_upload(dict(row)) for row in connection.execute(upload_queries.UPLOADS)]

    def one(self, upload_id: str) -> UploadRow:
        """Give one upload."""
        with self._index.reading() as connection:
            row = connection.execute(upload_queries.UPLOAD, {"id": upload_id}).fetchone()
        if row is None:
            raise PortalError("no-such-upload", upload=upload_id)
        return _upload(dict(row))

    def state(self, upload_id: str) -> SendState:
        """Give the state of one upload: what the person decided while it runs shows here."""
        with self._index.reading() as connection:
            row = connection.execute(upload_queries.UPLOAD_STATE, (upload_id,)).fetchone()
        if row is None:
            raise PortalError("no-such-upload", upload=upload_id)
        state: SendState = row["state"]
        return state

    def items(self, upload_id: str) -> list[UploadItem]:
        """Give the instances of one upload, in the order they are sent."""
        self.state(upload_id)
        with self._index.reading() as connection:
            rows = connection.execute(upload_queries.UPLOAD_ITEMS, {"id": upload_id}).fetchall()
        return [_item(dict(row)) for row in rows]

    def signed_receipt(self, upload_id: str) -> dict[str, Any] | None:
        """Give the receipt a portal signed (`jws`) and the key it was checked with (`key`, JWK)."""
        self.state(upload_id)
        with self._index.reading() as connection:
            row = connection.execute(upload_queries.SIGNED_RECEIPT, (upload_id,)).fetchone()
        return {"jws": row["jws"], "key": json.loads(row["key"])} if row else None

    def portal_keys(self, target: str) -> list[dict[str, Any]]:
        """Give the keys a portal is known by (JWK); none before its first signed receipt."""
        with self._index.reading() as connection:
            return [json.loads(row["key"]) for row in connection.execute(upload_queries.PORTAL_KEYS, (target,))]

    # -- changes --

    def forget_portal_keys(self, writer: Writer, target: str) -> None:
        """Forget the keys a portal is known by; receipts that are kept stay, each with its own key."""
        writer.carry_out("forgetkeys", {"target": target})

    def begin(
        self,
        writer: Writer,
        study: str,
        target: str,
        kind: TargetKind,
        person_confirmed: str | None = None,
        account: str | None = None,
    ) -> str:
        """Put a study (its UID, key or `person:UID`) into the queue for a server, with all it holds now; gives the id.

        A study has one upload for each server and account: asked for again, the same one begins anew.
        Raises `LibraryError` "not-on-shelf" or "several-patients"; `PortalError` "nothing-to-send" for what is no whole
        study or has no UID.
        """
        level, rows = self._reader.resolve(study)
        if level != "study" or rows[0].study_instance_uid is None:
            raise PortalError("nothing-to-send", uid=split_key(study)[1], level=level)
        upload_id = self._of(rows[0], target, account) or uuid.uuid4().hex[:12]
        facts = {
            "upload": upload_id,
            "person": rows[0].person_key,
            "study": rows[0].study_key,
            "target": target,
            "kind": kind,
            "account": account,
            "person_confirmed": clean(person_confirmed) if person_confirmed else None,
            "items": [[row.sha256, row.size, row.sop_instance_uid] for row in rows],
        }
        writer.carry_out("upload", facts)
        self._told(upload_id)
        return upload_id

    def retry(self, writer: Writer, upload_id: str) -> None:
        """Begin an upload again, with what the study holds now."""
        row = self.one(upload_id)
        study = f"{row.person_key}:{row.study_key}"
        self.begin(writer, study, row.target, row.kind, row.person_confirmed, row.account)

    def pause(self, writer: Writer, upload_id: str) -> None:
        """Let an upload that runs or waits stand still until it is resumed, also over an exit."""
        if self.state(upload_id) in _CAN_PAUSE:
            self.settle(writer, upload_id, "paused")

    def resume(self, writer: Writer, upload_id: str) -> None:
        """Let a paused upload go on."""
        if self.state(upload_id) == "paused":
            self.settle(writer, upload_id, "waiting")

    def cancel(self, writer: Writer, upload_id: str) -> None:
        """End an upload; what the server already has stays there, and is proven only by another upload."""
        if self.state(upload_id) not in ENDED:
            self.settle(writer, upload_id, "cancelled")

    def settle(
        self,
        writer: Writer,
        upload_id: str,
        state: SendState,
        *,
        reason: str | None = None,
        notes: Sequence[ItemNote] = (),
        receipt: Mapping[str, Any] | None = None,
        signed: Mapping[str, Any] | None = None,
    ) -> None:
        """Record where an upload stands; notes "stored" and "already" are proofs, "left" takes a proof back."""
        row = self.one(upload_id)
        facts: dict[str, Any] = {
            "upload": upload_id,
            "person": row.person_key,
            "study": row.study_key,
            "target": row.target,
            "state": state,
            "reason": reason,
            "receipt": json.loads(clean(json.dumps(receipt))) if receipt else None,
        }
        if signed is not None:
            facts["signed"] = dict(signed)
        for kept in ("stored", "already", "left"):
            chosen = (note for note in notes if note.state == kept)
            facts[kept] = [[note.sha256, note.code, clean(note.detail) if note.detail else None] for note in chosen]
        writer.carry_out("uploadstate", facts)
        self._told(upload_id)

    def note_going(self, upload_id: str, state: SendState, reason: str | None = None) -> None:
        """Note in the index alone what a running upload is doing, unless the person stopped it meanwhile."""
        with self._index.writing() as connection:
            connection.execute(upload_queries.SET_GOING, (state, reason, upload_id))
            connection.execute(seal_statement("upload"), (upload_id,))
        self._told(upload_id)

    def note_items(self, upload_id: str, notes: Sequence[ItemNote]) -> None:
        """Note in the index alone what became of some instances, in one transaction."""
        values = [(note.state, note.code, note.detail and clean(note.detail), upload_id, note.sha256) for note in notes]
        with self._index.writing() as connection:
            connection.executemany(upload_queries.SET_ITEM, values)
        self._told(upload_id)

    def note_shares(self, portal: str, counts: Mapping[str, int]) -> None:
        """Keep how many shares a portal told of each study (its UID, or `person:UID`), and only those."""
        told = {(person or "", uid): shares for study, shares in counts.items() for person, uid in [split_key(study)]}
        with self._index.reading() as connection:
            rows = connection.execute(upload_queries.SHARES_SEEN_AT, (portal,)).fetchall()
            seen = {(row["person_key"], row["study_instance_uid"]): row["shares"] for row in rows}
            here = {uid for _, uid in told if connection.execute(upload_queries.ON_SHELF, (uid,)).fetchone()}
        fresh = {study: shares for study, shares in told.items() if study[1] in here and seen.get(study) != shares}
        gone = [study for study in seen if study not in told]
        if not fresh and not gone:  # a portal tells the same at each look
            return
        with self._index.writing() as connection:
            connection.executemany(upload_queries.FORGET_SHARES, [(portal, *study) for study in gone])
            for (person, uid), shares in fresh.items():
                values = {"portal": portal, "person": person, "uid": uid, "shares": shares}
                connection.execute(upload_queries.NOTE_SHARES, values)

    def _told(self, upload_id: str) -> None:
        self.told += 1
        self.tell(Changes(uploads=frozenset({upload_id})))

    def _of(self, row: InstanceRow, target: str, account: str | None) -> str | None:
        with self._index.reading() as connection:
            values = (row.person_key, row.study_key, target, account or "")
            found = connection.execute(upload_queries.UPLOAD_OF_STUDY, values).fetchone()
        return str(found["id"]) if found else None


def carry_shares_over(old: Index, fresh: Index) -> None:
    """Keep in a new index the shares the old one had seen."""
    with old.reading() as before, fresh.writing() as after:
        seen = [tuple(row) for row in before.execute(upload_queries.SHARES_SEEN)]
        after.executemany(upload_queries.INSERT_SHARES_SEEN, seen)


def _upload(row: dict[str, Any]) -> UploadRow:
    receipt = json.loads(row["receipt"]) if row["receipt"] else None
    return UploadRow(**(with_amount(row) | {"receipt": receipt, "signed": bool(row["signed"])}))


def _item(row: dict[str, Any]) -> UploadItem:
    return UploadItem(**(row | {name: bool(row[name]) for name in ("conflict", "on_shelf", "proven")}))
