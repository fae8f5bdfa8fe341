"""How a frame by itself is first seen: on the screen, as a small picture, as a file and on the portal's page alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import ObjectDescription, Window
from dicom.showing.modality import modality_values
from dicom.showing.windows.fine_windows import exact
from dicom.showing.windows.outside import EVERYTHING, measured_range
from dicom.showing.windows.voi import Voi, full_window, padding_mask, voi_choices

_ENOUGH = 1 << 18  # pixels that are looked at
_MOSTLY, _FAR = (0.5, 99.5), 16.0


def default_voi(stored: NDArray[Any], description: ObjectDescription, frame_index: int) -> Voi:
    """Return the first look: the file's first window, else its first VOI LUT, else `values_window`."""
    choices = voi_choices(description, frame_index)
    return choices[0] if choices else values_window(stored, description, frame_index)


def values_window(stored: NDArray[Any], description: ObjectDescription, frame_index: int) -> Window:
    """Return the window over what was measured in a grey frame (rows, columns), after the modality step.

    Neither padding nor a constant around what was measured counts. Of floats and of more than 16 bits a few far values
    would leave nothing to see of all others: they do not count.
    """
    hidden = _not_measured(stored, description, frame_index)
    window = full_window(stored if hidden is None else stored[~hidden], description, frame_index)
    if stored.dtype.itemsize <= 2:
        return window
    step = max(1, int((stored.size / _ENOUGH) ** 0.5))
    shown = stored[::step, ::step] if hidden is None else stored[::step, ::step][~hidden[::step, ::step]]
    if not shown.size:
        return window
    low, high = np.percentile(modality_values(shown, description, frame_index), _MOSTLY).tolist()
    near = 0 < high - low < exact(window).width / _FAR
    return Window((low + high) / 2, high - low, "LINEAR_EXACT") if near else window


def _not_measured(stored: NDArray[Any], said: ObjectDescription, frame_index: int) -> NDArray[np.bool_] | None:
    hidden = padding_mask(stored, said)
    bounds = measured_range(stored, said, frame_index, hidden)
    if bounds == EVERYTHING:
        return hidden
    values = modality_values(stored, said, frame_index)
    outside = (values < bounds[0]) | (values > bounds[1])
    return outside if hidden is None else outside | hidden
