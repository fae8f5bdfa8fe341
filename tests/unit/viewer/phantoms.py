"""Frames drawn for tests."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=16)
def _body(rows: int, columns: int) -> NDArray[np.int16]:
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    far = np.hypot((x - columns / 2) / (columns * 0.45), (y - rows / 2) / (rows * 0.4))
    return np.where(far < 1, 1000 + 200 * np.cos(far * 9) + 40 * np.sin(x / 5), 20).astype(np.int16)


def ct(rows: int = 128, columns: int = 128, *, padding: int | None = None) -> NDArray[np.int16]:
    """Return a body in air with soft slopes, as stored values of a CT with intercept -1024; corners may be padding."""
    frame = _body(rows, columns).copy()
    if padding is not None:
        y, x = np.ogrid[0:rows, 0:columns]
        frame[np.hypot(x - columns / 2, y - rows / 2) > columns / 2] = padding
    return frame


def ramp(rows: int, columns: int, dtype: Any = np.uint16) -> NDArray[Any]:
    """Return a frame whose value at (row, column) is 1000 + 10 x column + row, so places can be read from values."""
    y, x = np.mgrid[0:rows, 0:columns]
    return (1000 + 10 * x + y).astype(dtype)
