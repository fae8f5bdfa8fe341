"""Orientation letters are right, also after turning, and absent where they cannot be known."""

from __future__ import annotations

import pytest

from dicom.description import FrameInfo, ObjectDescription
from dicom.showing.geometry import EdgeLetters, direction_letters, edge_letters, opposite


def _with_cosines(*cosines: float) -> ObjectDescription:
    info = FrameInfo(image_orientation_patient=cosines)  # type: ignore[arg-type]
    return ObjectDescription("image", frame_infos=(info,))


def _projection(row: str, column: str) -> ObjectDescription:
    return ObjectDescription("image", patient_orientation=(row, column))


@pytest.mark.parametrize(
    "cosines,expected",
    [
        ((1, 0, 0, 0, 1, 0), EdgeLetters("R", "A", "L", "P")),  # axial
        ((1, 0, 0, 0, 0, -1), EdgeLetters("R", "H", "L", "F")),  # coronal
        ((0, 1, 0, 0, 0, -1), EdgeLetters("A", "H", "P", "F")),  # sagittal
        ((-1, 0, 0, 0, 1, 0), EdgeLetters("L", "A", "R", "P")),  # axial seen from above
    ],
)
def test_straight_planes_have_one_letter_an_edge(cosines: tuple[float, ...], expected: EdgeLetters) -> None:
    assert edge_letters(_with_cosines(*cosines)) == expected


def test_an_oblique_direction_names_the_strongest_first_and_leaves_out_small_ones() -> None:
    assert direction_letters((0.0, -0.95, 0.31)) == "AH"
    assert direction_letters((0.999, 0.04, 0.01)) == "L"


def test_cosines_that_are_no_orientation_give_no_letters() -> None:
    assert edge_letters(_with_cosines(0, 0, 0, 0, 0, 0)) == EdgeLetters()
    assert edge_letters(_with_cosines(1, 0, 0, 1, 0, 0)) == EdgeLetters()


def test_a_projection_uses_patient_orientation() -> None:
    assert edge_letters(_projection("P", "F")) == EdgeLetters("A", "H", "P", "F")
    assert edge_letters(_projection("AR", "FL")) == EdgeLetters("PL", "HR", "AR", "FL")


@pytest.mark.parametrize("row,column", [("X", "F"), ("", "F"), ("LR", "F"), ("LE", "CD")])
def test_an_impossible_patient_orientation_gives_no_letters(row: str, column: str) -> None:
    assert edge_letters(_projection(row, column)) == EdgeLetters()


def test_an_unknown_letter_has_no_opposite() -> None:
    assert opposite("AX") == ""
