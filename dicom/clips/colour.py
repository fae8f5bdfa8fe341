"""Planes of luma and chroma into RGB, by the matrix and the range the stream names."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.decoder import Planes

# Kr and Kb by matrix coefficients (ITU-T H.273, table 4). Where the stream names none it is BT.601, which
# YBR_PARTIAL_420 is made of (PS3.3 C.7.6.3.1.2).
_WEIGHTS = {
    1: (0.2126, 0.0722),
    2: (0.299, 0.114),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
_RGB_ITSELF = 0


def to_rgb(picture: Planes) -> NDArray[np.uint8]:
    """Return RGB of 8 bits, (rows, columns, 3).

    Chroma is repeated, not smoothed, in interlaced pictures too, as FFmpeg's own command does it. Raises
    `DicomError("unsupported-transfer-syntax")` for a matrix that is not known.
    """
    luma = picture.planes[0]
    top = (1 << picture.bits) - 1
    if len(picture.planes) == 1:
        low, span = (0.0, float(top)) if picture.full_range else _limited(picture.bits)
        grey = np.clip(np.rint((luma.astype(np.float32) - low) * (255 / span)), 0, 255).astype(np.uint8)
        return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
    chroma = [_grown(plane, luma.shape) for plane in picture.planes[1:]]
    stacked = cv2.merge([luma, *chroma])
    matrix = _matrix(picture)
    if picture.bits > 8:
        return np.asarray(np.clip(np.rint(cv2.transform(stacked.astype(np.float32), matrix)), 0, 255), np.uint8)
    return np.asarray(cv2.transform(stacked, matrix), np.uint8)


def _limited(bits: int) -> tuple[float, float]:
    return 16.0 * (1 << bits - 8), 219.0 * (1 << bits - 8)


def _matrix(picture: Planes) -> NDArray[np.float64]:
    """Return what makes RGB of (Y, Cb, Cr, 1), 3 x 4."""
    if picture.matrix == _RGB_ITSELF or picture.matrix not in _WEIGHTS:
        raise DicomError("unsupported-transfer-syntax", codec="video", matrix=picture.matrix)
    red, blue = _WEIGHTS[picture.matrix]
    green = 1 - red - blue
    top, middle = (1 << picture.bits) - 1, 1 << picture.bits - 1
    low, span = (0.0, float(top)) if picture.full_range else _limited(picture.bits)
    spread = float(top) if picture.full_range else 224.0 * (1 << picture.bits - 8)
    y, c = 255 / span, 255 / spread
    from_red, from_blue = 2 * (1 - red) * c, 2 * (1 - blue) * c
    rows = np.array(
        [
            [y, 0, from_red],
            [y, -from_blue * blue / green, -from_red * red / green],
            [y, from_blue, 0],
        ]
    )
    offset = -rows @ np.array([low, middle, middle])
    return np.column_stack([rows, offset])


def _grown(plane: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Give each sample of luma its chroma."""
    rows, columns = shape
    down, across = -(-rows // plane.shape[0]), -(-columns // plane.shape[1])
    grown = cv2.resize(plane, (plane.shape[1] * across, plane.shape[0] * down), interpolation=cv2.INTER_NEAREST)
    return np.asarray(grown)[:rows, :columns]
