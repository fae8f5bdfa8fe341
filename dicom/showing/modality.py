"""The modality step: from stored values to what they mean (PS3.3 C.11.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription

_FARTHEST = 2**53  # table inputs beyond are the same as it
# There rescale leads back to the beam's intensity, and windows work on stored values.
_XA, _XRF, _BIPLANE = (f"1.2.840.10008.5.1.4.1.1.12.{tail}" for tail in (1, 2, 3))


def has_modality_step(description: ObjectDescription) -> bool:
    """Say whether rescale or modality LUT belong to the display of this object."""
    return description.sop_class_uid not in (_XA, _XRF, _BIPLANE)


def rescale_of(description: ObjectDescription, frame_index: int) -> tuple[float, float]:
    """Return slope and intercept of a frame's modality step, 1 and 0 where it has none, whatever LUT there is."""
    if not has_modality_step(description):
        return 1.0, 0.0
    info = description.frame_info(frame_index)
    return info.rescale_slope or 1.0, info.rescale_intercept or 0.0


def modality_values(stored: NDArray[Any], description: ObjectDescription, frame_index: int) -> NDArray[Any]:
    """Return output values of the modality step for any array of stored values: a LUT's as int, else float64."""
    if not has_modality_step(description):
        return stored.astype(np.float64)
    if description.modality_lut is not None:
        return look_up(stored, description.modality_lut).astype(np.float64)
    slope, intercept = rescale_of(description, frame_index)
    values = stored.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # what is no number stays none
        if slope != 1.0:
            values *= slope
        if intercept:
            values += intercept
    return values


def look_up(values: NDArray[Any], table: LookupTable) -> NDArray[Any]:
    """Return the table's outputs; below and above it its first and last value hold (PS3.3 C.11.1.1.1)."""
    if values.dtype.kind == "f":
        values = np.clip(np.nan_to_num(np.rint(values)), -_FARTHEST, _FARTHEST)
    places = values.astype(np.int64)
    places = np.clip(places - table.first_value, 0, len(table.values) - 1)
    return np.asarray(np.asarray(table.values, np.int64)[places])
