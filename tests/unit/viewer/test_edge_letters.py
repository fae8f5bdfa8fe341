import itertools

import pytest

from dicom.description import FrameInfo, ObjectDescription
from dicom.showing.geometry import EdgeLetters, edge_letters
from viewer.rendering.edge_letters import on_screen
from viewer.rendering.view_state import (
    ImageShape,
    ViewState,
    flipped_horizontally,
    flipped_vertically,
    image_to_screen,
    rotated,
)

SHAPE, VIEWPORT = ImageShape(512, 300), (801, 640)
ALL_TURNS = [
    ViewState(2.3, (250, 140), turns, flipped) for turns, flipped in itertools.product(range(4), (False, True))
]


def letters_of(orientation: tuple[float, ...]) -> EdgeLetters:
    return edge_letters(ObjectDescription(kind="image", frame_infos=(FrameInfo(None, orientation),)), 0)  # type: ignore[arg-type]


def spoken(row: str, column: str) -> EdgeLetters:
    return edge_letters(ObjectDescription(kind="image", patient_orientation=(row, column)), 0)


def test_an_axial_slice_shows_the_patient_from_the_feet() -> None:
    assert letters_of((1, 0, 0, 0, 1, 0)) == EdgeLetters("R", "A", "L", "P")


def test_sagittal_and_coronal_slices() -> None:
    assert letters_of((0, 1, 0, 0, 0, -1)) == EdgeLetters("A", "H", "P", "F")
    assert letters_of((1, 0, 0, 0, 0, -1)) == EdgeLetters("R", "H", "L", "F")


def test_an_oblique_slice_has_two_letters_the_main_one_first() -> None:
    assert letters_of((0.8, 0.6, 0, 0, 0, -1)) == EdgeLetters("RA", "H", "LP", "F")
    assert letters_of((0.9992, 0.04, 0, 0, 0, -1)).right == "L"


@pytest.mark.parametrize(
    "orientation",
    [(0, 0, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0), (2, 0, 0, 0, 1, 0), (float("nan"), 0, 0, 0, 1, 0)],
)
def test_nonsense_orientations_show_nothing(orientation: tuple[float, ...]) -> None:
    assert letters_of(orientation) == EdgeLetters()


def test_projections_say_it_in_words() -> None:
    assert spoken("A", "F") == EdgeLetters("P", "H", "A", "F")
    assert spoken("L", "FP") == EdgeLetters("R", "HA", "L", "FP")


@pytest.mark.parametrize(
    "words", [("A", "P"), ("A", "A"), ("X", "F"), ("", "F"), ("LE", "D"), ("AP", "F"), ("AAAA", "F")]
)
def test_nonsense_words_show_nothing(words: tuple[str, str]) -> None:
    assert spoken(*words) == EdgeLetters()


def test_nothing_said_shows_nothing() -> None:
    assert edge_letters(ObjectDescription(kind="image"), 0) == EdgeLetters()


@pytest.mark.parametrize("view", ALL_TURNS)
def test_letters_lie_where_the_image_edges_lie(view: ViewState) -> None:
    letters = on_screen(EdgeLetters("R", "A", "L", "P"), view)
    edges = {"R": (0, 150), "A": (256, 0), "L": (512, 150), "P": (256, 300)}
    places = {name: image_to_screen(view, SHAPE, VIEWPORT, point) for name, point in edges.items()}
    assert letters.left == min(places, key=lambda name: places[name][0])
    assert letters.right == max(places, key=lambda name: places[name][0])
    assert letters.top == min(places, key=lambda name: places[name][1])
    assert letters.bottom == max(places, key=lambda name: places[name][1])


def test_mirroring_exchanges_left_and_right_and_turning_moves_the_top_to_the_right() -> None:
    image = EdgeLetters("R", "A", "L", "P")
    assert on_screen(image, flipped_horizontally(ViewState())) == EdgeLetters("L", "A", "R", "P")
    assert on_screen(image, flipped_vertically(ViewState())) == EdgeLetters("R", "P", "L", "A")
    assert on_screen(image, rotated(ViewState(), 1)) == EdgeLetters("P", "R", "A", "L")
