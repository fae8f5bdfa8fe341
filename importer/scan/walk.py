"""One walk over a source or over a container on it: the media worker lists and reads, the parent collects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.errors import SourceError, WorkerError
from core.job import Job
from core.workers.answers import count, judged, text
from core.workers.worker import WorkerPool
from dicom.model import Header, Rejection
from dicom.source import Content, Source
from importer.results import Place, content_of
from importer.sources.archive import Archive
from importer.sources.names import shown
from importer.sources.resolve import Reference
from importer.sources.wire import DirectoryFound, Look, look_from_row, reference_from_row, source_to_json

_MAX_DEATHS = 50


class HeaderSalvager(Protocol):
    """Settles what the bounded header reader could not; `dicom.decoding.decoder.Decoder` is one."""

    def salvage_header(self, content: Content, job: Job) -> Header:
        """Read the header with the tolerant parser; raises `DicomError` or `WorkerError`."""


Hint = Callable[[DirectoryFound], None]


@dataclass(slots=True)
class Walk:
    """Everything one walk brought, in listing order. `prefix` is put before paths shown to people.

    `shortfalls` say why there may be more in a container than was listed.
    """

    source: Source
    archive: Archive | None = None
    looks: list[Look] = field(default_factory=list)
    directories: list[DirectoryFound] = field(default_factory=list)
    problems: list[Rejection] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)
    media: WorkerPool | None = None

    @property
    def prefix(self) -> str:
        """What stands before the paths of this walk."""
        return f"{self.archive.path}/" if self.archive else ""

    def place(self, look: Look) -> Place:
        """Say where the bytes of a look lie."""
        return Place(look.entry, self.archive)

    def content(self, look: Look) -> Content:
        """Give the bytes of a look."""
        return content_of(self.source, self.place(look), self.media)


def walk(
    source: Source, media: WorkerPool, job: Job, archive: Archive | None = None, on_hint: Hint = lambda _: None
) -> Walk:
    """List a source and read every header in the media worker.

    `on_hint` is given each DICOMDIR as it has been read, before the files it names. An entry that kills the worker
    is refused, the walk goes on behind it. Raises `SourceError` (`medium-gone`, `source-unopenable`,
    `password-needed`), `WorkerError`, `Cancelled`.
    """
    collected = _Collector(Walk(source, archive, media=media), job, on_hint)
    skip: list[int] = []
    blamed: list[int] = []
    while True:
        arguments = {"source": source_to_json(source, archive), "start": len(collected.walk.looks), "skip": skip}
        try:
            media.call("list_and_read", arguments, job=job, on_part=collected.part)
        except WorkerError as error:
            item = error.facts.get("item")
            if not isinstance(item, int) or item in skip or len(blamed) >= _MAX_DEATHS:
                raise
            if item in blamed:  # once may be the system's fault, twice is the file's
                skip.append(item)
            blamed.append(item)
        else:
            return collected.walk


class _Collector:
    """Takes the parts of a walk as they come."""

    def __init__(self, walk: Walk, job: Job, on_hint: Hint) -> None:
        self.walk = walk
        self._job = job
        self._on_hint = on_hint
        self._waiting: dict[str, list[Reference]] = {}
        self._listed = 0

    def part(self, part: dict[str, Any], _data: bytearray) -> None:
        if "looks" in part:
            with judged():
                start, rows = part["start"], [look_from_row(row) for row in part["looks"]]
                if len(self.walk.looks) + len(rows) > self._listed:
                    raise ValueError("more than there are")
            self._looks(start, rows)
        elif "references" in part:
            self._references(part)
        elif "listed" in part:
            self._waiting.clear()  # a worker that died in the middle of a DICOMDIR begins it anew
            with judged():
                self._listed = count(part["listed"])
                self.walk.shortfalls = [text(one) for one in part["shortfalls"]]
                self.walk.problems = [
                    Rejection(shown(self.walk.prefix + text(path)), "unreadable", text(detail))
                    for path, detail in part["troubles"]
                ]

    def _references(self, part: dict[str, Any]) -> None:
        with judged():
            path = text(part["path"])
            waiting = self._waiting.setdefault(path, [])
            waiting.extend(reference_from_row(path.rpartition("/")[0], row) for row in part["references"])
            if part["last"] is not True:
                return
            problems, whole = tuple(map(text, part["problems"])), part["whole"] is True
            found = DirectoryFound(path, tuple(self._waiting.pop(path)), problems, whole)
        if all(known.path != path for known in self.walk.directories):
            self.walk.directories.append(found)
            self._on_hint(found)

    def _looks(self, start: object, looks: list[Look]) -> None:
        if start != len(self.walk.looks):
            raise SourceError("source-unopenable", reason="the listing changed while it was read")
        self.walk.looks.extend(looks)
        self._job.report(len(self.walk.looks), self._listed, "scan")
