"""Drawing overlay planes: graphics that lie over a frame (PS3.3 C.9.2)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.description import OverlayPlane

_AROUND = 9  # pixels
_DARK = 80  # so far from black a white line is seen in any case, and so far from white a black one

Plane = tuple[OverlayPlane, NDArray[np.uint8]]


def burn_in(pixels: NDArray[np.uint8], planes: Sequence[Plane]) -> NDArray[np.uint8]:
    """Draw planes into a picture of native size, at their origin (row and column from 1), clipped to it."""
    lines = line_mask(planes, *pixels.shape[:2])
    drawn = pixels.copy()
    shown = lines > 0
    levels = line_levels(pixels)[shown]
    drawn[shown] = levels if pixels.ndim == 2 else levels[:, None]
    return drawn


def line_mask(planes: Sequence[Plane], rows: int, columns: int) -> NDArray[np.uint8]:
    """Return 255 where a plane has a line, else 0, as (rows, columns)."""
    lines = np.zeros((rows, columns), np.uint8)
    for plane, bits in planes:
        top, left = plane.origin[0] - 1, plane.origin[1] - 1
        height, width = bits.shape
        first_row, first_column = max(top, 0), max(left, 0)
        last_row, last_column = min(top + height, rows), min(left + width, columns)
        if first_row >= last_row or first_column >= last_column:
            continue
        shown = bits[first_row - top : last_row - top, first_column - left : last_column - left] > 0
        lines[first_row:last_row, first_column:last_column][shown] = 255
    return lines


def line_levels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return for each pixel of a picture, grey or of three or four channels, what a line on it is drawn in.

    That is white on what is dark around it and black on what is bright; never what the pixel nearly is itself.
    """
    grey = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_RGB2GRAY), np.uint8)
    around = np.asarray(cv2.blur(grey, (_AROUND, _AROUND)), np.uint8)
    bright = np.where(grey < _DARK, False, (around > 127) | (grey > 255 - _DARK))
    return np.where(bright, 0, 255).astype(np.uint8)
