"""What the numbers under the pointer are called, and how they come from stored values."""

from __future__ import annotations

import numpy as np

from dicom.description import ObjectDescription
from dicom.modality import has_modality_step, modality_values

_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def value_unit(description: ObjectDescription, frame_index: int) -> str:
    """Return "HU", another rescale type as the file names it, or "" (PS3.3 C.11.1.1.2).

    Hounsfield units only where the file says so, or where it says nothing on an original CT image; none where values
    stay as they are stored.
    """
    if not has_modality_step(description):
        return ""
    named = (description.frame_info(frame_index).rescale_type or "").strip()
    if named and named != "US":
        return named
    original = description.image_type[:1] == ("ORIGINAL",)
    if not named and original and description.sop_class_uid == _CT_IMAGE_STORAGE:
        return "HU"
    return ""


def real_value(description: ObjectDescription, frame_index: int, stored: float) -> float:
    """Return a stored value after rescale or modality LUT (PS3.3 C.11.1)."""
    return float(modality_values(np.asarray([stored]), description, frame_index)[0])
