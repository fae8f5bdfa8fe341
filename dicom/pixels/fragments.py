"""The fragments of encapsulated pixel data, and which of them make up which frame (PS3.5 A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from core.errors import DicomError
from dicom.pixels.codestream import looks_like_rle, sniff
from dicom.reading.bytes_source import ByteSource
from dicom.reading.elements import raw_element
from dicom.reading.transfer_syntax import Codec

if TYPE_CHECKING:
    from dicom.reading.dataset import DataSet

MAX_FRAGMENTS = 2_000_000
_ITEM = 0xFFFEE000
_END = 0xFFFEE0DD


class Fragment(NamedTuple):
    """One piece of compressed data in the source."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class FragmentTable:
    """The fragments in order and the Basic Offset Table's entries; `base` is where offset 0 of the tables lies."""

    fragments: tuple[Fragment, ...]
    basic_offsets: tuple[int, ...]
    base: int
    marks: tuple[str, ...] = ()


def read_fragments(source: ByteSource, offset: int, little_endian: bool = True) -> FragmentTable:
    """Walk the items at `offset` by their own lengths: a delimiter inside a fragment does not end it."""
    head = struct.Struct("<HHL" if little_endian else ">HHL")
    found: list[Fragment] = []
    marks: list[str] = []
    position = offset
    while True:
        data = source.read_at(position, 8)
        if len(data) < 8:
            marks.append("truncated")
            break
        group, element, length = head.unpack(data)
        tag = group << 16 | element
        if tag != _ITEM:
            if tag != _END:
                marks.append("header-damaged")
            break
        present = min(length, max(source.size - position - 8, 0))
        found.append(Fragment(position + 8, present))
        if present < length:
            marks.append("truncated")
            break
        position += 8 + length
        if len(found) > MAX_FRAGMENTS:
            raise DicomError("refused-limit", limit=MAX_FRAGMENTS)
    return _table(source, found, marks, little_endian)


def _table(source: ByteSource, found: list[Fragment], marks: list[str], little_endian: bool) -> FragmentTable:
    if not found:
        return FragmentTable((), (), 0, tuple(marks))
    first = found[0]
    data = source.read_at(first.offset, min(first.length - first.length % 4, 4 * MAX_FRAGMENTS))
    offsets = struct.unpack(f"{'<' if little_endian else '>'}{len(data) // 4}L", data)
    return FragmentTable(tuple(found[1:]), offsets, first.offset + first.length, tuple(marks))


def frame_runs(
    data_set: DataSet, table: FragmentTable, frames_declared: int, codec: Codec
) -> tuple[tuple[Fragment, ...], ...]:
    """Give each frame its fragments.

    In order: one frame takes all; the Extended Offset Table; the Basic Offset Table when it lands on items; one
    fragment a frame; start-of-image signatures; else one fragment a frame as far as they go.
    """
    fragments = table.fragments
    if frames_declared == 1:
        return (fragments,)
    for offsets in (_extended_offsets(data_set), table.basic_offsets):
        starts = _starts(offsets, table)
        if starts and (len(starts) == frames_declared or len(fragments) != frames_declared):
            return _split(fragments, starts)
    if len(fragments) <= frames_declared:
        return tuple((fragment,) for fragment in fragments)
    starts = _signature_starts(data_set.source, fragments, codec)
    return _split(fragments, starts) if starts else tuple((fragment,) for fragment in fragments)[:frames_declared]


def _extended_offsets(data_set: DataSet) -> tuple[int, ...]:
    raw = raw_element(data_set.elements, "ExtendedOffsetTable")
    if raw is None:
        return ()
    data = raw.value if raw.value is not None else data_set.source.read_at(raw.value_tell, raw.length)
    return struct.unpack(f"{'<' if data_set.little_endian else '>'}{len(data) // 8}Q", data[: len(data) // 8 * 8])


def _starts(offsets: tuple[int, ...], table: FragmentTable) -> list[int]:
    """Turn offsets into fragment indexes; empty unless every one lands on an item and they rise."""
    places = {fragment.offset - 8 - table.base: index for index, fragment in enumerate(table.fragments)}
    starts = [places.get(offset, -1) for offset in offsets]
    rising = all(a < b for a, b in pairwise(starts))
    return starts if starts and starts[0] == 0 and rising else []


def _signature_starts(source: ByteSource, fragments: tuple[Fragment, ...], codec: Codec) -> list[int]:
    starts: list[int] = []
    for index, fragment in enumerate(fragments):
        head = source.read_at(fragment.offset, 64)
        found = sniff(head)
        if looks_like_rle(head) if codec == "rle" else found is not None and found.codec != "video":
            starts.append(index)
    return starts if starts[:1] == [0] else []


def _split(fragments: tuple[Fragment, ...], starts: list[int]) -> tuple[tuple[Fragment, ...], ...]:
    ends = [*starts[1:], len(fragments)]
    return tuple(fragments[start:end] for start, end in zip(starts, ends, strict=True))
