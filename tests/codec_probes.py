"""Small objects, one and more for each transfer syntax, whose right picture is known without any decoder of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from tests.pixel_files import encapsulated, image_bytes

JPEG = "1.2.840.10008.1.2.4."
FULL_8 = (256.0, 128.0)


@dataclass(frozen=True)
class Probe:
    """One object; `original` holds the samples that went in, `window` (width, centre) shows all of them."""

    name: str
    data: bytes = field(repr=False)
    original: NDArray[Any] = field(repr=False)
    window: tuple[float, float] = FULL_8
    marks: tuple[str, ...] = ()

    @property
    def is_white(self) -> NDArray[np.bool_]:
        """Where the original is in the upper half of its range."""
        return self.original > (float(self.original.max()) + float(self.original.min())) / 2


def sharp(bits: int, dtype: Any = None, *, signed: bool = False) -> NDArray[Any]:
    """Draw lowest and highest values side by side, as a letter burned in is."""
    y, x = np.mgrid[:64, :64]
    low = -(1 << (bits - 1)) if signed else 0
    values = np.where((x // 7 + y // 5) % 3 == 0, low, low + (1 << bits) - 1)
    return values.astype(dtype or (np.int16 if signed else np.uint8 if bits <= 8 else np.uint16))


def rgb_of(grey: NDArray[Any]) -> NDArray[Any]:
    """Make three different planes of one."""
    return np.stack([grey, grey.max() - grey, np.roll(grey, 3, 1)], -1)


def coded(name: str, syntax: str, pixels: NDArray[Any], stream: Any, bits: int, **more: Any) -> Probe:
    """Wrap one codestream of `pixels`, whose samples have so many bits."""
    marks = more.pop("marks", ())
    data = image_bytes(
        pixels, JPEG + syntax, pixel_data=encapsulated(bytes(stream)), BitsStored=bits, HighBit=bits - 1, **more
    )
    span = float(1 << (bits if pixels.ndim == 2 else 8))  # of colour it is said in its 8-bit levels
    return Probe(name, data, pixels, (span, 0.0 if pixels.dtype.kind == "i" else span / 2), marks)


def overshooting() -> Iterator[Probe]:
    """Codestreams that give samples beyond BitsStored, or beyond their own precision, near sharp edges."""
    six, ten, twelve, signed = sharp(6), sharp(10), sharp(12), sharp(12, signed=True)
    eight, sixteen, ends = sharp(8), sharp(16), sharp(16, signed=True)
    jpeg, jls, jxl = imagecodecs.jpeg8_encode, imagecodecs.jpegls_encode, imagecodecs.jpegxl_encode
    j2k, htj2k = imagecodecs.jpeg2k_encode, imagecodecs.htj2k_encode
    yield coded("jpeg-6-of-8", "50", six, jpeg(six, level=50), 6)
    yield coded("jpeg-10-of-12", "51", ten, jpeg(ten, level=20, bitspersample=12), 10)
    yield coded("jpeg-rgb", "50", rgb_of(eight), jpeg(rgb_of(eight), level=40, outcolorspace="RGB"), 8)
    yield coded("jpeg-ls-near", "81", twelve, jls(twelve, level=9), 12)
    yield coded("jpeg-ls-near-rgb", "81", rgb_of(twelve), jls(rgb_of(twelve), level=9), 12)
    lossy = {"codecformat": "j2k", "level": 48, "reversible": False}
    cut = lossy | {"reversible": True}
    for name, made in (("12", twelve), ("signed", signed), ("rgb", rgb_of(twelve))):
        yield coded(f"j2k-lossy-{name}", "91", made, j2k(made, **lossy), 12)
        yield coded(f"j2k-cut-{name}", "91", made, j2k(made, **cut), 12)
        yield coded(f"htj2k-lossy-{name}-of-16", "203", made, htj2k(made, level=0.01, reversible=False), 12)
    yield coded("j2k-cut-named-lossless", "90", twelve, j2k(twelve, **cut), 12, marks=("bits-not-usable",))
    pattern = signed.view(np.uint16)
    yield coded("j2k-lossy-signed-unlike-the-stream", "91", signed, j2k(pattern, **(lossy | {"level": 60})), 12)
    yield coded("htj2k-lossy-8", "203", eight, htj2k(eight, level=0.01, reversible=False), 8)
    yield coded("htj2k-lossy-16", "203", sixteen, htj2k(sixteen, level=0.01, reversible=False), 16)
    yield coded("htj2k-lossy-16-signed", "203", ends, htj2k(ends, level=0.01, reversible=False), 16)
    yield coded(
        "htj2k-lossy-rgb", "203", rgb_of(eight), htj2k(rgb_of(eight), level=0.01, reversible=False, rgb=True), 8
    )
    yield coded("htj2k-named-lossless", "201", eight, htj2k(eight, level=0.01, reversible=False), 8)
    yield coded("jxl-lossy-12-of-16", "112", twelve, jxl(twelve, level=40, lossless=False), 12)
    yield coded("jxl-lossy-12", "112", twelve, jxl(twelve, level=40, lossless=False, bitspersample=12), 12)
    yield coded("jxl-lossy-rgb", "112", rgb_of(eight), jxl(rgb_of(eight), level=90, lossless=False), 8)


def other_depth() -> Iterator[Probe]:
    """Codestreams whose samples are deeper or less deep than the object says."""
    eight, twelve, sixteen = sharp(8), sharp(12), sharp(16)
    j2k = {"codecformat": "j2k", "level": 0, "reversible": True}
    deep = {"BitsAllocated": 8, "marks": ("bits-not-usable",)}
    deeper = imagecodecs.jpeg2k_encode(sharp(12), **j2k, bitspersample=12)
    yield coded("j2k-12-in-8", "90", twelve, deeper, 8, **deep)
    yield coded("jpeg-ls-12-in-8", "80", twelve, imagecodecs.jpegls_encode(twelve), 8, **deep)
    yield coded("jpeg-lossless-12-in-8", "70", twelve, imagecodecs.ljpeg_encode(twelve), 8, **deep)
    yield coded(
        "j2k-rgb-12-in-8",
        "90",
        rgb_of(twelve),
        imagecodecs.jpeg2k_encode(rgb_of(twelve), **j2k, bitspersample=12, mct=False),
        8,
        **deep,
    )
    wide = {"BitsAllocated": 16}
    shallow = rgb_of(eight)
    yield coded("jpeg-rgb-8-in-16", "50", shallow, imagecodecs.jpeg8_encode(shallow, outcolorspace="RGB"), 16, **wide)
    yield coded("j2k-rgb-16", "90", rgb_of(sixteen), imagecodecs.jpeg2k_encode(rgb_of(sixteen), **j2k, mct=False), 16)
