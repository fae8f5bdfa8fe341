"""Which side of the patient lies at which edge of a picture (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dicom.description import ObjectDescription

_AXES = (("L", "R"), ("P", "A"), ("H", "F"))  # towards larger and smaller x, y, z of the patient's system
_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
_LEAST = 0.0872  # the sine of 5 degrees: less than that is no direction of its own
_TOLERANCE = 1e-2
_WILDEST_ASPECT = 20.0  # a pixel more than 20 times longer than wide is a mistake in the file
_LEAST_SIDE, _LARGEST_SIDE = 1e-6, 1e6  # of a pixel, in mm or of a ratio: a slide's are 1e-4 mm


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """Directions such as "A", "RF" at the four edges of a picture; empty where they cannot be known."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""


def edge_letters(description: ObjectDescription, frame_index: int = 0) -> EdgeLetters:
    """Return the letters of a frame as stored: from ImageOrientationPatient, else from PatientOrientation."""
    cosines = description.frame_info(frame_index).image_orientation_patient
    if cosines is not None:
        if not _is_orientation(cosines):
            return EdgeLetters()
        return _edges(direction_letters(cosines[:3]), direction_letters(cosines[3:]))
    if description.patient_orientation is not None:
        row, column = (_checked(said) for said in description.patient_orientation)
        if not row or not column or column[0] in (row[0], _OPPOSITE[row[0]]):
            return EdgeLetters()
        return _edges(row, column)
    return EdgeLetters()


def is_shape(spacing: Sequence[float]) -> bool:
    """Say whether a pixel can be so high and wide: in mm or as a ratio, and not far longer one way than the other."""
    if len(spacing) < 2 or not all(_LEAST_SIDE < side < _LARGEST_SIDE for side in spacing[:2]):
        return False
    return 1 / _WILDEST_ASPECT < spacing[0] / spacing[1] < _WILDEST_ASPECT


def place_along_normal(orientation: Sequence[float] | None, position: Sequence[float] | None) -> float | None:
    """Return how far a slice lies along its normal in mm (PS3.3 C.7.6.2); None where that cannot be known.

    Plain Python, as numpy is slow at six numbers a time.
    """
    if orientation is None or position is None:
        return None
    a, b, c, d, e, f = orientation
    x, y, z = position
    found = (b * f - c * e) * x + (c * d - a * f) * y + (a * e - b * d) * z
    return found if math.isfinite(found) else None


def direction_letters(vector: tuple[float, ...]) -> str:
    """Name a direction in the patient's system, strongest first: (0, -0.9, 0.3) is "AH"."""
    parts = sorted(((abs(value), axis) for axis, value in enumerate(vector)), reverse=True)
    return "".join(_AXES[axis][0 if vector[axis] > 0 else 1] for size, axis in parts if size > _LEAST)


def opposite(letters: str) -> str:
    """Return the direction the other way; empty if a letter is none of the six."""
    turned = [_OPPOSITE.get(letter, "") for letter in letters]
    return "".join(turned) if all(turned) else ""


def _is_orientation(cosines: tuple[float, ...]) -> bool:
    """Say whether six numbers are two unit vectors at right angles."""
    row, column = cosines[:3], cosines[3:]
    lengths = (sum(value * value for value in vector) for vector in (row, column))
    across = sum(one * other for one, other in zip(row, column, strict=True))
    return all(abs(length - 1) < _TOLERANCE for length in lengths) and abs(across) < _TOLERANCE


def _checked(said: str) -> str:
    """Return a PatientOrientation value if its letters are a possible direction of a person."""
    letters = said.strip().upper()
    axes = [next((axis for axis, pair in enumerate(_AXES) if letter in pair), -1) for letter in letters]
    return letters if letters and -1 not in axes and len(set(axes)) == len(axes) else ""


def _edges(row: str, column: str) -> EdgeLetters:
    """The row direction points to the right edge, the column direction to the bottom."""
    return EdgeLetters(left=opposite(row), top=opposite(column), right=row, bottom=column)
