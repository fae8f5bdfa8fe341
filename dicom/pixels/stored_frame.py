"""One decoded frame as it crosses from a worker to the window; light to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """One frame's stored values.

    `pixels` is (rows, columns) or (rows, columns, samples), in the smallest dtype of BitsAllocated;
    `photometric_interpretation` says what the samples are now (JPEG 2000's own transform is undone, so RGB).
    """

    pixels: NDArray[Any]
    photometric_interpretation: str
    marks: tuple[str, ...] = ()
    decoder: str = "native"


@dataclass(frozen=True, slots=True)
class FrameBytes:
    """One frame as it is sent to others, and how many frames its object has."""

    data: bytes
    marks: tuple[str, ...]
    frames: int
