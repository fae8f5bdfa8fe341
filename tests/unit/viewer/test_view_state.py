import itertools

import pytest

from dicom.description import FrameInfo, ObjectDescription
from viewer.rendering.view_state import (
    ImageShape,
    ViewState,
    actual_pixels,
    fit,
    flipped_horizontally,
    flipped_vertically,
    image_shape,
    image_to_screen,
    pan_by,
    rotated,
    screen_to_image,
    zoom_about,
)

SHAPE = ImageShape(512, 300)
VIEWPORT = (801, 640)
ALL_TURNS = [
    ViewState(2.3, (250, 140), turns, flipped) for turns, flipped in itertools.product(range(4), (False, True))
]


@pytest.mark.parametrize("view", ALL_TURNS)
def test_screen_and_image_points_are_inverse(view: ViewState) -> None:
    for point in ((0.0, 0.0), (512.0, 300.0), (33.25, 7.5)):
        there = image_to_screen(view, SHAPE, VIEWPORT, point)
        assert screen_to_image(view, SHAPE, VIEWPORT, there) == pytest.approx(point)


def test_fit_shows_the_whole_image_in_the_middle() -> None:
    view = fit(ViewState(), SHAPE, VIEWPORT)
    left, top = image_to_screen(view, SHAPE, VIEWPORT, (0, 0))
    right, bottom = image_to_screen(view, SHAPE, VIEWPORT, (512, 300))
    assert (left, right) == pytest.approx((0, 801), abs=0.6)
    assert top + bottom == pytest.approx(640, abs=1.2)


def test_fit_of_a_turned_image_uses_the_other_side() -> None:
    view = fit(rotated(ViewState(), 1), SHAPE, (300, 512))
    assert view.zoom == pytest.approx(1)


@pytest.mark.parametrize("view", ALL_TURNS)
def test_zooming_keeps_the_point_under_the_pointer(view: ViewState) -> None:
    pointer = (420.0, 311.0)
    before = screen_to_image(view, SHAPE, VIEWPORT, pointer)
    after = screen_to_image(zoom_about(view, SHAPE, VIEWPORT, pointer, 1.7), SHAPE, VIEWPORT, pointer)
    assert after == pytest.approx(before, abs=0.5)


@pytest.mark.parametrize("view", ALL_TURNS)
def test_panning_moves_the_image_with_the_hand(view: ViewState) -> None:
    point = (250.0, 140.0)
    x, y = image_to_screen(view, SHAPE, VIEWPORT, point)
    moved = image_to_screen(pan_by(view, SHAPE, 20, -30), SHAPE, VIEWPORT, point)
    assert moved == pytest.approx((x + 20, y - 30), abs=1)


def test_actual_pixels_is_one_to_one() -> None:
    assert actual_pixels(ViewState(2.3, (250, 140)), SHAPE, VIEWPORT).zoom == 1


def test_the_image_cannot_be_lost_off_the_edge() -> None:
    assert pan_by(ViewState(1, (250, 140)), SHAPE, -99999, 99999).center == (512, 0)


@pytest.mark.parametrize("view", ALL_TURNS)
def test_flips_exchange_what_is_seen_whatever_was_turned_before(view: ViewState) -> None:
    point = (100.0, 60.0)
    viewport = (800, 640)
    x, y = image_to_screen(view, SHAPE, viewport, point)
    assert image_to_screen(flipped_horizontally(view), SHAPE, viewport, point) == pytest.approx((800 - x, y), abs=1)
    assert image_to_screen(flipped_vertically(view), SHAPE, viewport, point) == pytest.approx((x, 640 - y), abs=1)


def test_rotation_turns_clockwise() -> None:
    view = ViewState(1, (256, 150))
    x, y = image_to_screen(rotated(view, 1), SHAPE, (800, 640), (512, 150))
    assert (x, y) == pytest.approx((400, 320 + 256), abs=1)


def test_non_square_pixels_are_true_to_shape() -> None:
    tall = ObjectDescription(kind="image", frame_infos=(FrameInfo(pixel_spacing=(2.0, 1.0)),))
    wide = ObjectDescription(kind="image", pixel_aspect_ratio=(1, 2))
    broken = ObjectDescription(kind="image", frame_infos=(FrameInfo(pixel_spacing=(0.0, 1.0)),))
    assert image_shape(tall, 0, 10, 10) == ImageShape(10, 10, 1, 2)
    assert image_shape(wide, 0, 10, 10) == ImageShape(10, 10, 2, 1)
    assert image_shape(broken, 0, 10, 10) == ImageShape(10, 10)
