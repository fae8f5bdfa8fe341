"""Windows of values finer than whole numbers: PET, diffusion maps, doses."""

from __future__ import annotations

from dataclasses import replace

from dicom.description import ObjectDescription, Window
from dicom.showing.modality import has_modality_step, rescale_of


def exact(window: Window) -> Window:
    """Return a LINEAR window as the LINEAR_EXACT one that shows the same picture; others as they are.

    LINEAR counts a whole number more than lies between its ends (PS3.3 C.11.2.1.2), which means nothing to fractions.
    """
    if window.function != "LINEAR" or window.width <= 1:
        return window
    return replace(window, center=window.center - 0.5, width=window.width - 1, function="LINEAR_EXACT")


def grain_of(description: ObjectDescription, frame_index: int) -> float:
    """Return the step between neighbouring values after the modality step, where stored values are whole numbers."""
    if description.modality_lut is not None and has_modality_step(description):
        return 1.0
    return abs(rescale_of(description, frame_index)[0])
