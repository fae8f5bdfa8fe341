"""Stored values of one frame: masked to BitsStored and sign-extended, before any display step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.pixels.codecs import FrameForm, decode, inflate_frame
from dicom.pixels.codestream import Codestream, is_cut, sniff
from dicom.pixels.fragments import Fragment
from dicom.pixels.layout import PixelLayout
from dicom.pixels.sample_range import as_deep_as_said, ranged_values, word_bits
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import ByteSource

Samples = NDArray[Any]
PLAIN = ("native", "encapsulated-native", "deflated-frame")


def read_frame(source: ByteSource, layout: PixelLayout, frame_index: int, *, for_display: bool = False) -> StoredFrame:
    """Read and decode one frame (index from 0).

    `for_display` holds what a cut codestream made too bright or dark, and brings colour to the depth the object says.
    Raises `DicomError`: "frame-absent", "refused-limit", "truncated", "decode-failed", "unsupported-transfer-syntax".
    """
    words, found, decoder = read_words(source, layout, frame_index)
    if found.float_bits:
        return StoredFrame(words, found.photometric_interpretation, found.marks, decoder)
    values, marks = ranged_values(words, found, for_display=for_display)
    if for_display and values.ndim == 3:
        values = as_deep_as_said(values, found.precision, layout.bits_stored)
    return StoredFrame(values, found.photometric_interpretation, _joined_marks(found, marks), decoder)


def read_words(source: ByteSource, layout: PixelLayout, frame_index: int) -> tuple[Samples, PixelLayout, str]:
    """Read one frame's raw words, unmasked; the layout comes back as the codestream corrected it."""
    if layout.frames == 0:
        raise DicomError("no-pixels")
    if not 0 <= frame_index < layout.frames:
        raise DicomError("frame-absent", frame=frame_index + 1, frames=layout.frames)
    if layout.codec in PLAIN:
        layout.check_size()
        flat, marks = plain_samples(source, layout, frame_index)
        words = _shaped(flat, layout)
        colour = "YBR_FULL" if layout.photometric_interpretation == "YBR_FULL_422" else None
        return words, _remark(layout, marks, colour), layout.codec
    return _coded_words(source, layout, frame_index)


def _joined_marks(layout: PixelLayout, marks: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*layout.marks, *marks)))


def _remark(layout: PixelLayout, marks: list[str], photometric: str | None = None) -> PixelLayout:
    return replace(
        layout,
        marks=_joined_marks(layout, marks),
        photometric_interpretation=photometric or layout.photometric_interpretation,
    )


def _joined(source: ByteSource, run: tuple[Fragment, ...]) -> bytes:
    if sum(fragment.length for fragment in run) > 1 << 30:
        raise DicomError("refused-limit", limit=1 << 30)
    return b"".join(source.read_at(fragment.offset, fragment.length) for fragment in run)


def stored_codestream(source: ByteSource, layout: PixelLayout, frame_index: int) -> bytes:
    """Read one frame (index from 0) as it is stored, compressed; raises `DicomError` where it is not."""
    if layout.codec == "video" or not layout.runs:
        raise DicomError("no-pixels")
    if not 0 <= frame_index < layout.frames:
        raise DicomError("frame-absent", frame=frame_index + 1, frames=layout.frames)
    return _joined(source, layout.runs[frame_index])


