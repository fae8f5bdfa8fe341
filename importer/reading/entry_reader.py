"""Reading one entry of a container for somebody who looks without importing, in the media worker."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from core.errors import DicomError, SourceError
from core.workers.task import Reply, TaskCall
from dicom.source import Source
from importer.reading.bounded import medium_is_gone, read_whole, reading
from importer.reading.ticking import TickingCall
from importer.sources.container_source import ContainerSource
from importer.sources.session import session
from importer.sources.wire import entry_from_row, source_from_json


class EntryReader:
    """The task `read_entry`. The container stays open from one call to the next: images are looked at in order."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}
        self._source: Source | None = None
        self._open = ExitStack()
        self._ticking: TickingCall | None = None

    def __call__(self, arguments: dict[str, Any], call: TaskCall) -> Reply:
        """Give all bytes of an entry of at most `limit` bytes; raises `SourceError`, `DicomError`."""
        self._ticking = TickingCall(call)
        entry = entry_from_row(arguments["entry"])
        if entry.size > int(arguments["limit"]):
            raise DicomError("refused-limit", limit=arguments["limit"])
        try:
            source = self._hold(arguments["source"])
            try:
                with reading(source, entry) as opened:
                    return {}, read_whole(opened)
            finally:
                if isinstance(source, ContainerSource):  # a disc that is only looked at can be taken out at any time
                    source.release()
        except OSError as error:
            gone = self._source is not None and medium_is_gone(self._source, error)
            self._let_go()
            if gone:
                raise SourceError("medium-gone") from error
            raise DicomError("unreadable", reason=error.strerror or "") from error

    def _hold(self, named: dict[str, Any]) -> Source:
        if self._source is None or named != self._named:
            self._let_go()
            self._named, self._source = named, source_from_json(named, self._tick)
            self._open.enter_context(session(self._source))
        return self._source

    def _let_go(self) -> None:
        self._open.close()
        self._source, self._named = None, {}

    def _tick(self) -> None:
        if self._ticking is not None:
            self._ticking.tick()
