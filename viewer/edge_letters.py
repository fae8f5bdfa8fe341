"""Which patient direction lies at which edge of the viewport (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dicom.description import ObjectDescription
from viewer.view_state import ViewState, unturn_vector

_AXES = (("R", "L"), ("A", "P"), ("F", "H"))  # letters for falling and rising x, y, z of the patient
_OPPOSITE = {"R": "L", "L": "R", "A": "P", "P": "A", "H": "F", "F": "H"}
_TELLING = 0.25  # a direction less than about 15 degrees off an axis is named by that axis alone
_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """Letters such as "A", "RF" at the four edges; an empty one is not known and not shown."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""


def image_letters(said: ObjectDescription, frame_index: int) -> EdgeLetters:
    """Return the patient directions at the edges of the image as stored; empty where they are not known."""
    info = said.frame_info(frame_index)
    if info.image_orientation_patient is not None:
        directions = _directions(np.asarray(info.image_orientation_patient, float))
    else:
        directions = _spoken(said.patient_orientation)
    if directions is None:
        return EdgeLetters()
    right, bottom = directions
    return EdgeLetters(_opposite(right), _opposite(bottom), right, bottom)


def on_screen(image: EdgeLetters, view: ViewState) -> EdgeLetters:
    """Return the letters of the image's edges as they lie after flip and rotation."""

    def towards(direction: tuple[float, float]) -> str:
        u, v = unturn_vector(view, direction)
        if abs(u) > abs(v):
            return image.right if u > 0 else image.left
        return image.bottom if v > 0 else image.top

    return EdgeLetters(towards((-1, 0)), towards((0, -1)), towards((1, 0)), towards((0, 1)))


def _directions(orientation: np.ndarray) -> tuple[str, str] | None:
    """Return where rows and columns run; None if the six numbers are no two right-angled unit vectors."""
    along, down = orientation[:3], orientation[3:]
    if not np.isfinite(orientation).all():
        return None
    if abs(along @ along - 1) > _TOLERANCE or abs(down @ down - 1) > _TOLERANCE or abs(along @ down) > _TOLERANCE:
        return None
    return _named(along), _named(down)


def _named(direction: np.ndarray) -> str:
    order = np.argsort(-np.abs(direction), kind="stable")
    letters = [_AXES[axis][int(direction[axis] > 0)] for axis in order if abs(direction[axis]) >= _TELLING]
    return "".join(letters)


def _spoken(orientation: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return PatientOrientation if it is made of the letters for people; animals and nonsense are not shown."""
    if orientation is None:
        return None
    row, column = (words.strip().upper() for words in orientation)
    for words in (row, column):
        if not 1 <= len(words) <= 3 or any(letter not in _OPPOSITE for letter in words):
            return None
        if len({frozenset((letter, _OPPOSITE[letter])) for letter in words}) != len(words):
            return None
    if row[0] in (column[0], _OPPOSITE[column[0]]):
        return None
    return row, column


def _opposite(letters: str) -> str:
    return "".join(_OPPOSITE[letter] for letter in letters)
