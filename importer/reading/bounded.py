"""Bounded reading of one entry, the same for folders (by descriptor) and for archives and images (by stream)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.files.long_path import openable
from dicom.source import Entry, Source
from importer.sources.file import FileSource
from importer.sources.folder import FolderSource
from importer.sources.medium_trouble import truthful

# What an operating system says when the medium itself is no longer there.
_GONE = frozenset(
    getattr(errno, name)
    for name in ("ENODEV", "ENXIO", "ENOTCONN", "ENOMEDIUM", "ESTALE", "ESHUTDOWN", "ECONNABORTED")
    if hasattr(errno, name)
)

_STEP = 4 << 20
_DEVICES = Path("/sys/dev/block")


@dataclass(slots=True)
class Reading:
    """An open entry: its size now, `read(offset, length)` for bounded reads, and `read_into(offset, view)`.

    Both are short at the end; `read_into` gives the number of bytes.
    """

    size: int
    read: Callable[[int, int], bytes]
    read_into: Callable[[int, memoryview], int]


@contextmanager
def reading(source: Source, entry: Entry) -> Iterator[Reading]:
    """Open one entry for bounded reads; raises `OSError` or `SourceError`."""
    if isinstance(source, FolderSource | FileSource) and hasattr(os, "preadv"):
        descriptor = source.descriptor(entry)
        try:
            yield Reading(
                os.fstat(descriptor).st_size,
                lambda offset, length: os.pread(descriptor, length, offset),
                lambda offset, view: os.preadv(descriptor, [view], offset),
            )
        finally:
            os.close(descriptor)
        return
    with source.open(entry) as stream:
        yield Reading(
            entry.size,
            lambda offset, length: _read_at(stream, offset, length),
            lambda offset, view: _read_into(stream, offset, view),
        )


def _read_at(stream: BinaryIO, offset: int, length: int) -> bytes:
    with truthful():
        stream.seek(offset)
        return stream.read(length)


def _read_into(stream: BinaryIO, offset: int, view: memoryview) -> int:
    data = _read_at(stream, offset, len(view))
    view[: len(data)] = data
    return len(data)


def read_whole(opened: Reading) -> bytes:
    """Read from the first to the last byte, also of a file that grew since it was opened."""
    data = opened.read(0, opened.size + 1)
    if len(data) == opened.size:
        return data
    pieces = [data]
    offset = len(data)
    while piece := opened.read(offset, _STEP):
        pieces.append(piece)
        offset += len(piece)
    return b"".join(pieces)


def medium_is_gone(source: Source, error: OSError) -> bool:
    """Tell, after a failed read, whether it was the file or the whole medium."""
    if error.errno in _GONE:
        return True
    source = getattr(source, "root", source)  # a container is gone when what it lies on is
    try:
        if isinstance(source, FolderSource):
            if _is_elsewhere(source):
                return True
            with os.scandir(openable(source.path)) as names:
                next(names, None)
        else:
            os.close(os.open(source.path, os.O_RDONLY))
    except OSError:
        return True
    return False


def _is_elsewhere(source: FolderSource) -> bool:
    """Tell whether what was mounted at a folder is no longer there, or its device was pulled out."""
    device = Path(source.path).stat().st_dev
    if source.device not in {None, device}:
        return True
    # of a stick that was pulled, the system may go on showing names; numbers from 1 on are those of real devices
    if sys.platform != "linux" or os.major(device) == 0 or not _DEVICES.exists():
        return False
    return not os.path.lexists(_DEVICES / f"{os.major(device)}:{os.minor(device)}")  # where it leads is not seen here
