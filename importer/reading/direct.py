"""Reading past the operating system's cache, so that one bad sector does not take its whole page with it."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager

from dicom.source import Entry, Source
from importer.reading.bounded import Reading, reading
from importer.sources.file import FileSource
from importer.sources.folder import FolderSource
from importer.sources.safe_open import refuse_unless_openable

_ALIGNMENT = 4096
_LARGEST = 64 << 10


@contextmanager
def direct_reading(source: Source, entry: Entry) -> Iterator[tuple[Reading, str]]:
    """Open an entry for reads that bypass the cache, and name the recoverable unit: "sector" or, without it, "page"."""
    descriptor = _open_direct(source, entry)
    if descriptor is None:
        with reading(source, entry) as opened:
            yield opened, "page"
        return
    # Anonymous memory, page aligned as O_DIRECT wants it; nothing of the source is mapped.
    with mmap.mmap(-1, _LARGEST) as buffer:
        try:
            size = os.fstat(descriptor).st_size
            yield _reading(descriptor, buffer, size), "sector"
        finally:
            os.close(descriptor)


def _reading(descriptor: int, buffer: mmap.mmap, size: int) -> Reading:
    def read_into(offset: int, view: memoryview) -> int:
        data = _read(descriptor, buffer, offset, len(view))
        view[: len(data)] = data
        return len(data)

    return Reading(size, lambda offset, length: _read(descriptor, buffer, offset, length), read_into)


def _read(descriptor: int, buffer: mmap.mmap, offset: int, length: int) -> bytes:
    wanted = min(_LARGEST, -(-length // 2048) * 2048)
    with memoryview(buffer) as view, view[:wanted] as target:
        got = os.preadv(descriptor, [target], offset)
    return buffer[: min(got, length)]


def _open_direct(source: Source, entry: Entry) -> int | None:
    flag = getattr(os, "O_DIRECT", 0)
    if not flag or not hasattr(os, "preadv") or not isinstance(source, FolderSource | FileSource):
        return None
    refuse_unless_openable(entry)
    path = source.path if isinstance(source, FileSource) else f"{source.path}/{entry.target or entry.path}"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | flag)
    except OSError:
        return None
    try:
        with mmap.mmap(-1, _ALIGNMENT) as probe:
            os.preadv(descriptor, [probe], 0)
    except OSError as error:
        if error.errno == 22:  # EINVAL: this file system or its block size does not take such reads
            os.close(descriptor)
            return None
    return descriptor
