"""One compressed frame into samples: which decoders take which codec, in which order, and who answered."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.pixels.codestream import Codestream
from dicom.reading.transfer_syntax import Codec

Samples = NDArray[Any]
Decode = Callable[[bytes, "FrameForm"], Samples]

# What decoders raise for data they cannot read.
DECODE_TROUBLE = (
    ValueError,
    TypeError,
    RuntimeError,
    OSError,
    IndexError,
    KeyError,
    OverflowError,
    NotImplementedError,
    AttributeError,
    MemoryError,
    ImportError,
)


@dataclass(frozen=True, slots=True)
class FrameForm:
    """What a decoder must know besides the bytes."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    stream: Codestream | None = None
    exact: bool = True  # nothing says that the codec may have changed values

    @property
    def item_bytes(self) -> int:
        """Return the bytes of one sample in memory."""
        return max(1, (self.bits_allocated + 7) // 8)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Samples of one frame as (rows, columns[, samples]) and the decoder that answered."""

    samples: Samples
    decoder: str


def decode(codec: Codec, data: bytes, form: FrameForm) -> Decoded:
    """Decode one frame with the first decoder that takes it.

    Raises `DicomError("unsupported-transfer-syntax")` or `"decode-failed"`.
    """
    decoders = DECODERS.get(codec)
    if not decoders:
        raise DicomError("unsupported-transfer-syntax", codec=codec)
    if not form.exact:
        decoders = tuple(one for one in decoders if one[0] not in WRAPPING)
    kinds: list[str] = []
    for name, decoder in decoders:
        try:
            samples = decoder(data, form)
        except DECODE_TROUBLE as error:
            kinds.append(f"{name}: {type(error).__name__}")
            continue
        if samples is not None and samples.ndim in (2, 3) and samples.size:
            return Decoded(samples, name)
        kinds.append(f"{name}: shape")
    raise DicomError("decode-failed", codec=codec, tried=kinds)


def _jpeg8(data: bytes, form: FrameForm) -> Samples:
    # the same colour space in and out keeps libjpeg from converting: colour is done once, by us
    grey = (form.stream.components if form.stream else form.samples) == 1
    space = "GRAYSCALE" if grey else "RGB"
    return np.asarray(imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space))


def _jpeg8_lossless(data: bytes, form: FrameForm) -> Samples:
    return _jpeg8(data, form)


def _ljpeg(data: bytes, form: FrameForm) -> Samples:
    return np.asarray(imagecodecs.ljpeg_decode(data))


def _cv2_jpeg(data: bytes, form: FrameForm) -> Samples:
    import cv2

    if form.bits_allocated > 8 or form.samples != 1:
        raise ValueError("only grey 8 bit: its colour conversion cannot be switched off")
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None:
        raise ValueError("not read")
    return found


def _jpegls(data: bytes, form: FrameForm) -> Samples:
    return np.asarray(imagecodecs.jpegls_decode(data))


def _jpeg2k(data: bytes, form: FrameForm) -> Samples:
    return np.asarray(imagecodecs.jpeg2k_decode(data, planar=False))


def _htj2k(data: bytes, form: FrameForm) -> Samples:
    return np.asarray(imagecodecs.htj2k_decode(data, planar=False))


def _openjpeg(data: bytes, form: FrameForm) -> Samples:
    from openjpeg.utils import decode as openjpeg_decode

    return np.asarray(openjpeg_decode(data))


def _jpegxl(data: bytes, form: FrameForm) -> Samples:
    return np.asarray(imagecodecs.jpegxl_decode(data))


def _from_planes(planes: bytes | bytearray, form: FrameForm) -> Samples:
    """Turn planar samples in machine order, one plane a sample, into (rows, columns[, samples])."""
    pixels = form.rows * form.columns
    flat = np.frombuffer(planes, dtype=f"<u{form.item_bytes}")
    if form.bits_allocated == 1 and flat.size < pixels:
        flat = np.unpackbits(flat, bitorder="little")
    if flat.size < pixels * form.samples:
        raise ValueError("too few samples")
    planar = flat[: pixels * form.samples].reshape(form.samples, form.rows, form.columns)
    return planar[0] if form.samples == 1 else np.ascontiguousarray(np.moveaxis(planar, 0, -1))


