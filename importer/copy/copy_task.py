"""Copying in the media worker: one reader in disc order; hashing, writing and fsync overlap in a few threads."""

from __future__ import annotations

import hashlib
import mmap
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from typing import Any

from core.errors import SourceError
from core.workers.task import TaskCall
from dicom.source import Source
from importer.copy.copy_rows import CopyItem, CopyRow
from importer.copy.temp_file import PAGE, TempFile, look_at_copy
from importer.reading.bounded import Reading, medium_is_gone, reading
from importer.reading.ticking import TickingCall
from importer.sources.session import session
from importer.sources.wire import source_from_json

WRITERS = 4
_WHOLE = 8 << 20  # a file up to this size is read at once and handed to the threads
_STEP = 4 << 20
_PENDING = 64
_BUFFERS = 6
_ROWS_IN_A_PART = 32
_SECONDS_IN_A_PART = 0.25


def copy_files(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Copy entries into the incoming folder; parts are `{"copied": rows}`, in the order asked for.

    What cannot be read is told with the outcome "read-error"; `rescue_files` tries it again. Raises
    `SourceError("medium-gone")` once everything read before has been handed over, and `LibraryError("no-space")`.
    """
    call = TickingCall(call)
    source = source_from_json(arguments["source"], call.tick)
    threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="writer")
    teller = Teller(call)
    copier = Copier(source, arguments["incoming"], arguments["prefix"], call, threads, teller)
    try:
        with session(source):
            for row in arguments["items"]:
                copier.copy(CopyItem.from_row(row))
        teller.finish()
    finally:
        threads.shutdown(cancel_futures=True)
        teller.end()
    return {}


class Copier:
    """Reads one entry after the other and keeps a bounded number of writes under way."""

    def __init__(
        self,
        source: Source,
        incoming: str,
        prefix: str,
        call: TaskCall,
        threads: ThreadPoolExecutor,
        teller: Teller,
    ) -> None:
        self._source = source
        self._incoming = incoming
        self._prefix = prefix
        self._call = call
        self._threads = threads
        self._teller = teller
        # Anonymous memory, page aligned for writes past the cache; only pages that are used cost anything.
        self._buffers: SimpleQueue[memoryview] = SimpleQueue()
        for _ in range(_BUFFERS):
            self._buffers.put(memoryview(mmap.mmap(-1, _WHOLE + PAGE)))

    def copy(self, item: CopyItem) -> None:
        """Read one entry and start to write it."""
        self._call.check()
        self._call.working_on(item.number)
        try:
            with reading(self._source, item.entry) as opened:
                self._teller.add(self._start(item, opened))
        except OSError as error:
            if medium_is_gone(self._source, error):
                self._teller.finish()
                raise SourceError("medium-gone") from error
            failed = CopyRow(item.number, "read-error", detail=error.strerror or type(error).__name__)
            self._teller.add(_done(failed))

    def _start(self, item: CopyItem, opened: Reading) -> Future[CopyRow]:
        if opened.size <= _WHOLE:
            return self._start_whole(item, opened)
        temp = TempFile(self._incoming, self._prefix)
        try:
            sha256 = self._stream(item, opened, temp)
        except BaseException:
            temp.discard()
            raise
        return self._threads.submit(_store_temp, item, temp, sha256)

    def _start_whole(self, item: CopyItem, opened: Reading) -> Future[CopyRow]:
        buffer = self._buffers.get()
        try:
            size = _fill(opened, buffer)
        except BaseException:
            self._buffers.put(buffer)
            raise
        return self._threads.submit(self._store_whole, item, buffer, size)

    def _store_whole(self, item: CopyItem, buffer: memoryview, size: int) -> CopyRow:
        try:
            return _store_buffer(item, buffer, size, self._incoming, self._prefix)
        finally:
            self._buffers.put(buffer)

    def _stream(self, item: CopyItem, opened: Reading, temp: TempFile) -> str:
        digest = hashlib.sha256()
        while piece := opened.read(temp.size, _STEP):
            self._call.check()
            self._call.working_on(item.number)
            digest.update(piece)
            temp.write(piece)
        return digest.hexdigest()


class Teller:
    """Tells the parent what has been written, in its own thread: a drive that hangs holds nothing back."""

    def __init__(self, call: TaskCall) -> None:
        self._call = call
        self._waiting: Queue[Future[CopyRow] | None] = Queue(_PENDING)
        self._rows: list[CopyRow] = []
        self._told = time.monotonic()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="teller")
        self._thread.start()

    def add(self, written: Future[CopyRow]) -> None:
        """Tell this one next, waiting where too many are under way; raises what an earlier one failed with."""
        self._raise_failure()
        self._waiting.put(written)

    def finish(self) -> None:
        """Wait until all has been told; raises what one failed with."""
        self.end()
        self._raise_failure()
        self._tell()

    def end(self) -> None:
        """Wait for the thread to end."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            while (written := self._next()) is not None:
                self._take(written.result())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the reader raises it
            self._failure = error
            while self._waiting.get() is not None:  # so that the reader never waits for room
                continue

    def _next(self) -> Future[CopyRow] | None:
        """Give the next one; while there is none, what there is is told."""
        try:
            return self._waiting.get(timeout=_SECONDS_IN_A_PART)
        except Empty:
            self._tell()
            return self._waiting.get()

    def _take(self, row: CopyRow) -> None:
        self._rows.append(row)
        if len(self._rows) >= _ROWS_IN_A_PART or time.monotonic() - self._told > _SECONDS_IN_A_PART:
            self._tell()

    def _tell(self) -> None:
        rows, self._rows = self._rows, []
        self._told = time.monotonic()
        if rows:
            self._call.part({"copied": [row.to_row() for row in rows]})


def _fill(opened: Reading, buffer: memoryview) -> int:
    """Read a whole file (and a byte more, if it grew since it was opened)."""
    size = 0
    while size <= opened.size and (got := opened.read_into(size, buffer[size : opened.size + 1])):
        size += got
    return size


def _store_buffer(item: CopyItem, buffer: memoryview, size: int, incoming: str, prefix: str) -> CopyRow:
    sha256 = hashlib.sha256(buffer[:size]).hexdigest()
    if sha256 in item.known:
        return CopyRow(item.number, "already", sha256=sha256, size=size)
    header, truncated, detail = look_at_copy(
        lambda start, length: bytes(buffer[start : min(start + length, size)]), size
    )
    path = TempFile.store(incoming, prefix, buffer, size)
    return CopyRow(item.number, "copied", Path(path).name, sha256, size, header, truncated or item.entry.cut, detail)


def _store_temp(item: CopyItem, temp: TempFile, sha256: str) -> CopyRow:
    if sha256 in item.known:
        temp.discard()
        return CopyRow(item.number, "already", sha256=sha256, size=temp.size)
    header, truncated, detail = look_at_copy(temp.read, temp.size)
    temp.finish()
    cut = truncated or item.entry.cut
    return CopyRow(item.number, "copied", Path(temp.path).name, sha256, temp.size, header, cut, detail)


def _done(row: CopyRow) -> Future[CopyRow]:
    future: Future[CopyRow] = Future()
    future.set_result(row)
    return future
