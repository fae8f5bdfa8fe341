"""The body of one STOW-RS request: instances read from the shelf while they are sent, its length known before."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from core.errors import DicomError
from core.files.side_hash import SideHash
from portal.client.upload.order import Ours

PIECE = 256 << 10


def _as_large_as_may_be(most: int) -> int:
    return most


@dataclass(frozen=True, slots=True)
class Flow:
    """How the bytes of a body go out: `took` may wait (bandwidth) and may raise (stopped), `piece` says how many."""

    took: Callable[[int], None]
    piece: Callable[[int], int] = _as_large_as_may_be


class InstancesBody:
    """A multipart/related body with one application/dicom part for each instance; each try makes a new one.

    What is read is hashed, and the last piece of an instance is given only when the hash is the shelf's: a server never
    gets a whole instance that rotted on this computer. Raises `DicomError` "changed" or "unreadable".
    """

    def __init__(self, pack: Sequence[Ours], boundary: str, flow: Flow) -> None:
        self._flow = flow
        heads = [_head(ours, boundary, first=not index) for index, ours in enumerate(pack)]
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._length = sum(map(len, heads)) + sum(ours.size for ours in pack) + len(self._tail)
        self._coming = iter(zip(heads, pack, strict=True))
        self._waiting = b""
        self._part: _Part | None = None
        self._begins_next()

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, in pieces of our own size: the transport's small ones cost more than they save."""
        if self._part is None:
            return b""
        given, self._waiting = self._waiting + self._part.read(self._flow.piece(PIECE)), b""
        if not self._part.left:
            self._part.close()
            if not self._begins_next():
                given += self._tail
        self._flow.took(len(given))
        return given

    def close(self) -> None:
        """Close the file."""
        if self._part is not None:
            self._part.close()

    def _begins_next(self) -> bool:
        """Go on with the next instance; false where there is none."""
        self._part = None
        for head, ours in self._coming:
            self._waiting, self._part = head, _Part(ours)
            return True
        return False


class _Part:
    """One instance, read and hashed; what `left` counts is still to come."""

    def __init__(self, ours: Ours) -> None:
        self._ours = ours
        self.left = ours.size
        self._digest = SideHash()
        self._file = _open(ours)

    def read(self, most: int) -> bytes:
        """Give the next bytes; the last only where all of them are the shelf's."""
        piece = self._read_file(min(self.left, most))
        self.left -= len(piece)
        if not self.left and self._digest.hexdigest() != self._ours.sha256:
            raise DicomError("changed")
        return piece

    def close(self) -> None:
        """Close the file."""
        self._digest.close()
        self._file.close()

    def _read_file(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except OSError as error:
            raise DicomError("unreadable") from error
        if len(piece) < size:
            raise DicomError("changed")
        self._digest.update(piece)
        return piece


def _head(ours: Ours, boundary: str, *, first: bool) -> bytes:
    before = "" if first else "\r\n"
    head = f"{before}--{boundary}\r\nContent-Type: application/dicom\r\nContent-Length: {ours.size}\r\n\r\n"
    return head.encode("ascii")


def new_boundary() -> str:
    """Make a boundary that is in no file."""
    return f"scanshelf-{uuid.uuid4().hex}"


def _open(ours: Ours) -> BinaryIO:
    try:
        return ours.content.open()
    except OSError as error:
        raise DicomError("unreadable") from error
