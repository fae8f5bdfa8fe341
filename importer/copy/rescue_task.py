"""The second try at files that could not be read: small steps, a bounded number of retries, every loss written down."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from core.errors import SourceError
from core.workers.task import TaskCall
from dicom.source import Source
from importer.copy.copy_rows import CopyItem, CopyRow
from importer.copy.temp_file import TempFile, look_at_copy
from importer.reading.bounded import Reading, medium_is_gone
from importer.reading.direct import direct_reading
from importer.reading.ticking import TickingCall
from importer.sources.session import session
from importer.sources.wire import source_from_json

SECTOR = 2048
_STRIDE = 64 << 10
_TRIES = 3
_RETRIES_A_FILE = 256  # each may take a drive seconds
_MAX_LOST_RUN = 512  # a megabyte without one good sector: the rest of the file is given up


def rescue_files(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Read entries sector by sector; parts are `{"copied": rows}` with what was lost, one file each.

    A file of which nothing could be read stays a "read-error".
    """
    call = TickingCall(call)
    source = source_from_json(arguments["source"], call.tick)
    with session(source):
        for row in arguments["items"]:
            item = CopyItem.from_row(row)
            call.working_on(item.number)
            try:
                done = _rescue(source, item, arguments, call)
            except OSError as error:
                if medium_is_gone(source, error):
                    raise SourceError("medium-gone") from error
                done = CopyRow(item.number, "read-error", detail=error.strerror or type(error).__name__)
            call.part({"copied": [done.to_row()]})
    return {}


def _rescue(source: Source, item: CopyItem, arguments: dict[str, Any], call: TaskCall) -> CopyRow:
    with direct_reading(source, item.entry) as (opened, unit):
        temp = TempFile(arguments["incoming"], arguments["prefix"])
        try:
            rescue = Rescue(opened, temp, source, call, item.number)
            rescue.run()
            if rescue.lost_bytes >= opened.size > 0:
                temp.discard()
                return CopyRow(item.number, "read-error", detail="no sector could be read")
            header, truncated, behind = look_at_copy(temp.read, temp.size)
        except BaseException:
            temp.discard()
            raise
    temp.finish()
    truncated = truncated or item.entry.cut
    name, lost = Path(temp.path).name, tuple(rescue.lost)
    detail = (
        f"{rescue.lost_bytes} of {temp.size} bytes lost, in steps of a {unit}"
        if lost
        else behind or "read at the second try"
    )
    return CopyRow(item.number, "copied", name, rescue.sha256, temp.size, header, truncated, detail, lost)


class Rescue:
    """Reads one file in strides, a failing stride sector by sector; what stays unreadable becomes zeros."""

    def __init__(self, opened: Reading, temp: TempFile, source: Source, call: TaskCall, number: int) -> None:
        self.lost: list[tuple[int, int]] = []
        self._opened = opened
        self._temp = temp
        self._source = source
        self._call = call
        self._number = number
        self._retries = _RETRIES_A_FILE
        self._run = 0
        self._digest = hashlib.sha256()

    @property
    def lost_bytes(self) -> int:
        """How many bytes could not be read."""
        return sum(length for _, length in self.lost)

    @property
    def sha256(self) -> str:
        """The hash of the copy, with its zeros."""
        return self._digest.hexdigest()

    def run(self) -> None:
        """Read the whole file."""
        offset = 0
        while offset < self._opened.size:
            self._call.check()
            self._call.working_on(self._number)
            length = min(_STRIDE, self._opened.size - offset)
            if self._run >= _MAX_LOST_RUN:
                self._lose(offset, length)
            else:
                self._stride(offset, length)
            offset += length

    def _stride(self, offset: int, length: int) -> None:
        data = self._try(offset, length, tries=1)
        if data is not None:
            self._keep(data)
            return
        for start in range(offset, offset + length, SECTOR):
            self._call.check()
            size = min(SECTOR, offset + length - start)
            sector = self._try(start, size, tries=_TRIES)
            if sector is None:
                self._lose(start, size)
            else:
                self._keep(sector)

    def _try(self, offset: int, length: int, tries: int) -> bytes | None:
        for attempt in range(tries):
            if attempt:
                if self._retries <= 0:
                    return None
                self._retries -= 1
            try:
                data = self._opened.read(offset, length)
            except OSError as error:
                if medium_is_gone(self._source, error):
                    raise
                continue
            if len(data) == length:
                return data
        return None

    def _keep(self, data: bytes) -> None:
        self._run = 0
        self._temp.write(data)
        self._digest.update(data)

    def _lose(self, offset: int, length: int) -> None:
        self._run += 1
        zeros = bytes(length)
        self._temp.write(zeros)
        self._digest.update(zeros)
        if self.lost and sum(self.lost[-1]) == offset:
            first, before = self.lost.pop()
            offset, length = first, before + length
        self.lost.append((offset, length))
