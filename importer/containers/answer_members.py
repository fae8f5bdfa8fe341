"""The parts of a saved multipart answer, as DICOMweb servers send images (RFC 2046 5.1, PS3.18 8.6.1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from importer.containers.bytes_at import BytesAt, Window
from importer.containers.member import Contents, Member
from importer.containers.unpacked import Tick, Unpacked
from importer.containers.unpackers import Base64
from importer.reasons import BROKEN, not_looked_into

_HEAD: Final = 32 << 10
_STEP: Final = 1 << 20
_MAX_PARTS: Final = 200_000
_BOUNDARY: Final = re.compile(rb"boundary=\"?([0-9A-Za-z'()+_,./:=? -]{1,70})", re.IGNORECASE)
_HEADER: Final = re.compile(rb"[\r\n]content-(?:type|transfer-encoding|disposition|location|length|id):", re.IGNORECASE)
_NAME: Final = re.compile(rb"(?:content-location:[ \t]*|filename=\"?)([^\r\n\"]{1,500})", re.IGNORECASE)
_ENCODED: Final = re.compile(rb"content-transfer-encoding:[ \t]*base64", re.IGNORECASE)


def find_boundary(head: bytes) -> bytes | None:
    """Give what separates the parts of a saved answer; None where this is none."""
    head = head[:_HEAD]
    if head.startswith(b"--"):
        first = head.partition(b"\n")[0].rstrip(b"\r")
        if 2 < len(first) <= 74 and _HEADER.search(head[len(first) : len(first) + 1024]):
            return first
        return None
    said = _BOUNDARY.search(head) if _HEADER.search(b"\n" + head) else None
    if said and b"--" + said.group(1).rstrip(b" ") in head:
        return b"--" + said.group(1).rstrip(b" ")
    return None


def list_answer(answer: BytesAt, tick: Tick) -> Contents:
    """List the parts."""
    contents = Contents([])
    contents.members = _parts(answer, contents, tick)
    return contents


def _parts(answer: BytesAt, contents: Contents, tick: Tick) -> Iterator[Member]:
    boundary = find_boundary(answer.read(0, _HEAD))
    if boundary is None:
        contents.shortfalls.append(not_looked_into(BROKEN))
        return
    marks = _marks(answer, boundary, tick)
    begin = next(marks, None)
    for number in range(1, _MAX_PARTS):
        if begin is None or answer.read(begin + len(boundary), 2) == b"--":
            return
        end = next(marks, None)
        if end is None:
            contents.shortfalls.append(not_looked_into(BROKEN))
        yield _part(answer, begin + len(boundary), answer.size if end is None else end, number, tick)
        begin = end


def _marks(answer: BytesAt, boundary: bytes, tick: Tick) -> Iterator[int]:
    """Find where a line begins with the boundary."""
    position = 0
    while position < answer.size:
        tick()
        data = answer.read(max(0, position - 1), _STEP + len(boundary))
        base = max(0, position - 1)
        found = data.find(boundary)
        while found >= 0 and base + found < position + _STEP:
            if base + found >= position and (base + found == 0 or data[found - 1 : found] == b"\n"):
                yield base + found
            found = data.find(boundary, found + 1)
        position += _STEP


def _part(answer: BytesAt, start: int, end: int, number: int, tick: Tick) -> Member:
    head = answer.read(start, min(_HEAD, end - start))
    blank = re.search(rb"\r?\n\r?\n", head)
    begin = start + (blank.end() if blank else 0)
    tail = answer.read(max(begin, end - 2), min(2, end - begin)) if end > begin else b""
    stop = end - (2 if tail == b"\r\n" else 1 if tail.endswith(b"\n") else 0) if end < answer.size else end
    said = head[: blank.start()] if blank else head
    named = _NAME.search(said)
    name = named.group(1).decode("utf-8", "replace").rsplit("/", 1)[-1].strip() if named else ""
    size = max(0, stop - begin)
    name = f"{number} {name}" if name else f"part {number}"
    window = Window(answer, begin, size)
    if _ENCODED.search(said) is None:
        return Member(name, size, lambda: window, position=begin)
    decoded = Unpacked(window, Base64, tick=tick, alone=True)
    decoded.measure(size)
    return Member(name, decoded.size, lambda: decoded, position=begin)
