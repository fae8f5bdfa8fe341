"""Changes the shelf: record first, then the index, so that whatever is interrupted can be finished or taken back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.errors import LibraryError
from core.files.durable import remove_file
from library.folders import Folders
from library.index import queries
from library.index.database import Index
from library.objects.incoming import Incoming, Outcome
from library.objects.room import library_error
from library.objects.store import ShelfObjects
from library.records.changes import apply
from library.records.commit import Batch, sort_batch
from library.records.pruning import pruned
from library.records.record_files import Record, RecordKind, RecordLog

Clock = Callable[[], datetime]
Steps = Callable[[str], None]


def utc_now() -> datetime:
    """Give the time of the computer's clock."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as records and rows hold it: UTC, ISO 8601, sortable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Writer:
    """The one writer; its methods are called from one thread at a time."""

    def __init__(self, folders: Folders, index: Index, *, clock: Clock, steps: Steps) -> None:
        self.folders = folders
        self.index = index
        self.store = ShelfObjects(folders.objects)
        self.log = RecordLog(folders.records)
        self.clock = clock
        self.steps = steps
        self.guard = threading.RLock()

    def carry_out(self, kind: RecordKind, facts: dict[str, Any]) -> None:
        """Record one change and carry it out; when that fails it did not happen."""
        with self.guard:
            record = self._record(kind, facts)
            try:
                self._apply(record)
            except BaseException:
                self._take_back(record, ())
                raise

    def shorten_import(self, import_id: str) -> None:
        """Take out of the record of an import what it was to bring; it is here now, or another import's to bring."""
        with self.guard, contextlib.suppress(OSError):  # what stays is harmless
            for record in self.log.newest_first("import"):
                if record.facts["import_id"] == import_id:
                    if "plan" in record.facts:
                        facts = {name: value for name, value in record.facts.items() if name != "plan"}
                        self.log.write(replace(record, facts=facts))
                    return

    def commit(self, batch: Sequence[Incoming], import_id: str) -> list[Outcome]:
        """Make complete temp files objects and rows, all of them or none; gives an outcome for each, in order."""
        with self.guard:
            try:
                work = sort_batch(self.index, self.store, batch)
            except OSError as error:
                raise library_error(error) from error
            if work.changes_anything(self.index, import_id):
                self._commit(work, import_id)
            for item in work.known:
                remove_file(item.temp_path, missing_ok=True)
            return work.outcomes(self.index, batch)

    def _commit(self, work: Batch, import_id: str) -> None:
        record = self._record("commit", work.facts(import_id))
        taken: list[str] = []
        try:
            self._take(work, taken)
            self._apply(record)
        except OSError as error:
            self._take_back(record, taken)
            raise library_error(error) from error
        except BaseException:
            self._take_back(record, taken)
            raise

    def _take(self, work: Batch, taken: list[str]) -> None:
        for item in work.fresh:
            if item.sha256 in taken or item.sha256 in work.there:
                remove_file(item.temp_path)
                continue
            taken.append(item.sha256)
            self.store.take(item.temp_path, item.sha256)
            self.steps("object-renamed")
        self.store.sync_folders(taken)
        self.steps("folders-synced")

    def _record(self, kind: RecordKind, facts: dict[str, Any]) -> Record:
        record = self.log.prepare(kind, stamp(self.clock()), facts)
        try:
            self.log.write(record)
        except OSError as error:
            raise library_error(error) from error
        self.steps("record-written")
        return record

    def _apply(self, record: Record) -> None:
        with self.index.writing() as connection:
            apply(connection, record)
            self.steps("rows-written")
        self.steps("committed")

    def _take_back(self, record: Record, taken: Sequence[str]) -> None:
        """Undo what is on the disk; where even that fails, the next opening settles it."""
        with contextlib.suppress(OSError, LibraryError):
            for sha256 in taken:
                self._remove_if_unreferenced(sha256)
            self.log.forget_last(record)

    def _remove_if_unreferenced(self, sha256: str) -> None:
        with self.index.reading() as connection:
            referenced = connection.execute(queries.OBJECT_SIZE, (sha256,)).fetchone()
        if referenced is None:
            self.store.remove(sha256)

    def finish_removals(self) -> bool:
        """Remove the files of purged objects, and what records say about them; says whether there was anything."""
        with self.guard:
            with self.index.reading() as connection:
                gone = {row["sha256"] for row in connection.execute(queries.REMOVALS)}
                imports = {row["id"] for row in connection.execute(queries.LIVE_IMPORTS)}
                uploads = {row["id"] for row in connection.execute(queries.LIVE_UPLOADS)}
            if not gone:
                return False
            try:
                for sha256 in sorted(gone):
                    self.store.remove(sha256)
                    self.steps("object-removed")
                self._prune_records(gone, imports, uploads)
            except OSError as error:
                raise library_error(error) from error
            with self.index.writing() as connection:
                connection.execute("DELETE FROM removal")
            self.index.forget_deleted()
            return True

    def _prune_records(self, gone: set[str], imports: set[str], uploads: set[str]) -> None:
        for record in list(self.log.after(0)):
            if not isinstance(record, Record):
                continue
            kept = pruned(record, gone, imports, uploads)
            if kept is None:
                self.log.remove(record)
            elif kept is not record:
                self.log.write(kept)
            if kept is not record:
                self.steps("record-pruned")
