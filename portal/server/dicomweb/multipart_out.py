"""multipart/related going out: files from the disk, piece by piece, with the length said beforehand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi.responses import StreamingResponse

_PIECE = 256 << 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a file of a known size, or bytes."""

    kind: str  # its Content-Type, whole
    content: Path | bytes
    size: int
    location: str = ""

    def head(self, boundary: str) -> bytes:
        """Write what stands before the content."""
        place = f"Content-Location: {self.location}\r\n" if self.location else ""
        lines = f"--{boundary}\r\nContent-Type: {self.kind}\r\nContent-Length: {self.size}\r\n{place}\r\n"
        return lines.encode("ascii")


def multipart_answer(kind: str, parts: list[Part]) -> StreamingResponse:
    """Answer with several parts of one kind."""
    boundary = secrets.token_hex(16)
    end = f"--{boundary}--\r\n".encode()
    length = sum(len(part.head(boundary)) + part.size + 2 for part in parts) + len(end)
    headers = {
        "Content-Type": f'multipart/related; type="{kind}"; boundary={boundary}',
        "Content-Length": str(length),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(parts, boundary, end), headers=headers)


def _pieces(parts: Iterable[Part], boundary: str, end: bytes) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part.content, bytes):
            yield part.head(boundary) + part.content + b"\r\n"
        else:
            yield from _file(part.head(boundary), part.content, part.size)
    yield end


def _file(head: bytes, path: Path, size: int) -> Iterator[bytes]:
    """Read a file in pieces; a small one goes with its head at once."""
    with path.open("rb") as file:
        if size <= _PIECE:
            yield head + file.read() + b"\r\n"
            return
        yield head
        while piece := file.read(_PIECE):
            yield piece
        yield b"\r\n"
