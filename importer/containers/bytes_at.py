"""Bytes by their place: a file, a part of it, pieces of it, the sectors of a raw disc image."""

from __future__ import annotations

import errno
import io
import zlib
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, Protocol, cast

from importer.reasons import BROKEN, not_looked_into

SECTOR: Final = 2048
SYNC: Final = b"\0" + b"\xff" * 10 + b"\0"  # begins each sector of a raw CD image (ECMA-130 14)
WITHOUT_SYNC: Final = 2336  # sectors of mode 2 without sync and address
_RAW_SIZES: Final = (2352, 2448)  # alone, or with its subchannel behind it


class BytesAt(Protocol):
    """Something that is read by place."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def read(self, offset: int, length: int) -> bytes:
        """Read; short at the end only. Raises `OSError`."""


def damaged() -> OSError:
    """Give the error of bytes that are there and make no sense."""
    return OSError(errno.EIO, not_looked_into(BROKEN))


class FileBytes:
    """A file that may be let go of in between, so that its disc can be taken out."""

    def __init__(self, opener: Callable[[], BinaryIO]) -> None:
        self._opener = opener
        self._stream: BinaryIO | None = None
        self.size = self._open().seek(0, io.SEEK_END)

    def read(self, offset: int, length: int) -> bytes:
        """Read, however many times the system wants to be asked for it."""
        stream = self._stream or self._open_again()
        stream.seek(offset)
        pieces = []
        while length > 0 and (piece := stream.read(length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def release(self) -> None:
        """Close the file; the next read opens it again."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _open(self) -> BinaryIO:
        self._stream = self._opener()
        return self._stream

    def _open_again(self) -> BinaryIO:
        stream = self._open()
        if stream.seek(0, io.SEEK_END) != self.size:
            raise damaged()  # another file of that name
        return stream


class Window:
    """A stretch of other bytes; bytes that are missing at its end are an `OSError`."""

    def __init__(self, inner: BytesAt, start: int, size: int) -> None:
        self.size = size
        self._inner = inner
        self._start = start

    def read(self, offset: int, length: int) -> bytes:
        """Read within the stretch."""
        length = max(0, min(length, self.size - offset))
        data = self._inner.read(self._start + offset, length) if length else b""
        if len(data) < length:
            raise damaged()
        return data


class Checked:
    """A stretch whose checksum is known; it is compared when the whole was read from the first to the last byte."""

    def __init__(self, inner: BytesAt, crc: int) -> None:
        self.size = inner.size
        self._inner = inner
        self._expected = crc
        self._read_to = 0
        self._crc = 0

    def read(self, offset: int, length: int) -> bytes:
        """Read from any place."""
        data = self._inner.read(offset, length)
        if offset == 0:
            self._read_to, self._crc = 0, 0
        if offset == self._read_to and data:
            self._read_to += len(data)
            self._crc = zlib.crc32(data, self._crc)
            if self._read_to == self.size and self._crc != self._expected:
                raise damaged()
        return data


class Pieces:
    """Several stretches (first byte, length), one behind the other; one that begins nowhere (None) is zeros."""

    def __init__(self, inner: BytesAt, pieces: Sequence[tuple[int | None, int]]) -> None:
        self.size = sum(length for _, length in pieces)
        self._inner = inner
        self._pieces = pieces

    def read(self, offset: int, length: int) -> bytes:
        """Read across the stretches."""
        found = []
        before = 0
        for start, size in self._pieces:
            inside = offset - before
            if length > 0 and 0 <= inside < size:
                found.append(self._piece(start, inside, min(length, size - inside)))
                offset += len(found[-1])
                length -= len(found[-1])
            before += size
        return b"".join(found)

    def _piece(self, start: int | None, inside: int, length: int) -> bytes:
        return bytes(length) if start is None else Window(self._inner, start + inside, length).read(0, length)


class RawSectors:
    """The user data of a raw CD image: 2,048 bytes of each sector, in mode 1 or mode 2 form 1 (ECMA-130 14, XA)."""

    def __init__(self, inner: BytesAt, sector: int = 0) -> None:
        self._inner = inner
        self._sector = sector or raw_sector_size(inner)
        self.size = inner.size // self._sector * SECTOR

    def read(self, offset: int, length: int) -> bytes:
        """Read the user data of as many sectors as it takes."""
        length = max(0, min(length, self.size - offset))
        first, last = offset // SECTOR, -(-(offset + length) // SECTOR)
        data = bytearray()
        step = 512
        for start in range(first, last, step):
            raw = self._inner.read(start * self._sector, min(step, last - start) * self._sector)
            for place in range(0, len(raw), self._sector):
                user = self._user_data(raw[place : place + 16])
                data += raw[place + user : place + user + SECTOR]
        begin = offset - first * SECTOR
        return bytes(data[begin : begin + length])

    def _user_data(self, head: bytes) -> int:
        """Say where in a sector the user data begins."""
        if self._sector == WITHOUT_SYNC:
            return 8
        return 24 if head[15:16] == b"\2" else 16


def raw_sector_size(inner: BytesAt) -> int:
    """Tell how far apart the sectors of a raw image are; raises `OSError` where it is none."""
    if inner.read(0, len(SYNC)) == SYNC:
        for size in _RAW_SIZES:
            if inner.read(size, len(SYNC)) == SYNC:
                return size
    raise damaged()


class AsFile(io.RawIOBase):
    """Bytes by place as a file; `close` ends what it was made from."""

    def __init__(self, inner: BytesAt, on_close: Callable[[], None] = lambda: None, most: int | None = None) -> None:
        self._inner = inner
        self._on_close = on_close
        self._most = most  # nobody who reads a table of contents needs more at once
        self._position = 0

    @staticmethod
    def of(inner: BytesAt, on_close: Callable[[], None] = lambda: None, most: int | None = None) -> BinaryIO:
        """Make one; `most` bounds what is read at once."""
        return cast(BinaryIO, AsFile(inner, on_close, most))

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Say where it is."""
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        place = offset + (0, self._position, self._inner.size)[whence]
        if place < 0:
            raise OSError(errno.EINVAL, "before the beginning")
        self._position = place
        return place

    def read(self, size: int = -1, /) -> bytes:
        """Read from here on; short at the end."""
        wanted = size if size is not None and size >= 0 else max(0, self._inner.size - self._position)
        if self._most is not None and wanted > self._most:
            raise damaged()
        data = self._inner.read(self._position, wanted)
        self._position += len(data)
        return data

    def close(self) -> None:
        """Let go of what it was made from, once."""
        if not self.closed:
            super().close()
            self._on_close()
