"""The display shutter: what of a frame is meant to be seen (PS3.3 C.7.6.11)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.description import Shutter

_FAR = 1 << 20


def shutter_mask(shutter: Shutter, rows: int, columns: int) -> NDArray[np.uint8]:
    """Return 255 inside the shutter and 0 outside, as (rows, columns); positions count from 1, edges are inside."""
    mask = np.full((rows, columns), 255, np.uint8)
    if shutter.rectangle is not None:
        left, right, upper, lower = (min(max(edge, 0), _FAR) for edge in shutter.rectangle)
        inside = np.zeros_like(mask)
        inside[max(upper - 1, 0) : lower, max(left - 1, 0) : right] = 255
        mask &= inside
    if shutter.circle is not None:
        row, column, radius = (min(max(value, -_FAR), _FAR) for value in shutter.circle)
        drawn = cv2.circle(np.zeros_like(mask), (column - 1, row - 1), max(radius, 0), 255, -1)
        mask &= np.asarray(drawn, np.uint8)
    if len(shutter.polygon) >= 3:
        corners = np.clip(np.asarray([(column - 1, row - 1) for row, column in shutter.polygon]), -_FAR, _FAR)
        mask &= np.asarray(cv2.fillPoly(np.zeros_like(mask), [corners.astype(np.int32)], (255,)), np.uint8)
    return mask
