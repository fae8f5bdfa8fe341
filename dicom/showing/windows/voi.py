"""The VOI step: which values become which grey (PS3.3 C.11.2), and which choices a file gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription, Window
from dicom.showing.modality import look_up, modality_values

Voi = Window | LookupTable
_ENOUGH = 1 << 20
_GRAIN = 1e-6
_TINY = 1e-3
FARTHEST = 4e307  # so that the width between two ends is a number


def voi_choices(description: ObjectDescription, frame_index: int) -> tuple[Voi, ...]:
    """Return every window and VOI LUT of the file, in its order."""
    info = description.frame_info(frame_index)
    if info.voi_luts is None:
        return (*info.windows, *description.voi_luts)
    return (*info.windows, *(description.voi_luts[place] for place in info.voi_luts))


def padding_range(description: ObjectDescription) -> tuple[int, int] | None:
    """Return the range of stored values that is no picture, both ends in it (PS3.3 C.7.5.1.1.2)."""
    value, limit = description.pixel_padding_value, description.pixel_padding_range_limit
    if value is None:
        return None
    limit = value if limit is None else limit
    return min(value, limit), max(value, limit)


def padding_mask(stored: NDArray[Any], description: ObjectDescription) -> NDArray[np.bool_] | None:
    """Return where a frame is padding, or no number at all; `None` if nowhere.

    A frame of nothing but its padding value is a picture of that value.
    """
    if stored.ndim != 2:
        return None
    is_float = stored.dtype.kind == "f"
    padding = description.float_padding if is_float else padding_range(description)
    mask = None if padding is None else np.asarray((stored >= padding[0]) & (stored <= padding[1]))
    if mask is not None and (mask.all() or not mask.any()):
        mask = None
    if is_float and not (numbers := np.isfinite(stored)).all():
        mask = ~numbers if mask is None else mask | ~numbers
    return mask


def full_window(stored: NDArray[Any], description: ObjectDescription, frame_index: int) -> Window:
    """Return the window over all values that are not padding: width max - min + 1, centre (min + max + 1) / 2.

    A bit has two values, whether a frame holds both or not.
    """
    mask = padding_mask(stored, description)
    shown = stored if mask is None else stored[~mask]
    if shown.size == 0:
        return Window(0.5, 1.0)
    is_bit = description.bits_stored == 1 and stored.dtype.kind != "f"
    ends = np.asarray([0, 1] if is_bit else [shown.min(), shown.max()])
    if description.modality_lut is not None and shown.size <= _ENOUGH:
        ends = shown
    values = modality_values(ends, description, frame_index)
    low, high = (float(np.clip(end, -FARTHEST, FARTHEST)) for end in (values.min(), values.max()))
    if 0 < high - low < _TINY:  # a whole number more would drown it
        return Window((low + high) / 2, high - low, "LINEAR_EXACT")
    return Window((low + high + 1) / 2, high - low + 1)


def apply_voi(values: NDArray[Any], voi: Voi) -> NDArray[np.uint8]:
    """Return grey levels 0..255 for output values of the modality step."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _grey(values, voi)


def _grey(values: NDArray[Any], voi: Voi) -> NDArray[np.uint8]:
    if isinstance(voi, LookupTable):
        grey = look_up(values, voi) * (255.0 / ((1 << voi.bits) - 1))
    elif voi.function == "SIGMOID":
        grey = 255.0 / (1.0 + np.exp(np.clip(-4.0 * (values - voi.center) / voi.width, -700, 700)))
    elif voi.function == "LINEAR_EXACT":
        grey = (values - voi.center) * (255.0 / voi.width) + 127.5
    elif voi.width <= 1:
        return np.where(values > voi.center - 0.5, np.uint8(255), np.uint8(0))
    else:
        grey = (values - (voi.center - 0.5)) * (255.0 / (voi.width - 1)) + 127.5
    # cut, not rounded, as DCMTK does; the grain keeps 254.999… at white
    return np.asarray(np.nan_to_num(np.clip(np.floor(grey + _GRAIN), 0, 255)), np.uint8)
