"""multipart/related going out: objects from the disk, piece by piece, and what is made while it goes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request, Response

from portal.server.answers.ranges import Segment, in_memory, sent
from portal.server.answers.streamed import Streamed
from portal.server.objects.soundness import Kept

PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part: an object of a known size, or bytes."""

    kind: str  # its Content-Type, whole
    content: Kept | bytes
    size: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, boundary: str) -> bytes:
        """Write what stands before the content."""
        said = {"Content-Type": self.kind, "Content-Length": str(self.size), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        return f"--{boundary}\r\n{lines}\r\n".encode("latin-1")


def objects_answer(request: Request, kind: str, parts: Sequence[Part], left_out: int = 0) -> Response:
    """Answer with kept objects, each a part: the same bytes whenever the same ones are asked for.

    206 where some cannot be sent (PS3.18 table 10.4.3-1).
    """
    name = hashlib.sha256("".join(part.content.sha256 for part in parts if isinstance(part.content, Kept)).encode())
    boundary = name.hexdigest()[:32]
    headers = PRIVATE | {"Content-Type": _related(kind, boundary)} | not_all(len(parts), left_out)
    etag = None if left_out else f'"{boundary}"'
    return sent(request, _segments(parts, boundary), etag, 206 if left_out else 200, headers)


def object_answer(request: Request, part: Part) -> Response:
    """Answer with one kept object as it is."""
    assert isinstance(part.content, Kept)
    headers = PRIVATE | {"Content-Type": part.kind}
    return sent(request, [Segment(part.content, part.size)], f'"{part.content.sha256}"', 200, headers)


def parts_answer(kind: str, first: Part, rest: AsyncIterator[Part] | None) -> Response:
    """Answer with parts that are made one after the other; how long all are is not known beforehand."""
    boundary = secrets.token_hex(16)
    headers = PRIVATE | {"Content-Type": _related(kind, boundary)}
    if rest is None:
        return Response(_whole(first, boundary) + _end(boundary), 200, headers)
    return Streamed(_made(first, rest, boundary), 200, headers)


def not_all(here: int, left_out: int) -> dict[str, str]:
    """Say in a header how many instances cannot be sent."""
    words = f"{left_out} of {here + left_out} instances are damaged on this server and left out"
    return {"Warning": f'299 - "{words}"'} if left_out else {}


async def _made(first: Part, rest: AsyncIterator[Part], boundary: str) -> AsyncIterator[bytes]:
    yield _whole(first, boundary)
    async for part in rest:
        yield _whole(part, boundary)
    yield _end(boundary)


def _whole(part: Part, boundary: str) -> bytes:
    assert isinstance(part.content, bytes)
    return part.head(boundary) + part.content + b"\r\n"


def _segments(parts: Sequence[Part], boundary: str) -> list[Segment]:
    found: list[Segment] = []
    for part in parts:
        found += [in_memory(part.head(boundary)), Segment(part.content, part.size), in_memory(b"\r\n")]
    return [*found, in_memory(_end(boundary))]


def _end(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()


def _related(kind: str, boundary: str) -> str:
    return f'multipart/related; type="{kind}"; boundary={boundary}'
