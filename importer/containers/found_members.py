"""Data sets in the middle of a file that is no container known here: each begins at its mark "DICM"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dicom.reading.joined import MARK
from importer.containers.bytes_at import BytesAt, Window
from importer.containers.member import Contents, Member
from importer.containers.unpacked import Tick
from importer.reasons import TOO_MUCH, not_looked_into

MARK_LENGTH: Final = 12
PREAMBLE: Final = 128
_STEP: Final = 1 << 20
_MAX_MARKS: Final = 10_000
_SMALLEST: Final = 512  # of a data set with its meta group; marks that stand closer are not all beginnings


def list_found(data: BytesAt, tick: Tick) -> Contents:
    """List a data set for each mark; it ends where the next begins, or with the file."""
    contents = Contents([])
    contents.members = _members(data, contents, tick)
    return contents


def _members(data: BytesAt, contents: Contents, tick: Tick) -> Iterator[Member]:
    starts = _starts(data, tick)
    begin = next(starts, None)
    count = 0
    while begin is not None:
        count += 1
        if count == _MAX_MARKS:
            contents.shortfalls.append(not_looked_into(TOO_MUCH))
            return
        following = next(starts, None)
        size = (data.size if following is None else following) - begin
        yield _member(data, begin, size)
        begin = following


def _member(data: BytesAt, begin: int, size: int) -> Member:
    return Member(f"image at byte {begin}", size, lambda: Window(data, begin, size), position=begin)


def _starts(data: BytesAt, tick: Tick) -> Iterator[int]:
    position, before, count = 0, 0, 0
    while position < data.size:
        tick()
        chunk = data.read(position, _STEP + MARK_LENGTH - 1)
        for mark in MARK.finditer(chunk):
            place = position + mark.start()
            if place < position + _STEP and (not count or place - before >= _SMALLEST):
                # without room for a preamble the mark itself is the beginning
                yield place - PREAMBLE if place - PREAMBLE >= before else place
                before, count = place, count + 1
        position += _STEP
