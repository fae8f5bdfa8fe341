"""Colour management: from the colours a file's ICC profile means to the sRGB of screens (PS3.3 C.11.15)."""

from __future__ import annotations

import struct
from functools import lru_cache

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from dicom.pixels.codecs import DECODE_TROUBLE
from dicom.reading.elements import first_item, value

MAX_PROFILE = 4 << 20
_HEADER = 128
_MOST_TAGS = 100
_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
_SPACES = (b"XYZ ", b"Lab ")
_UNUSABLE = b""
# Floating-point pipelines of any number of steps, which stand beside tables of bounded work (ICC.1 9.2.17-20).
_UNBOUNDED = (b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3")
_ROWS_AT_ONCE = 1 << 22  # pixels


def icc_profile(elements: Dataset) -> bytes | None:
    """Return the object's input profile: its own, else that of the first optical path of a slide.

    Empty where there is one that is not to be used: too large, damaged, or of other colours than RGB.
    """
    for place in (elements, first_item(elements, "OpticalPathSequence")):
        if place is not None and "ICCProfile" in place:
            return _usable(value(place, "ICCProfile"))
    return None


def _usable(found: object) -> bytes:
    """Return a profile as it may be handed on, empty if not at all (ICC.1 7.2, 7.3)."""
    if not isinstance(found, bytes) or not _HEADER + 4 < len(found) <= MAX_PROFILE:
        return _UNUSABLE
    size, count = struct.unpack_from(">I", found, 0)[0], struct.unpack_from(">I", found, _HEADER)[0]
    if (
        found[36:40] != b"acsp"
        or found[16:20] != b"RGB "
        or found[12:16] not in _CLASSES
        or found[20:24] not in _SPACES
    ):
        return _UNUSABLE
    if not _HEADER + 4 < size <= len(found) or not 0 < count <= _MOST_TAGS or found[8] not in (2, 4):
        return _UNUSABLE
    places = [_HEADER + 4 + 12 * index for index in range(count)]
    if places[-1] + 12 > size:
        return _UNUSABLE
    told = bytearray(found[:size])
    for place in places:
        offset, length = struct.unpack_from(">II", found, place + 4)
        if offset + length > size:
            return _UNUSABLE
        if found[place : place + 4] in _UNBOUNDED:
            told[place : place + 4] = b"none"
    return bytes(told)


def to_srgb(rgb: NDArray[np.uint8], profile: bytes) -> NDArray[np.uint8] | None:
    """Convert uint8 RGB (rows, columns, 3) to sRGB; `None` if the profile cannot be used.

    Only for workers: it reads foreign bytes. The work is that of one table of 33 x 33 x 33 colours or less, and of one
    look-up a pixel.
    """
    if not profile:
        return None
    converted = np.empty_like(rgb)
    rows = max(1, _ROWS_AT_ONCE // max(rgb.shape[1], 1))
    try:
        for first in range(0, rgb.shape[0], rows):
            part = np.ascontiguousarray(rgb[first : first + rows])
            converted[first : first + rows] = imagecodecs.cms_transform(
                part, profile, _srgb(), colorspace="rgb", outcolorspace="rgb"
            )
    except DECODE_TROUBLE:
        return None
    return converted


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))


def check_profiles() -> bool:
    """Say whether colour is managed at all: green of a wide gamut is more than sRGB can show."""
    profile = bytes(imagecodecs.cms_profile("adobergb"))
    green = np.full((2, 2, 3), (0, 200, 40), np.uint8)
    managed = to_srgb(green, _usable(profile))
    return managed is not None and not np.array_equal(managed, green)
