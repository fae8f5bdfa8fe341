"""The body of one STOW-RS request: one instance, read from the shelf while it is sent, its length known before."""

from __future__ import annotations

import uuid
from collections.abc import Callable
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


class InstanceBody:
    """A multipart/related body with one application/dicom part; each try makes a new one.

    What is read is hashed, and the last piece is given only when the hash is the shelf's: a server never gets a whole
    instance that rotted on this computer. Raises `DicomError` "changed" or "unreadable".
    """

    def __init__(self, ours: Ours, boundary: str, flow: Flow) -> None:
        self._ours = ours
        self._flow = flow
        self._head: bytes = (
            f"--{boundary}\r\nContent-Type: application/dicom\r\nContent-Length: {ours.size}\r\n\r\n".encode("ascii")
        )
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._length = len(self._head) + ours.size + len(self._tail)
        self._left = ours.size
        self._waiting = self._head
        self._digest = SideHash()
        self._done = False
        self._file = _open(ours)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, in pieces of our own size: the transport's small ones cost more than they save."""
        if self._done:
            return b""
        piece = self._read_file(min(self._left, self._flow.piece(PIECE)))
        self._left -= len(piece)
        given, self._waiting = self._waiting + piece, b""
        if not self._left:
            if self._digest.hexdigest() != self._ours.sha256:
                raise DicomError("changed")
            self._done = True
            given += self._tail
        self._flow.took(len(given))
        return given

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


def new_boundary() -> str:
    """Make a boundary that is in no file."""
    return f"scanshelf-{uuid.uuid4().hex}"


def _open(ours: Ours) -> BinaryIO:
    try:
        return ours.content.open()
    except OSError as error:
        raise DicomError("unreadable") from error
