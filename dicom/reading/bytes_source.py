"""Bytes of one object that are read by offset, so that no one has to load a file of 4 GB."""

from __future__ import annotations

import io
import os
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO, Protocol

from core.errors import DicomError

if TYPE_CHECKING:
    from typing_extensions import Buffer

Bytes = bytes | bytearray | memoryview


class ByteSource(Protocol):
    """Bytes with a known length."""

    @property
    def size(self) -> int:
        """Tell how many bytes there are."""

    @property
    def stamp(self) -> str:
        """Tell one content from another under the same name, cheaply."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Read up to `length` bytes at `offset`; fewer at the end. Raises `DicomError("unreadable")`."""

    def stream(self) -> BinaryIO:
        """Open a seekable stream over the same bytes."""


def chunks(source: ByteSource, offset: int, length: int, check: Callable[[], None]) -> Iterator[bytes]:
    """Read a long stretch piece by piece, calling `check` before each is used; ends with the source."""
    while length > 0 and (chunk := source.read_at(offset, min(length, 1 << 20))):
        check()
        yield chunk
        offset += len(chunk)
        length -= len(chunk)


class MemoryBytes:
    """Bytes that are in memory."""

    def __init__(self, data: Bytes) -> None:
        self._view = memoryview(data).cast("B")

    @property
    def size(self) -> int:
        """Tell how many bytes there are."""
        return len(self._view)

    @property
    def stamp(self) -> str:
        """Tell contents apart by length, start and end."""
        return f"{self.size}:{zlib.crc32(self._view[:65536]):08x}:{zlib.crc32(self._view[-4096:]):08x}"

    def read_at(self, offset: int, length: int) -> bytes:
        """Read up to `length` bytes at `offset`."""
        return bytes(self._view[offset : offset + max(length, 0)])

    def stream(self) -> BinaryIO:
        """Open a seekable stream over the same bytes, which are not copied when they are many."""
        return io.BytesIO(self._view) if self.size <= 1 << 20 else io.BufferedReader(_OffsetStream(self), 65536)


class FileBytes:
    """Bytes of an open descriptor, which stays open and is not closed here; its position means nothing afterwards."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._size = os.lseek(descriptor, 0, os.SEEK_END)  # a worker may ask nothing about files

    @property
    def size(self) -> int:
        """Tell how many bytes there are."""
        return self._size

    @property
    def stamp(self) -> str:
        """Tell contents apart by size, beginning and end."""
        first, last = self.read_at(0, 2048), self.read_at(max(self._size - 2048, 0), 2048)
        return f"{self._size}:{zlib.crc32(first):08x}:{zlib.crc32(last):08x}"

    def read_at(self, offset: int, length: int) -> bytes:
        """Read up to `length` bytes at `offset`."""
        wanted = min(max(length, 0), max(self._size - offset, 0))
        try:
            data = _read_at(self.descriptor, wanted, offset)
            while len(data) < wanted and (more := _read_at(self.descriptor, wanted - len(data), offset + len(data))):
                data += more
        except OSError as error:
            raise DicomError("unreadable", errno=error.errno) from error
        return data

    def stream(self) -> BinaryIO:
        """Open a seekable stream over the same bytes."""
        return io.BufferedReader(_OffsetStream(self), 65536)


def _read_at(descriptor: int, length: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)  # Windows; the descriptor is ours alone there
    return os.read(descriptor, length)


class JoinedBytes:
    """Several pieces of another source, joined as if they lay one behind the other (fragments of a clip)."""

    def __init__(self, source: ByteSource, pieces: tuple[tuple[int, int], ...]) -> None:
        self._source = source
        self._pieces = pieces
        self._starts = list(accumulate((length for _offset, length in pieces), initial=0))
        self._size = self._starts[-1]

    @property
    def size(self) -> int:
        """Tell how many bytes there are."""
        return self._size

    @property
    def stamp(self) -> str:
        """Tell contents apart as the underlying source does."""
        return f"{self._source.stamp}:{self._pieces[:1]}"

    def read_at(self, offset: int, length: int) -> bytes:
        """Read up to `length` bytes at `offset`."""
        found: list[bytes] = []
        index = max(bisect_right(self._starts, offset) - 1, 0)
        within = offset - self._starts[index]
        while length > 0 and index < len(self._pieces):
            start, size = self._pieces[index]
            take = min(length, size - within)
            found.append(self._source.read_at(start + within, take))
            length -= take
            index, within = index + 1, 0
        return b"".join(found)

    def stream(self) -> BinaryIO:
        """Open a seekable stream over the joined bytes."""
        return io.BufferedReader(_OffsetStream(self), 65536)


class _OffsetStream(io.RawIOBase):
    """A seekable stream over any byte source."""

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._source.read_at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)
