"""Pictures in another size, true to shape."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.description import ObjectDescription
from dicom.showing.geometry import is_shape

MAX_SIDE = 16384


def pixel_shape(description: ObjectDescription, frame_index: int) -> tuple[float, float]:
    """Return a pixel's height and width, 1 wide: by its spacing where said, else by the aspect ratio, else square.

    What nobody can mean is passed over (PS3.3 C.7.6.3.1.7, 10.7).
    """
    info = description.frame_info(frame_index)
    for said in (info.pixel_spacing, description.imager_pixel_spacing, description.pixel_aspect_ratio):
        if said is not None and is_shape(said):
            return said[0] / said[1], 1.0
    return 1.0, 1.0


def fit(
    pixels: NDArray[np.uint8], width: int, height: int, shape: tuple[float, float] = (1.0, 1.0)
) -> NDArray[np.uint8]:
    """Scale a grey or RGB picture to the largest size inside `width` x `height` that keeps its shape."""
    rows, columns = pixels.shape[:2]
    true_height, true_width = rows * shape[0], columns * shape[1]
    scale = min(width / true_width, height / true_height)
    target = (_side(true_width * scale), _side(true_height * scale))
    if target == (columns, rows):
        return pixels
    shrinks = target[0] < columns and target[1] < rows
    return np.asarray(_resize(pixels, target, cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8)


def _resize(pixels: NDArray[Any], target: tuple[int, int], method: int) -> NDArray[Any]:
    return cv2.resize(np.ascontiguousarray(pixels), target, interpolation=method)


def _side(length: float) -> int:
    return min(max(round(length), 1), MAX_SIDE)
