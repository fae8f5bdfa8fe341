"""The bytes of an image that lies in a container, for who looks without importing: a media worker reads them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import BinaryIO

from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.source import Entry, Source
from importer.sources.archive import Archive
from importer.sources.wire import entry_to_row, source_to_json

MOST_READ = 1 << 30  # bytes of one object in the window's memory


@dataclass(frozen=True, slots=True)
class ContainedContent:
    """An entry of a container; nothing of it is parsed in this process."""

    source: Source
    archive: Archive | None
    entry: Entry
    media: WorkerPool = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        """Name the entry by its source, its container and its path."""
        inside = self.archive.path if self.archive else ""
        return f"{self.source.path}\0{inside}\0{self.entry.path}"

    def open(self) -> BinaryIO:
        """Have a worker read it; raises `SourceError`, `DicomError`, `WorkerError`."""
        arguments = {
            "source": source_to_json(self.source, self.archive),
            "entry": entry_to_row(self.entry),
            "limit": MOST_READ,
        }
        return io.BytesIO(self.media.call("read_entry", arguments, job=QuietJob(), most_bytes=MOST_READ).data)
