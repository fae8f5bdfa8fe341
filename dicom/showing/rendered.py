"""A frame or page as a finished PNG or JPEG, by the pipeline of the screen; for the portal's render workers."""

from __future__ import annotations

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.description import ObjectDescription
from dicom.showing import annotation

PictureType = Literal["png", "jpeg"]
PAGE_WIDTH = 1240  # A4 at 150 dots per inch


def encode(pixels: NDArray[np.uint8], kind: PictureType, quality: int) -> bytes:
    """Write uint8 grey (rows, columns) or RGB (rows, columns, 3) as a file; `quality` 1-100 is JPEG's."""
    ordered: NDArray[Any] = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    # level 3 of PNG takes a third of the time of the default and a tenth more room
    how = [cv2.IMWRITE_JPEG_QUALITY, quality] if kind == "jpeg" else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    done, written = cv2.imencode(".jpg" if kind == "jpeg" else ".png", np.ascontiguousarray(ordered), how)
    if not done:
        raise DicomError("decode-failed", reason=kind)
    return written.tobytes()


def cut_out(pixels: NDArray[np.uint8], region: tuple[float, float, float, float] | None) -> NDArray[np.uint8]:
    """Cut a region (left, top, width, height in pixels) out of a picture (PS3.18 8.3.5.1.3).

    0 is as far as the picture goes; a negative width or height mirrors what is cut out. Raises
    `DicomError("decode-failed")` where the region lies outside.
    """
    if region is None:
        return pixels
    left, top, width, height = (round(each) for each in region)
    rows, columns = pixels.shape[:2]
    right = left + (abs(width) or columns)
    below = top + (abs(height) or rows)
    left, top = max(left, 0), max(top, 0)
    found = pixels[top : max(below, 0), left : max(right, 0)]
    if not found.size:
        raise DicomError("decode-failed", reason="viewport-outside")
    return np.ascontiguousarray(found[:: -1 if height < 0 else 1, :: -1 if width < 0 else 1])


def whole(size: tuple[float, float] | None) -> tuple[int, int] | None:
    """Give a size in whole pixels."""
    return None if size is None else (int(size[0]), int(size[1]))


def middle(description: ObjectDescription) -> int:
    """Say which frame (index from 0) stands for an object: the middle one, of a clip the first."""
    return 0 if description.kind == "video" else description.number_of_frames // 2


def warm_up() -> None:
    """Have both writers ready before the sandbox closes."""
    annotation.warm_up()
    for kind in ("png", "jpeg"):
        encode(np.zeros((8, 8, 3), np.uint8), "png" if kind == "png" else "jpeg", 80)
