"""Constants that fill what was not measured, such as the corners outside a CT's circle: they are no tissue."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import ObjectDescription
from dicom.showing.modality import modality_values
from dicom.showing.windows.voi import FARTHEST

_LAYERS = 3  # constants one inside the other that are looked for
_SHARE = 0.2  # of the rim that a constant fills
_LIKE_IT = 0.03  # of all values' range: so near to a constant a lossy codec leaves it
_BULK = (0.05, 0.95)
_FAR, _VERY_FAR = 0.25, 3.0  # times the spread of all else that a constant lies apart from it
_AIR = (-1100.0, -900.0)  # HU, with what a scanner's air may be off
_NO_TISSUE = -1030.0  # HU
_TOGETHER = 1100.0  # HU
_FEWEST = 0.01  # of what is left that was measured
_FEWEST_LEVELS = 8  # of all else: fewer are labels or a drawing
_ENOUGH = 1 << 16  # values that are looked at

Bounds = tuple[float, float]
EVERYTHING: Bounds = (-math.inf, math.inf)


def measured_range(
    pixels: NDArray[Any], said: ObjectDescription, frame_index: int, hidden: NDArray[np.bool_] | None
) -> Bounds:
    """Return between which values, after the modality step, a grey frame (rows, columns) was measured.

    `hidden` is what does not count anyway. Beyond lies what fills the rim of the picture with one value, apart from all
    others: very far where the value may be a true one, such as no signal in MR, or air.
    """
    step = max(1, int(np.sqrt(pixels.size / _ENOUGH)))
    values = modality_values(pixels[::step, ::step], said, frame_index)
    left = np.abs(values) <= FARTHEST
    if hidden is not None:
        left &= ~hidden[::step, ::step]
    low, high = EVERYTHING
    for _ in range(_LAYERS):
        found = _without_rim(values, left, is_ct=said.modality == "CT")
        if found == EVERYTHING:
            break
        low, high = max(low, found[0]), min(high, found[1])
        left &= (values >= low) & (values <= high)
    return low, high


def _without_rim(values: NDArray[Any], left: NDArray[np.bool_], *, is_ct: bool) -> Bounds:
    """Return the range without what fills the rim of what is left."""
    rim = values[left & _beside(~left)]
    if is_ct and _is_filled(rim) and _is_picture(values, left, _NO_TISSUE):
        return _NO_TISSUE, math.inf
    levels, counts = np.unique(rim, return_counts=True)
    constants = levels[counts >= max(1.0, _SHARE * counts.sum())]
    if not constants.size:
        return EVERYTHING
    inside = values[left]
    near = _LIKE_IT * float(np.ptp(np.quantile(inside, (0.005, 0.995))))
    constants = constants[_share_near(rim, constants, near) > _share_near(inside, constants, near)]  # it lies around
    if not constants.size:
        return EVERYTHING
    others = inside[(np.abs(inside[:, None] - constants) > near).all(axis=-1)]
    if _levels(others) < _FEWEST_LEVELS:
        return EVERYTHING
    low, high = (float(value) for value in np.quantile(others, _BULK))
    for constant in constants.tolist():
        may_be_true = _AIR[0] <= constant <= _AIR[1] if is_ct else constant >= 0 or low < 0
        far = (_VERY_FAR if may_be_true else _FAR) * (high - low)
        if 0 < far < low - constant:  # half-way, so that what is blurred between the two mostly goes too
            return (constant + low) / 2, math.inf
        if 0 < far < constant - high:
            return -math.inf, (constant + high) / 2
    return EVERYTHING


def _share_near(values: NDArray[Any], constants: NDArray[Any], near: float) -> NDArray[np.float64]:
    """Return which share of values lies near each constant."""
    return np.asarray((np.abs(values[:, None] - constants) <= near).mean(axis=0))


def _is_filled(rim: NDArray[Any]) -> bool:
    """Tell whether a rim in HU holds about one value that nothing has, or several that all lie together."""
    below = rim[rim < _AIR[0]]
    return below.size > 0 and below.size >= _SHARE * rim.size and np.ptp(np.quantile(below, _BULK)) <= _TOGETHER


def _is_picture(values: NDArray[Any], left: NDArray[np.bool_], lowest: float) -> bool:
    """Tell whether there is something to see from a value on."""
    above = values[left & (values >= lowest)]
    return above.size >= _FEWEST * left.sum() and _levels(above) >= _FEWEST_LEVELS


def _levels(values: NDArray[Any]) -> int:
    return len(np.unique(values[:: max(1, values.size // 1024)]))


def _beside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of which a neighbour, also one outside the picture, is in the mask."""
    wide = np.pad(mask, 1, constant_values=True)
    return wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
