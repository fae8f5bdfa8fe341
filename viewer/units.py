"""What the numbers under the pointer are called, and how they come from stored values."""

from __future__ import annotations

from dicom.description import ObjectDescription

_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
_INTENSITY_ONLY = frozenset({"XA", "XRF"})  # rescale leads back to beam intensity; the window works on stored values


def value_unit(description: ObjectDescription, frame_index: int) -> str:
    """Return "HU", another rescale type as the file names it, or "" (PS3.3 C.11.1.1.2).

    Hounsfield units only where the file says so, or where it says nothing on an original CT image.
    """
    named = (description.frame_info(frame_index).rescale_type or "").strip()
    if named and named != "US":
        return named
    original = description.image_type[:1] == ("ORIGINAL",)
    if not named and original and description.sop_class_uid == _CT_IMAGE_STORAGE:
        return "HU"
    return ""


def real_value(description: ObjectDescription, frame_index: int, stored: float) -> float:
    """Return a stored value after rescale or modality LUT (PS3.3 C.11.1)."""
    if description.modality in _INTENSITY_ONLY:
        return stored
    lut = description.modality_lut
    if lut is not None and lut.values:
        place = min(max(round(stored) - lut.first_value, 0), len(lut.values) - 1)
        return float(lut.values[place])
    info = description.frame_info(frame_index)
    slope = 1.0 if info.rescale_slope is None else info.rescale_slope
    return stored * slope + (info.rescale_intercept or 0.0)