def _rle_offsets(data: bytes, form: FrameForm) -> list[int]:
    """Return where each segment begins; raises `ValueError` for a header that cannot be meant (PS3.5 G.5)."""
    count = int.from_bytes(data[:4], "little")
    if count != form.samples * form.item_bytes or count > 15:
        raise ValueError("segment count")
    offsets = [int.from_bytes(data[4 + 4 * index : 8 + 4 * index], "little") for index in range(count)]
    if offsets[0] < 64 or any(a > b for a, b in pairwise([*offsets, len(data)])):
        raise ValueError("segment offsets")
    return offsets


def _dicomrle(data: bytes, form: FrameForm) -> Samples:
    _rle_offsets(data, form)  # the decoder believes them, also where they point outside
    found = imagecodecs.dicomrle_decode(data, f"<u{form.item_bytes}")
    return _from_planes(found, form)


def _pylibjpeg_rle(data: bytes, form: FrameForm) -> Samples:
    import rle

    if form.bits_allocated < 8:
        raise ValueError("whole bytes only")
    try:
        found = rle.rle.decode_frame(data, form.rows * form.columns, form.item_bytes * 8, "<")
    except BaseException as error:
        # Rust's panics are no Exception and their type cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("panic") from error
    return _from_planes(bytes(found), form)


def _rle_by_segment(data: bytes, form: FrameForm) -> Samples:
    """Decode RLE segment by segment, padding short segments with zero: last resort, shows what there is."""
    pixels = form.rows * form.columns // (8 if form.bits_allocated == 1 else 1)
    offsets = [*_rle_offsets(data, form), len(data)]
    count = len(offsets) - 1
    planes = np.zeros((form.samples, form.item_bytes, pixels), np.uint8)
    for index in range(count):
        segment = np.frombuffer(_packbits(data[offsets[index] : offsets[index + 1]], pixels), np.uint8)
        # segments run from the most significant byte
        planes[index // form.item_bytes, form.item_bytes - 1 - index % form.item_bytes, : segment.size] = segment
    words = np.ascontiguousarray(np.moveaxis(planes, 1, -1))
    return _from_planes(words.tobytes(), form)


def _packbits(data: bytes, limit: int) -> bytes:
    """Decode PackBits, tolerating an end anywhere (PS3.5 G.3.2)."""
    found = bytearray()
    position = 0
    while position < len(data) and len(found) < limit:
        control = data[position]
        if control < 128:
            found += data[position + 1 : position + 2 + control]
            position += control + 2
        else:
            if control > 128:
                found += data[position + 1 : position + 2] * (257 - control)
            position += 2
    return bytes(found[:limit])


def inflate_frame(data: bytes, expected: int) -> bytes:
    """Inflate one frame of Deflated Image Frame Compression, never beyond what the frame needs (PS3.5 A.4.11)."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, expected)
    except zlib.error as error:
        raise DicomError("decode-failed", codec="deflated-frame") from error


# These let a value that a lossy codestream makes too large begin anew at the other end, white as black.
WRAPPING = frozenset({"imagecodecs.htj2k"})

DECODERS: dict[Codec, tuple[tuple[str, Decode], ...]] = {
    "jpeg": (("imagecodecs.jpeg8", _jpeg8), ("cv2", _cv2_jpeg)),
    "jpeg-lossless": (
        ("imagecodecs.jpeg8", _jpeg8_lossless),
        ("imagecodecs.ljpeg", _ljpeg),
        # not imagecodecs.jpegsof3: over damaged data it makes samples of memory it was not given
    ),
    "jpeg-ls": (("imagecodecs.jpegls", _jpegls),),
    "jpeg2000": (("imagecodecs.jpeg2k", _jpeg2k), ("openjpeg", _openjpeg)),
    "htj2k": (("imagecodecs.htj2k", _htj2k), ("imagecodecs.jpeg2k", _jpeg2k), ("openjpeg", _openjpeg)),
    "jpeg-xl": (("imagecodecs.jpegxl", _jpegxl),),
    "rle": (
        ("imagecodecs.dicomrle", _dicomrle),
        ("pylibjpeg-rle", _pylibjpeg_rle),
        ("packbits", _rle_by_segment),
    ),
}
