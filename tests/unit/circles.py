"""A body in air as a scanner reconstructs it: within a circle, in HU."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 256


def circle(size: float = 1.0) -> NDArray[np.bool_]:
    """Return where the circle is, as a part of the largest one there is room for."""
    away = np.hypot(*(np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2))
    return away <= size * SIDE / 2


def body(seed: int = 1) -> NDArray[np.int64]:
    """Return noisy air, soft tissue with a bone in it; values (rows, columns) from -1024 on."""
    noise = np.random.default_rng(seed).normal(0, 12, (SIDE, SIDE))
    tissue = np.where(circle(0.2), 700.0, np.linspace(-100, 120, SIDE))
    return np.rint(np.maximum(np.where(circle(0.7), tissue, -1000) + noise, -1024)).astype(np.int64)


def blurred(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture as a reformat interpolates it."""
    return np.asarray(cv2.blur(pixels, (3, 3)), np.float32)
