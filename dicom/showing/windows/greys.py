"""How the values of one frame are spread, in few numbers, for a window that suits a whole stack."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import ObjectDescription
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.colour import is_colour
from dicom.showing.modality import modality_values
from dicom.showing.shutter import shutter_mask
from dicom.showing.windows.outside import measured_range
from dicom.showing.windows.voi import FARTHEST, padding_mask

STEPS = 200
_ENOUGH = 1 << 19  # pixels that are looked at


def spread_of(frame: StoredFrame, said: ObjectDescription, frame_index: int) -> tuple[float, ...]:
    """Return the smallest value, the largest and 199 quantiles between them, after rescale or modality LUT.

    Neither padding, nor what a shutter hides, nor a constant around what was measured, nor what is no number counts;
    empty for colour and where nothing is left.
    """
    pixels = frame.pixels
    if is_colour(pixels, frame.photometric_interpretation) or pixels.ndim != 2:
        return ()
    step = max(1, int(np.sqrt(pixels.size / _ENOUGH)))
    hidden = _hidden(pixels, said)
    pixels = pixels[::step, ::step]
    shown = pixels.ravel() if hidden is None else pixels[~hidden[::step, ::step]]
    values = modality_values(shown, said, frame_index)
    low, high = measured_range(frame.pixels, said, frame_index, hidden)
    values = values[np.isfinite(values) & (values >= low) & (values <= high)]
    values = np.clip(values, -FARTHEST, FARTHEST)
    return tuple(np.quantile(values, np.linspace(0, 1, STEPS + 1)).tolist()) if values.size else ()


def _hidden(pixels: NDArray[Any], said: ObjectDescription) -> NDArray[np.bool_] | None:
    padding = padding_mask(pixels, said)
    if said.shutter is None:
        return padding
    outside = shutter_mask(said.shutter, *pixels.shape) == 0
    hidden = outside if padding is None else outside | padding
    return padding if hidden.all() else hidden


def warm_up() -> None:
    """Have what is imported late ready before the sandbox closes."""
    spread_of(StoredFrame(np.eye(2, dtype=np.uint8), "MONOCHROME2"), ObjectDescription("image"), 0)
