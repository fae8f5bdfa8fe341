"""What of a damaged object can be compared with a whole one in other wrapping: elements, and pixels block by block."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.errors import DicomError
from dicom.bytes_source import ByteSource, chunks
from dicom.dataset import PIXEL_TAGS, DataSet, open_data_set
from dicom.elements import quietly
from dicom.fingerprint import WRAPPING, Check, contiguous, counts, hash_element
from dicom.fragments import read_fragments
from dicom.frames import read_frame
from dicom.layout import PixelLayout, pixel_layout

SECTOR = 2048
MARK = 8  # bytes that stand for one block; eight equal ones for a block that is filled with one value
_MOST_BLOCKS = 4 << 20

PixelsAs = Literal["stored", "decoded"]


@dataclass(frozen=True, slots=True)
class Partial:
    """One object as far as it goes.

    `elements` are hashes by tag of all that is complete before the pixels; `last` is the last tag met, complete or not;
    `codec` is "native", a transfer syntax UID, or "" without pixels; `phase` is how many bytes the first block has, so
    that blocks end where the sectors of the medium did; `blocks` holds `MARK` bytes for each block.
    """

    elements: dict[int, str]
    last: int
    codec: str
    phase: int
    pixel_bytes: int
    cut: bool
    blocks: bytes


@quietly
def read_partial(source: ByteSource, pixels: PixelsAs, phase: int | None, check: Check) -> Partial:
    """Look at one object; `phase` is that of the object it is compared with."""
    data_set = open_data_set(source)
    elements, last = _elements(data_set, check)
    cut = bool({"truncated", "header-damaged"} & set(data_set.marks))
    if data_set.pixels is None:
        return Partial(elements, last, "", 0, 0, cut, b"")
    phase = SECTOR - data_set.pixels.offset % SECTOR if phase is None else phase
    layout = _layout(data_set)
    if layout is None:
        return Partial(elements, last, "unknown", phase, 0, cut, b"")
    codec = "native" if layout.codec == "native" else str(data_set.declared)
    pieces = _decoded(data_set, layout, check) if pixels == "decoded" else _stored(data_set, layout, check)
    blocks, size = _marks(pieces, phase)
    return Partial(elements, last, codec, phase, size, cut or "truncated" in layout.marks, blocks)


def _elements(data_set: DataSet, check: Check) -> tuple[dict[int, str], int]:
    """Hash what is whole; the element the file ends in, or that none can follow, is not."""
    found: dict[int, str] = {}
    tags = [tag for tag in sorted(data_set.elements.keys()) if tag not in PIXEL_TAGS and counts(tag)]
    for tag in tags:
        check()
        if tag not in WRAPPING:
            digest = hashlib.sha256()
            hash_element(digest, data_set, data_set.elements, tag, 0, check)
            found[int(tag)] = digest.hexdigest()
    last = int(tags[-1]) if tags else 0
    if data_set.pixels is None and data_set.marks:
        found.pop(last, None)
    return found, last if data_set.pixels is None else int(data_set.pixels.tag)


def _layout(data_set: DataSet) -> PixelLayout | None:
    try:
        return pixel_layout(data_set)
    except DicomError:
        return None


def _stored(data_set: DataSet, layout: PixelLayout, check: Check) -> Iterator[bytes]:
    source, element = data_set.source, layout.element
    if layout.codec == "native":
        length = source.size - element.offset if element.length is None else element.length
        swapped = not layout.little_endian and layout.bits_allocated == 16
        for chunk in chunks(source, element.offset, length, check):
            yield _swapped(chunk) if swapped else chunk
        return
    for fragment in read_fragments(source, element.offset, data_set.little_endian).fragments:
        yield from chunks(source, fragment.offset, fragment.length, check)


def _swapped(chunk: bytes) -> bytes:
    return np.frombuffer(chunk[: len(chunk) // 2 * 2], ">u2").astype("<u2").tobytes()


def _decoded(data_set: DataSet, layout: PixelLayout, check: Check) -> Iterator[bytes]:
    """Give the values of frames; of compressed ones that end early the last is left out, which nobody can trust."""
    frames = layout.frames - (1 if layout.runs and "truncated" in layout.marks else 0)
    for index in range(frames):
        check()
        try:
            yield contiguous(read_frame(data_set.source, layout, index).pixels)
        except DicomError:
            return


def _marks(pieces: Iterable[bytes], phase: int) -> tuple[bytes, int]:
    """Cut a stream into blocks, the first of `phase` bytes, and give each its mark; also tell how long it was."""
    marks: list[bytes] = []
    held, wanted, size = b"", phase or SECTOR, 0
    for piece in pieces:
        size += len(piece)
        view = memoryview(held + piece)
        start = 0
        while len(view) - start >= wanted:
            marks.append(_mark(view[start : start + wanted]))
            start, wanted = start + wanted, SECTOR
            if len(marks) > _MOST_BLOCKS:
                raise DicomError("refused-limit", limit=_MOST_BLOCKS)
        held = bytes(view[start:])
    return b"".join([*marks, *([_mark(memoryview(held))] if held else [])]), size


def _mark(block: memoryview) -> bytes:
    if block[0] in (0, 0xFF) and bytes(block).count(block[:1]) == len(block):
        return bytes(block[:1]) * MARK
    return hashlib.blake2b(block, digest_size=MARK).digest()


def to_facts(partial: Partial) -> tuple[dict[str, Any], bytes]:
    """Write as an answer of the worker."""
    return {
        "elements": [[tag, value] for tag, value in partial.elements.items()],
        "last": partial.last,
        "codec": partial.codec,
        "phase": partial.phase,
        "pixel_bytes": partial.pixel_bytes,
        "cut": partial.cut,
    }, partial.blocks


def from_facts(facts: dict[str, Any], blocks: bytes) -> Partial:
    """Read an answer of the worker; raises what a wrong one gives (KeyError, TypeError, ValueError)."""
    return Partial(
        {int(tag): str(value) for tag, value in facts["elements"]},
        int(facts["last"]),
        str(facts["codec"]),
        int(facts["phase"]),
        int(facts["pixel_bytes"]),
        bool(facts["cut"]),
        blocks,
    )


def elements_agree(damaged: Partial, whole: Partial) -> bool:
    """Say whether everything the damaged one still says is what the whole one says, with nothing left out between."""
    if any(whole.elements.get(tag) != value for tag, value in damaged.elements.items()):
        return False
    return not any(tag < damaged.last for tag in whole.elements.keys() - damaged.elements.keys())


def pixels_agree(damaged: Partial, whole: Partial) -> bool:
    """Say whether the damaged one's blocks are the whole one's, but for filled ones and the one it ends in."""
    if damaged.pixel_bytes > whole.pixel_bytes + SECTOR:
        return False
    differing = [one for one, other in zip(_blocks(damaged), _blocks(whole), strict=False) if one != other]
    others = sum(one.count(one[:1]) != MARK for one in differing)
    return others <= (1 if damaged.cut else 0)


def _blocks(partial: Partial) -> list[bytes]:
    return [partial.blocks[start : start + MARK] for start in range(0, len(partial.blocks), MARK)]
