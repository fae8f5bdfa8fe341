"""The shelf: everything other rooms may do with the studies kept on this computer."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.changes import Changes, Tell
from core.errors import LibraryError
from core.files.file_lock import is_locked
from core.job import Job
from dicom.source import FileContent
from library import bin as bin_
from library.folders import Folders
from library.index.database import Index
from library.index.headers import clean
from library.index.plan_changes import Settled
from library.index.reading import Reader
from library.index.rows import DeleteReport, ItemNote, SendState, TargetKind, TwinRow, Unfinished, UploadItem, UploadRow
from library.lock import WriterLock
from library.objects.incoming import Incoming, Outcome, StandsBack
from library.objects.room import check_room, free_bytes
from library.objects.store import ShelfObjects
from library.opening import open_reader, open_writer
from library.records.record_files import RecordLog
from library.records.writing import Clock, Steps, Writer, utc_now
from library.report import RebuildReport, VerifyReport
from library.upkeep.rebuild import HeaderReader, rebuild
from library.upkeep.verify import verify
from library.waiting_to_send import Uploads

log = logging.getLogger(__name__)

_LITTLE_ROOM = 16 << 20


class Library(Reader):
    """One open shelf; questions may be asked from any thread, changes are made from one thread at a time.

    `recovered` names what the opening put right (codes). Raises `LibraryError` "library-in-use", "library-newer",
    "library-older", "library-read-only", "no-space", "library-unusable".
    """

    def __init__(
        self,
        folders: Folders,
        index: Index,
        *,
        writer: Writer | None,
        lock: WriterLock | None,
        recovered: Sequence[str],
    ) -> None:
        super().__init__(index)
        self.folder = folders.root
        self.incoming = folders.incoming
        self.recovered = tuple(recovered)
        self._uploads = Uploads(index, self)
        self._folders = folders
        self._store = ShelfObjects(folders.objects)
        self._opened_writer = writer
        self._lock = lock
        self._tell: Tell = lambda changes: None

    @classmethod
    def open(
        cls, folder: Path, *, read_only: bool = False, clock: Clock = utc_now, steps: Steps = lambda _: None
    ) -> Library:
        """Open the shelf at a folder, or make one; with `read_only` nothing is changed or locked."""
        folders = Folders(folder.absolute())
        if read_only:
            index, recovered = open_reader(folders)
            return cls(folders, index, writer=None, lock=None, recovered=recovered)
        writer, lock, recovered = open_writer(folders, clock=clock, steps=steps)
        library = cls(folders, writer.index, writer=writer, lock=lock, recovered=recovered)
        try:
            bin_.purge_expired(writer, library)
        except BaseException:
            library.close()
            raise
        return library

    def tell_changes(self, tell: Tell) -> None:
        """Have the studies and uploads told that change from now on, by the thread that does it, once it is written."""
        self._tell = self._uploads.tell = tell
        self._index.tell_studies(lambda studies: tell(Changes(studies)))

    @property
    def read_only(self) -> bool:
        """Say whether this window may only look."""
        return self._opened_writer is None

    def close(self) -> None:
        """Close the index and let the next writer in."""
        self._index.close()
        if self._lock is not None:
            self._lock.release()
        self._opened_writer = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_in_use(self) -> bool:
        """Say whether another window holds the shelf, without opening it; asked of a shelf that is open to look at."""
        return is_locked(self._folders.lock)

    # -- taking in --

    def begin_import(self, kind: str, label: str, path: str, plan: Mapping[str, Any] | None = None) -> str:
        """Record that a source is being taken in; gives the id its commits and its receipt carry.

        `plan` is what it is to bring (`importer/copy/unfinished.py` writes it): it is told as
        unfinished until that is here.
        """
        import_id = uuid.uuid4().hex
        facts: dict[str, Any] = {"import_id": import_id, "kind": kind, "label": clean(label), "path": clean(path)}
        if plan is not None:
            facts |= {"plan": json.loads(clean(json.dumps(plan)))}
        self._writer.carry_out("import", facts)
        return import_id

    def unfinished(self) -> list[Unfinished]:
        """List the imports that were cut off; a disk that is full could not even take down why."""
        rows = super().unfinished()
        if not any(row.end == "" for row in rows) or free_bytes(self.folder) > _LITTLE_ROOM:
            return rows
        return [row if row.end else replace(row, end="no-space") for row in rows]

    def settle_import(self, import_id: str, how: Settled | None) -> None:
        """Record that an import need not be finished any more, or with None that it is unfinished after all."""
        self._writer.carry_out("settle", {"import_id": import_id, "how": how})
        if how in {"again", "complete"}:
            self._writer.shorten_import(import_id)

    def check_room(self, needed: int) -> None:
        """Raise `LibraryError("no-space")` when that many bytes do not fit."""
        check_room(self.folder, needed)

    def commit(self, batch: Sequence[Incoming], import_id: str) -> list[Outcome]:
        """Put copied, fsynced temp files of `incoming` on the shelf: all of the batch, or none of it."""
        return self._writer.commit(batch, import_id)

    def same_uid(self, sop_instance_uid: str, person_key: str) -> list[str]:
        """Give the sha256 of each content kept under that UID for that person whose object is in place and sound."""
        found = self.kept_objects(sop_instance_uid, person_key)
        return [sha256 for sha256, size in found if self._store.holds(sha256, size)]

    def stand_back(self, items: Sequence[StandsBack]) -> None:
        """Record that copies of images stand back for others from now on: kept, not shown, counted or sent."""
        self._writer.carry_out("aside", {"items": [list(one) for one in items]})

    def choose_copy(self, chosen: TwinRow) -> None:
        """Record that of the copies under one UID that contradict each other this one counts."""
        uid, person, sha256 = chosen.sop_instance_uid or "", chosen.person_key, chosen.sha256
        others = [one for one in self.twins(uid) if one.person_key == person and not one.aside]
        self.stand_back(
            [StandsBack(person, one.sha256, person, sha256, "chosen") for one in others if one.sha256 != sha256]
        )

    def take_choice_back(self, sop_instance_uid: str, person_key: str) -> None:
        """Undo the person's choice between copies under one UID: all of them count again."""
        aside = [one for one in self.twins(sop_instance_uid) if one.aside == "chosen" and one.person_key == person_key]
        if aside:
            self._writer.carry_out("aside", {"undone": [[one.person_key, one.sha256] for one in aside]})

    def has_object(self, sha256: str, size: int) -> bool:
        """Say whether an object is in its place with that size."""
        return self._store.holds(sha256, size)

    def note_met(self, import_id: str, hashes: Sequence[tuple[str, str]]) -> None:
        """Record that an import met objects (person key, sha256) that were on the shelf and were not copied again."""
        known = [{"person": person, "sha256": sha256} for person, sha256 in hashes]
        self._writer.carry_out(
            "commit", {"import_id": import_id, "shared": {}, "items": [], "known": known, "same": []}
        )

    def save_receipt(self, import_id: str, facts: Mapping[str, Any]) -> str:
        """Keep the receipt (JSON) of an import; a later one of the same import takes its place. Gives its id."""
        receipt = json.loads(clean(json.dumps(facts)))
        self._writer.carry_out("receipt", {"import_id": import_id, "receipt": receipt})
        if receipt.get("end") == "complete":
            self._writer.shorten_import(import_id)
        return import_id

    def save_identity_decision(self, import_id: str, person_key: str, facts: Mapping[str, Any]) -> None:
        """Keep a choice of whose images these are, and who made it."""
        decision = json.loads(clean(json.dumps(facts)))
        self._writer.carry_out("identity", {"import_id": import_id, "person_key": person_key, "decision": decision})

    # -- objects --

    def object_content(self, sha256: str) -> FileContent:
        """Give the bytes of a stored object; its file may still be missing."""
        return FileContent(str(self._store.path(sha256)), sha256)

    # -- what is sent --

    def uploads(self) -> list[UploadRow]:
        """List every upload, the first asked for first."""
        return self._uploads.all()

    def uploads_told(self) -> int:
        """Say how often an upload was changed since the shelf was opened: as often as before, and all is as it was."""
        return self._uploads.told

    def upload(self, upload_id: str) -> UploadRow:
        """Give one upload; raises `PortalError("no-such-upload")`, as all that name one do."""
        return self._uploads.one(upload_id)

    def upload_state(self, upload_id: str) -> SendState:
        """Give the state of one upload."""
        return self._uploads.state(upload_id)

    def upload_items(self, upload_id: str) -> list[UploadItem]:
        """Give the instances of one upload, in the order they are sent."""
        return self._uploads.items(upload_id)

    def signed_receipt(self, upload_id: str) -> dict[str, Any] | None:
        """Give the receipt a portal signed for an upload (`jws`) and the key it was checked with (`key`)."""
        return self._uploads.signed_receipt(upload_id)

    def portal_keys(self, target: str) -> list[dict[str, Any]]:
        """Give the keys a portal is known by."""
        return self._uploads.portal_keys(target)

    def forget_portal_keys(self, target: str) -> None:
        """Forget the keys a portal is known by: what it shows next is believed as at first sight."""
        self._uploads.forget_portal_keys(self._writer, target)

    def begin_upload(
        self,
        study: str,
        target: str,
        kind: TargetKind,
        *,
        person_confirmed: str | None = None,
        account: str | None = None,
    ) -> str:
        """Put a study (UID, key or `person:UID`), as it is now, into the queue for a server; gives the upload's id.

        `account` is the portal account the person was compared with: it is sent there or nowhere.
        """
        return self._uploads.begin(self._writer, study, target, kind, person_confirmed, account)

    def retry_upload(self, upload_id: str) -> None:
        """Begin an upload again, with what the study holds now."""
        self._uploads.retry(self._writer, upload_id)

    def pause_upload(self, upload_id: str) -> None:
        """Let an upload stand still until it is resumed."""
        self._uploads.pause(self._writer, upload_id)

    def resume_upload(self, upload_id: str) -> None:
        """Let a paused upload go on."""
        self._uploads.resume(self._writer, upload_id)

    def cancel_upload(self, upload_id: str) -> None:
        """End an upload; what the server already has stays there."""
        self._uploads.cancel(self._writer, upload_id)

    def note_going(self, upload_id: str, state: SendState, reason: str | None = None) -> None:
        """Note what a running upload is doing, unless the person stopped it meanwhile."""
        self._uploads.note_going(upload_id, state, reason)

    def note_sent(self, upload_id: str, notes: Sequence[ItemNote]) -> None:
        """Note what became of a batch of instances so far."""
        self._uploads.note_items(upload_id, notes)

    def finish_upload(
        self,
        upload_id: str,
        state: SendState,
        notes: Sequence[ItemNote],
        *,
        reason: str | None = None,
        receipt: Mapping[str, Any] | None = None,
        signed: Mapping[str, Any] | None = None,
    ) -> None:
        """Record for good how an upload ended; notes "stored" and "already" are what the server's own list proved.

        `signed` is a receipt that was checked: `jws`, its `key`, and `keys`, all the portal is known by from now on.
        """
        self._uploads.settle(self._writer, upload_id, state, reason=reason, notes=notes, receipt=receipt, signed=signed)

    def note_shares(self, portal: str, counts: Mapping[str, int]) -> None:
        """Keep how many shares a portal told of each study (its UID, or `person:UID`)."""
        self._uploads.note_shares(portal, counts)

    # -- the bin --

    def delete(self, uids: Sequence[str], *, now: bool = False) -> DeleteReport:
        """Put studies, series or instances into the bin for 30 days, or with `now` away for good."""
        return bin_.delete(self._writer, self, uids, now=now)

    def restore(self, uids: Sequence[str]) -> DeleteReport:
        """Bring entries of the bin back, named by entry id or by a UID inside."""
        return bin_.restore(self._writer, self, uids)

    def purge(self, entries: Sequence[str]) -> DeleteReport:
        """Make entries of the bin gone for good, named by their ids; what is not there any more is left aside."""
        return bin_.purge(self._writer, self, entries)

    def empty(self) -> DeleteReport:
        """Make everything in the bin gone for good."""
        return bin_.empty(self._writer, self)

    # -- care --

    def verify(self, job: Job) -> VerifyReport:
        """Read everything again and say what is wrong; what is, is marked so that no wrong picture goes unmarked."""
        report = verify(self._index, self._store, RecordLog(self._folders.records), job)
        if self._opened_writer is None:  # an object without a row may be one that another process is just storing
            known = tuple(problem for problem in report.problems if problem.code != "object-unreferenced")
            return replace(report, problems=known)
        self._mark(report)
        return report

    def rebuild(self, read_object_header: HeaderReader, job: Job) -> RebuildReport:
        """Make the index again from records and objects."""
        try:
            return rebuild(self._writer, read_object_header, job)
        finally:
            self._tell(Changes(shelf=True))

    def _mark(self, report: VerifyReport) -> None:
        marks = {"object-missing": "missing", "object-changed": "changed"}
        items = [
            {"sha256": problem.detail, "damaged": marks[problem.code]}
            for problem in report.problems
            if problem.code in marks
        ]
        if any(problem.code in {"row-damaged", "database-damaged"} for problem in report.problems):
            self._folders.suspect.touch(mode=0o600)
        elif items:
            self._writer.carry_out("damaged", {"items": items})

    @property
    def _writer(self) -> Writer:
        if self._opened_writer is None:
            raise LibraryError("library-read-only")
        return self._opened_writer
