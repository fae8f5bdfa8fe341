"""Reads what of an object can be compared, in a worker: hashes of elements, and marks of the pixels block by block."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np

from core.errors import DicomError
from dicom.comparing.fingerprint import WRAPPING, Check, contiguous, counts, hash_element
from dicom.comparing.partial import MARK, SECTOR, Partial, PixelsAs
from dicom.pixels.fragments import read_fragments
from dicom.pixels.frames import read_frame
from dicom.pixels.layout import PixelLayout, pixel_layout
from dicom.reading.bytes_source import ByteSource, chunks
from dicom.reading.dataset import DataSet, open_data_set
from dicom.reading.elements import quietly
from dicom.reading.keywords import PIXEL_TAGS

_MOST_BLOCKS = 4 << 20


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
