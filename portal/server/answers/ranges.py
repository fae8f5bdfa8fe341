"""Answers of known bytes that can be asked for again, or from where a connection broke (RFC 9110 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response

from portal.server.answers.streamed import Streamed
from portal.server.base.problems import Problem
from portal.server.objects.soundness import Kept

_PIECE = 256 << 10
_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Segment:
    """Some bytes of an answer: at hand, or an object of a known size."""

    content: Kept | bytes
    size: int


def in_memory(data: bytes) -> Segment:
    """Make a segment of bytes."""
    return Segment(data, len(data))


def sent(
    request: Request, segments: Sequence[Segment], etag: str | None, status: int, headers: Mapping[str, str]
) -> Response:
    """Answer with all segments, with the part of them that is asked for, or with nothing new.

    `etag` names exactly these bytes, quoted; `None` is an answer that will not be the same again.
    """
    size = sum(segment.size for segment in segments)
    if etag is None:
        return Streamed(pieces(segments, 0, size), status, {**headers, "Content-Length": str(size)})
    said = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    if _names(request.headers.get("if-match"), etag) is False:
        raise Problem("changed-meanwhile")
    if _names(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=said)
    part = _part(request, etag, size)
    if part is None:
        return Streamed(pieces(segments, 0, size), status, {**said, "Content-Length": str(size)})
    start, stop = part
    if start >= stop:
        return Response(status_code=416, headers={**said, "Content-Range": f"bytes */{size}"})
    said |= {"Content-Range": f"bytes {start}-{stop - 1}/{size}", "Content-Length": str(stop - start)}
    return Streamed(pieces(segments, start, stop), 206, said)


def _names(field: str | None, etag: str) -> bool | None:
    """Say whether a list of tags names this one; None where there is no list."""
    if field is None:
        return None
    return field.strip() == "*" or etag in {each.strip().removeprefix("W/") for each in field.split(",")}


def _part(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """Give the one range that is asked for, as far as it goes; None is the whole, also of several ranges."""
    found = _ONE_RANGE.fullmatch(request.headers.get("range", "").replace(" ", "").lower())
    unless = request.headers.get("if-range")
    if found is None or (unless is not None and unless.strip() != etag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    if last and int(last) < int(first):
        return None  # no range at all
    return int(first), min(int(last) + 1, size) if last else size


def pieces(segments: Sequence[Segment], start: int, stop: int) -> Iterator[bytes]:
    """Read on from one place to another; small segments go together."""
    held = b""
    for segment in segments:
        first, last = max(start, 0), min(stop, segment.size)
        start, stop = start - segment.size, stop - segment.size
        if first >= last:
            continue
        for piece in _read(segment, first, last):
            held += piece
            if len(held) >= _PIECE:
                yield held
                held = b""
    if held:
        yield held


def _read(segment: Segment, first: int, last: int) -> Iterator[bytes]:
    if isinstance(segment.content, bytes):
        yield segment.content[first:last]
        return
    with segment.content.open() as file:
        file.seek(first)
        while first < last and (piece := file.read(min(_PIECE, last - first))):
            first += len(piece)
            yield piece
