"""Colour management: from the colours a file's ICC profile means to the sRGB of screens (PS3.3 C.11.15)."""

from __future__ import annotations

from functools import lru_cache

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from dicom.codecs import DECODE_TROUBLE
from dicom.elements import first_item, value

MAX_PROFILE = 4 << 20


def icc_profile(elements: Dataset) -> bytes | None:
    """Return the object's input profile: its own, else that of the first optical path of a slide."""
    for place in (elements, first_item(elements, "OpticalPathSequence")):
        found = value(place, "ICCProfile") if place is not None and "ICCProfile" in place else None
        if isinstance(found, bytes) and 128 < len(found) <= MAX_PROFILE:
            return found
    return None


def to_srgb(rgb: NDArray[np.uint8], profile: bytes) -> NDArray[np.uint8] | None:
    """Convert uint8 RGB to sRGB; `None` if the profile cannot be used. Only for workers: it reads foreign bytes."""
    try:
        found = imagecodecs.cms_transform(
            np.ascontiguousarray(rgb), profile, _srgb(), colorspace="rgb", outcolorspace="rgb"
        )
    except DECODE_TROUBLE:
        return None
    return np.asarray(found, np.uint8)


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))
