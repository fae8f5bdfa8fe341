"""One frame as Explicit VR Little Endian would hold it, and what a reader of those bytes has to be told of them.

A frame that was compressed is another one once it is not: YBR_ICT is undone by its decoder, shared chroma has become
each pixel's own (PS3.5 8.2). What metadata say of pixels and the bytes of frames are made to agree here, for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.pixels.codestream import sniff
from dicom.pixels.frames import PLAIN, colour_now, plain_samples, read_words
from dicom.pixels.layout import PixelLayout
from dicom.pixels.sample_range import ranged_values, word_bits
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import ByteSource

Samples = NDArray[Any]
_SNIFFED = 65536


@dataclass(frozen=True, slots=True)
class PlainForm:
    """How the bytes of every plain frame of an object are to be read; `planar` is None where it means
    nothing, `bits_stored` 0 of float values."""

    rows: int
    columns: int
    samples: int
    photometric_interpretation: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    planar: bool | None


def plain_form(source: ByteSource, layout: PixelLayout) -> PlainForm:
    """Say how plain frames are to be read: as stored, or of compressed ones as their first codestream says itself."""
    if layout.codec in PLAIN:
        return _form(layout, layout.samples, layout.photometric_interpretation, layout.planar)
    if layout.codec == "video":
        return PlainForm(layout.rows, layout.columns, 3, "RGB", 8, 8, 7, planar=False)
    run = layout.runs[0] if layout.runs else ()
    head = source.read_at(run[0].offset, min(run[0].length, _SNIFFED)) if run else b""
    stream = sniff(head) if layout.codec != "rle" else None
    if stream is None:
        return _form(layout, layout.samples, colour_now(layout, None, layout.samples), planar=False)
    samples = stream.components or layout.samples
    form = _form(layout, samples, colour_now(layout, stream.ycbcr, samples), planar=False)
    bits = form.bits_allocated, form.bits_stored, form.high_bit
    if stream.precision > word_bits(layout.bits_allocated):
        bits = word_bits(stream.precision), stream.precision, stream.precision - 1
    return PlainForm(
        stream.rows or form.rows, stream.columns or form.columns, samples, form.photometric_interpretation,
        *bits, planar=form.planar,
    )  # fmt: skip


def _form(layout: PixelLayout, samples: int, photometric: str, planar: bool) -> PlainForm:
    bits = (layout.float_bits, 0, 0) if layout.float_bits else _bits(layout)
    return PlainForm(layout.rows, layout.columns, samples, photometric, *bits, planar=planar if samples > 1 else None)


def _bits(layout: PixelLayout) -> tuple[int, int, int]:
    return layout.bits_allocated, layout.bits_stored, layout.high_bit


def plain_frame(source: ByteSource, layout: PixelLayout, frame_index: int) -> tuple[bytes, tuple[str, ...]]:
    """Read one frame (index from 0) as `plain_form` says it, and its marks.

    Words that are stored plainly stay as they are, but that a sign is carried on to their end: few readers do that
    themselves. Raises `DicomError` as `read_frame` does, and "decode-failed" for a frame that is not like the first.
    """
    if layout.codec in PLAIN:
        layout.check_size()
        if not 0 <= frame_index < layout.frames:
            raise DicomError("frame-absent", frame=frame_index + 1, frames=layout.frames)
        words, marks = plain_samples(source, layout, frame_index)
        if layout.signed and not layout.float_bits and not layout.overlay_bits:
            words = _placed(words, layout, layout.high_bit)
        return _bytes(words, layout.float_bits or layout.bits_allocated), (*layout.marks, *marks)
    form = plain_form(source, layout)
    words, found, _decoder = read_words(source, layout, frame_index)
    _check(words, found.photometric_interpretation, form)
    return _bytes(_placed(words, found, form.high_bit), form.bits_allocated), found.marks


def plain_bytes(frame: StoredFrame, form: PlainForm) -> bytes:
    """Write one frame of a clip."""
    _check(frame.pixels, frame.photometric_interpretation, form)
    return frame.pixels.tobytes()


def _check(words: Samples, photometric: str, form: PlainForm) -> None:
    shape = (form.rows, form.columns) if form.samples == 1 else (form.rows, form.columns, form.samples)
    if words.shape != shape or photometric != form.photometric_interpretation:
        raise DicomError("decode-failed", reason="frames-differ")


def _placed(words: Samples, layout: PixelLayout, high_bit: int) -> Samples:
    """Put values where the object says they lie in their words."""
    values, _marks = ranged_values(words, layout, for_display=False)
    shift = high_bit + 1 - layout.bits_stored
    return values << values.dtype.type(shift) if 0 < shift < values.dtype.itemsize * 8 else values


def _bytes(words: Samples, bits: int) -> bytes:
    flat = np.ascontiguousarray(words).ravel()
    if bits == 1:
        return np.packbits(flat.astype(np.uint8), bitorder="little").tobytes()
    if bits == 12:
        cells = np.unpackbits(flat.astype("<u2").view(np.uint8).reshape(-1, 2), axis=1, bitorder="little")[:, :12]
        return np.packbits(cells, bitorder="little").tobytes()
    if bits == 24:
        return flat.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return flat.astype(flat.dtype.newbyteorder("<"), copy=False).tobytes()
