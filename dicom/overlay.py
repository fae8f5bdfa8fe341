"""Drawing overlay planes: graphics that lie over a frame (PS3.3 C.9.2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dicom.description import OverlayPlane

Plane = tuple[OverlayPlane, NDArray[np.uint8]]


def burn_in(pixels: NDArray[np.uint8], planes: Sequence[Plane], level: int = 255) -> NDArray[np.uint8]:
    """Draw planes into a picture of native size, at their origin (row and column from 1), clipped to it."""
    drawn = pixels.copy()
    rows, columns = pixels.shape[:2]
    for plane, bits in planes:
        top, left = plane.origin[0] - 1, plane.origin[1] - 1
        height, width = bits.shape
        first_row, first_column = max(top, 0), max(left, 0)
        last_row, last_column = min(top + height, rows), min(left + width, columns)
        if first_row >= last_row or first_column >= last_column:
            continue
        shown = bits[first_row - top : last_row - top, first_column - left : last_column - left] > 0
        drawn[first_row:last_row, first_column:last_column][shown] = level
    return drawn
