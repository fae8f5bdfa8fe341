"""multipart/related going out: files from the disk, piece by piece, with the length said beforehand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.server.soundness import Kept
from portal.server.streamed import Streamed

_PIECE = 256 << 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part: an object of a known size, or bytes."""

    kind: str  # its Content-Type, whole
    content: Kept | bytes
    size: int
    location: str = ""

    def head(self, boundary: str) -> bytes:
        """Write what stands before the content."""
        place = f"Content-Location: {self.location}\r\n" if self.location else ""
        lines = f"--{boundary}\r\nContent-Type: {self.kind}\r\nContent-Length: {self.size}\r\n{place}\r\n"
        return lines.encode("ascii")


def multipart_answer(kind: str, parts: list[Part], left_out: int = 0) -> Streamed:
    """Answer with several parts of one kind; 206 where some cannot be sent (PS3.18 table 10.4.3-1)."""
    boundary = secrets.token_hex(16)
    end = f"--{boundary}--\r\n".encode()
    length = sum(len(part.head(boundary)) + part.size + 2 for part in parts) + len(end)
    headers = {
        "Content-Type": f'multipart/related; type="{kind}"; boundary={boundary}',
        "Content-Length": str(length),
        "Cache-Control": "no-store",
    }
    return Streamed(_pieces(parts, boundary, end), 206 if left_out else 200, headers | not_all(len(parts), left_out))


def not_all(here: int, left_out: int) -> dict[str, str]:
    """Say in a header how many instances cannot be sent."""
    words = f"{left_out} of {here + left_out} instances are damaged on this server and left out"
    return {"Warning": f'299 - "{words}"'} if left_out else {}


def _pieces(parts: Iterable[Part], boundary: str, end: bytes) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part.content, bytes):
            yield part.head(boundary) + part.content + b"\r\n"
        else:
            yield from _file(part.head(boundary), part.content, part.size)
    yield end


def _file(head: bytes, kept: Kept, size: int) -> Iterator[bytes]:
    """Read an object in pieces; a small one goes with its head at once."""
    with kept.open() as file:
        if size <= _PIECE:
            yield head + file.read() + b"\r\n"
            return
        yield head
        while piece := file.read(_PIECE):
            yield piece
        yield b"\r\n"