def plain_samples(source: ByteSource, layout: PixelLayout, frame_index: int) -> tuple[Samples, list[str]]:
    """Read an uncompressed frame's words one after the other; what is missing at its end is zero and marked."""
    first_bit = frame_index * layout.frame_bits if layout.codec == "native" else 0
    # whole words, so that bytes swapped in pairs stay together
    start, end = first_bit // 16 * 2, -(-(first_bit + layout.frame_bits) // 16) * 2
    if layout.codec == "native":
        limit = layout.element.length if layout.element.length is not None else source.size
        data = source.read_at(layout.element.offset + start, min(end, limit) - start)
    elif layout.codec == "deflated-frame":
        data = inflate_frame(_joined(source, layout.runs[frame_index]), end)
    else:
        data = _joined(source, layout.runs[frame_index])[:end]
    needed = -(-(first_bit + layout.frame_bits) // 8) - start
    marks = ["truncated"] if len(data) < needed else []
    if len(data) < end - start:
        data = _padded(data, end - start)
    return _unpacked(data, layout, first_bit % 16), marks


def _padded(data: bytes, wanted: int) -> bytes:
    # a header that asks for gigabytes over a few bytes is not a short picture
    if not data or (wanted > 64 << 20 and len(data) < wanted // 2):
        raise DicomError("truncated", present=len(data), wanted=wanted)
    return data + bytes(wanted - len(data))


def _unpacked(data: bytes, layout: PixelLayout, first_bit: int) -> Samples:
    """Turn the bytes of one frame, which starts at `first_bit`, into words in their order."""
    count = layout.rows * layout.columns * layout.stored_samples
    bits = layout.float_bits or layout.bits_allocated
    order = "<" if layout.little_endian else ">"
    if order == ">" and bits <= 8 and layout.element.vr == "OW":
        # cells up to 8 bits travel in big-endian words (PS3.5 7.3)
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    if bits in (1, 12):
        return _unpack_bits(data, bits, count, first_bit)
    data = data[first_bit // 8 :]
    kind = "f" if layout.float_bits else "u"
    if bits == 24:
        triples = np.frombuffer(data, np.uint8, count * 3).reshape(-1, 3)[:, :: 1 if order == "<" else -1]
        return np.ascontiguousarray(np.pad(triples, ((0, 0), (0, 1)))).view("<u4").ravel()
    return np.frombuffer(data, f"{order}{kind}{bits // 8}", count).astype(f"<{kind}{bits // 8}", copy=False)


def _unpack_bits(data: bytes, bits: int, count: int, first_bit: int) -> Samples:
    """Unpack 1- and 12-bit cells, which run on without a gap (PS3.5 8.1.1, D)."""
    cells = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[first_bit : first_bit + count * bits]
    if bits == 1:
        return cells
    weights = (1 << np.arange(bits)).astype(np.uint16)
    return np.asarray((cells.reshape(count, bits) * weights).sum(axis=1, dtype=np.uint16))


def _shaped(flat: Samples, layout: PixelLayout) -> Samples:
    rows, columns = layout.rows, layout.columns
    if layout.shares_chroma:
        return _upsampled_422(flat, rows, columns)
    if layout.samples == 1:
        return flat.reshape(rows, columns)
    if layout.planar:
        return np.ascontiguousarray(np.moveaxis(flat.reshape(layout.samples, rows, columns), 0, -1))
    return flat.reshape(rows, columns, layout.samples)


def _upsampled_422(flat: Samples, rows: int, columns: int) -> Samples:
    """Give each pixel its pair's chroma: Y1 Y2 Cb Cr (PS3.3 C.7.6.3.1.2)."""
    quads = flat[: rows * columns * 2 // 4 * 4].reshape(-1, 4)
    pixels = np.zeros((rows * columns, 3), flat.dtype)
    pairs = pixels[: len(quads) * 2].reshape(-1, 2, 3)
    pairs[:, :, 0] = quads[:, :2]
    pairs[:, :, 1:] = quads[:, None, 2:]
    return pixels.reshape(rows, columns, 3)


def _coded_words(source: ByteSource, layout: PixelLayout, frame_index: int) -> tuple[Samples, PixelLayout, str]:
    data = _joined(source, layout.runs[frame_index])
    stream = sniff(data) if layout.codec != "rle" else None
    if stream is not None:
        layout.check_size(stream.rows, stream.columns, stream.components)
    layout.check_size()
    layout = _of_codestream(layout, stream, data)
    exact = not layout.inexact and layout.lossy == "no"
    form = FrameForm(layout.rows, layout.columns, layout.samples, layout.bits_allocated, stream, exact)
    decoded = decode(layout.codec, data, form)
    words, marks = decoded.samples, []
    if words.ndim == 3 and words.shape[2] == 1:
        words = words[:, :, 0]
    if words.shape[:2] != (layout.rows, layout.columns):
        marks.append("codestream-size-differs")
    rows, columns = words.shape[:2]
    samples = words.shape[2] if words.ndim == 3 else 1
    layout = _widened(layout, words, marks)
    corrected = replace(layout, rows=rows, columns=columns, samples=samples, high_bit=layout.bits_stored - 1)
    colour = colour_now(layout, stream.ycbcr if stream else None, samples)
    if stream is not None and layout.photometric_interpretation == "YBR_RCT" and samples >= 3 and stream.ycbcr is None:
        marks.append("colour-transform-missing")
    return words, _remark(corrected, marks, colour), decoded.decoder


def _of_codestream(layout: PixelLayout, stream: Codestream | None, data: bytes) -> PixelLayout:
    """Add what one frame's codestream says of its samples."""
    if stream is None:
        return layout
    unsaid = layout.codec == "jpeg-xl" and layout.lossy != "no"  # its header is not read
    return replace(
        layout,
        precision=stream.precision,
        inexact=unsaid or stream.lossless is False,
        cut=is_cut(stream.codec, data),
    )


def _widened(layout: PixelLayout, words: Samples, marks: list[str]) -> PixelLayout:
    """Believe a codestream whose samples are wider than BitsAllocated: cut down to it they would be noise."""
    width = words.dtype.itemsize * 8
    if width <= word_bits(layout.bits_allocated):
        return layout
    marks.append("bits-not-usable")
    bits = layout.precision or width
    return replace(layout, bits_allocated=width, bits_stored=bits, signed=words.dtype.kind == "i")


def colour_now(layout: PixelLayout, ycbcr: bool | None, samples: int) -> str:
    """Say what the decoded samples are: the codestream's word first, then Photometric Interpretation."""
    said = layout.photometric_interpretation
    if samples == 1:
        return said if not said.startswith(("YBR", "RGB")) else "MONOCHROME2"
    if layout.codec == "jpeg-xl":
        return "RGB"
    if layout.codec in ("jpeg2000", "htj2k"):
        if ycbcr is False or said == "YBR_RCT":  # without its transform it would need a bit more than there is
            return "RGB"
        return "YBR_FULL" if said == "YBR_ICT" else said  # what the encoder was given: the same numbers
    if layout.codec == "jpeg" and ycbcr is not None:
        return "YBR_FULL" if ycbcr else "RGB"
    return "YBR_FULL" if said.startswith("YBR") else said
