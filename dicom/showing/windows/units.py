"""What the numbers under the pointer are called, and how they come from stored values."""

from __future__ import annotations

import numpy as np

from dicom.description import ObjectDescription
from dicom.showing.modality import has_modality_step, modality_values

_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"

_SAYS_NOTHING = frozenset({"", "US", "NONE", "PROPCNTS", "PROPCPS"})
_NO_UNIT = ("unitless", "arbitrary", "normalized", "unspecified")  # what makers write where numbers have none
# PET's units (PS3.3 C.8.9.1.1.3) and what diffusion maps are told in.
_AS_PEOPLE_WRITE = {
    "BQML": "Bq/ml",
    "CNTS": "counts",
    "CPS": "counts/s",
    "GML": "g/ml",
    "CM2": "cm²",
    "CM2ML": "cm²/ml",
    "PCNT": "%",
    "1CM": "1/cm",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "UMOLML": "µmol/ml",
    "STDDEV": "standard deviations",
    "MM2/S": "mm²/s",
    "MM^2/S": "mm²/s",
    "10^-6 MM^2/S": "10⁻⁶ mm²/s",
    "10^-3 MM^2/S": "10⁻³ mm²/s",
}


def value_unit(description: ObjectDescription, frame_index: int) -> str:
    """Return "HU", another rescale type or PET's unit as people write it, or "" (PS3.3 C.11.1.1.2).

    Hounsfield units only where the file says so, or where it says nothing on an original CT image; none where values
    stay as they are stored.
    """
    if not has_modality_step(description):
        return ""
    named = (description.frame_info(frame_index).rescale_type or "").strip()
    if named.upper() not in _SAYS_NOTHING and not any(word in named.lower() for word in _NO_UNIT):
        return _AS_PEOPLE_WRITE.get(named.upper(), named)
    original = description.image_type[:1] == ("ORIGINAL",)
    if not named and original and description.sop_class_uid == _CT_IMAGE_STORAGE:
        return "HU"
    return ""


def real_value(description: ObjectDescription, frame_index: int, stored: float) -> float:
    """Return a stored value after rescale or modality LUT (PS3.3 C.11.1)."""
    return float(modality_values(np.asarray([stored]), description, frame_index)[0])
