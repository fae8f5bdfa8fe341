import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.viewer.phantoms import ct, ramp
from viewer.rendering.prepare import PreparedFrame, prepare_colour, prepare_grey
from viewer.rendering.render import Scaled, scaled, shade
from viewer.rendering.view_state import ImageShape, Size, ViewState, fit, pan_by, screen_to_image

IDENTITY = np.arange(65536).astype(np.uint8)
WINDOW = np.clip(np.arange(65536) / 8, 0, 255).astype(np.uint8)
ALL_TURNS = list(itertools.product(range(4), (False, True)))


def shape_of(frame: PreparedFrame) -> ImageShape:
    return ImageShape(frame.columns, frame.rows)


def picture(frame: PreparedFrame, view: ViewState, viewport: Size, *, smooth: bool = False) -> Scaled:
    result = scaled(frame, view, shape_of(frame), viewport, smooth=smooth)
    assert result is not None
    return result


def fitted(frame: PreparedFrame, viewport: Size) -> ViewState:
    return fit(ViewState(), shape_of(frame), viewport)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
@pytest.mark.parametrize("smooth", [False, True])
def test_at_one_to_one_the_screen_shows_the_table_of_the_frame(dtype: type, smooth: bool) -> None:
    pixels = (ct(100, 130).astype(np.int32) - 900).astype(dtype)
    frame = prepare_grey(pixels)
    result = picture(frame, fitted(frame, (130, 100)), (130, 100), smooth=smooth)
    assert (result.left, result.top) == (0, 0)
    words = pixels.astype(np.uint16) if dtype == np.uint8 else pixels.view(np.uint16)
    assert np.array_equal(shade(result, WINDOW), WINDOW[words])


def test_signed_words_are_resized_by_value_and_shaded_by_word() -> None:
    frame = prepare_grey(np.tile(np.array([-4, 4], np.int16), (8, 8)))
    table = np.zeros(65536, np.uint8)
    table[np.array([-3, -2, -1, 0, 1, 2, 3, 4, -4], np.int16).view(np.uint16)] = 200
    view = ViewState(3.7, (8, 4))
    assert (shade(picture(frame, view, (24, 20)), table) == 200).all()


@pytest.mark.parametrize("turns, flipped", ALL_TURNS)
def test_turned_pictures_show_exactly_the_turned_pixels(turns: int, flipped: bool) -> None:
    pixels = ramp(90, 120, np.uint16)
    frame = prepare_grey(pixels)
    view = ViewState(1, (60, 45), turns, flipped)
    result = picture(frame, view, (150, 140))
    expected = np.rot90(np.fliplr(pixels) if flipped else pixels, -turns)
    assert np.array_equal(result.plane, expected)
    assert (result.left, result.top) == ((150 - expected.shape[1]) // 2, (140 - expected.shape[0]) // 2)


@pytest.mark.parametrize("turns, flipped", ALL_TURNS)
@pytest.mark.parametrize("zoom", [0.83, 1.0, 1.37, 2.0, 3.3, 7.77, 0.61])
@pytest.mark.parametrize("center", [(150.0, 120.0), (203.3, 77.7)])
def test_pixels_lie_where_the_coordinates_say(
    turns: int, flipped: bool, zoom: float, center: tuple[float, float]
) -> None:
    frame = prepare_grey(ramp(240, 300, np.uint16))
    view, viewport = ViewState(zoom, center, turns, flipped), (121, 94)
    result = picture(frame, view, viewport)
    for place in ((60, 47), (41, 60), (75, 33)):
        x, y = screen_to_image(view, shape_of(frame), viewport, (place[0] + 0.5, place[1] + 0.5))
        expected = 1000 + 10 * (x - 0.5) + (y - 0.5)
        got = float(result.plane[place[1] - result.top, place[0] - result.left])
        assert got == pytest.approx(expected, abs=0.6 + 11 * 0.13 / zoom)


def test_a_panned_crop_shows_what_the_whole_resized_image_shows() -> None:
    pixels = np.random.default_rng(3).integers(0, 4000, (200, 260)).astype(np.uint16)
    frame, zoom = prepare_grey(pixels), 2.5
    whole = cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    view = ViewState(zoom, (131, 97))
    result = picture(frame, view, (100, 80))
    left, top = round(131 * zoom - 50), round(97 * zoom - 40)
    assert np.array_equal(result.plane, whole[top : top + 80, left : left + 100])


@pytest.mark.parametrize("size", [(255, 301), (256, 300), (1023, 777)])
def test_below_one_to_one_the_pyramid_keeps_places(size: tuple[int, int]) -> None:
    columns, rows = size
    frame = prepare_grey(ramp(rows, columns, np.uint16))
    for zoom in (0.5, 0.45, 0.25, 0.2):
        view, viewport = ViewState(zoom, (columns / 2, rows / 2)), (61, 51)
        result = picture(frame, view, viewport)
        x, y = screen_to_image(view, shape_of(frame), viewport, (30.5, 25.5))
        got = float(result.plane[25 - result.top, 30 - result.left])
        assert got == pytest.approx(1000 + 10 * (x - 0.5) + (y - 0.5), abs=1 + 11 * 0.1 / zoom)


def test_a_small_picture_is_the_mean_of_what_it_stands_for() -> None:
    noise = np.random.default_rng(4).integers(0, 2, (512, 512)).astype(np.uint16) * 1000
    frame = prepare_grey(noise)
    result = picture(frame, ViewState(0.25, (256, 256)), (128, 128))
    expected = noise.reshape(128, 4, 128, 4).mean(axis=(1, 3))
    assert np.abs(result.plane - expected).max() <= 1


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("zoom", [0.2, 0.5, 0.7, 1.0, 1.9, 5.3])
def test_padding_never_bleeds_into_the_picture(zoom: float, smooth: bool) -> None:
    pixels = ct(301, 301, padding=-2000)
    body = pixels[pixels != -2000]
    frame = prepare_grey(pixels, padding=(-2000, -2000))
    result = picture(frame, ViewState(zoom, (150.5, 150.5)), (200, 200), smooth=smooth)
    assert result.plane.min() >= body.min()
    assert result.plane.max() <= body.max()
    all_bright = np.full(65536, 255, np.uint8)
    shaded = shade(result, all_bright)
    if zoom * 301 < 280:
        assert shaded[0, 0] == 0
    assert shaded[shaded.shape[0] // 2, shaded.shape[1] // 2] == 255


def test_a_hard_edge_beside_padding_keeps_its_value() -> None:
    pixels = np.full((64, 64), 500, np.int16)
    pixels[:, 32:] = -3000
    frame = prepare_grey(pixels, padding=(-3000, -3000))
    result = picture(frame, ViewState(3.1, (32, 32)), (100, 100), smooth=True)
    assert (result.plane == 500).all()
    assert result.keep is not None
    assert result.keep[50, 49] == 255
    assert result.keep[50, 51] == 0


def test_a_frame_of_nothing_but_padding_values_is_a_picture_of_them() -> None:
    frame = prepare_grey(np.full((128, 128), -2000, np.int16), padding=(-2000, -2000))
    shaded = shade(picture(frame, fitted(frame, (200, 200)), (200, 200)), np.full(65536, 255, np.uint8))
    assert shaded.all()


def test_outside_a_shutter_is_background_and_does_not_bleed() -> None:
    inside = np.zeros((128, 128), np.uint8)
    inside[32:96, 32:96] = 255
    pixels = np.where(inside > 0, 700, 30000).astype(np.uint16)
    result = picture(prepare_grey(pixels, picture=inside), ViewState(1.7, (64, 64)), (200, 200))
    shaded = shade(result, np.full(65536, 255, np.uint8))
    assert result.plane.max() == 700
    assert shaded[100, 100] == 255
    assert shaded[10, 100] == 0


def test_a_still_picture_never_overshoots_its_neighbourhood() -> None:
    pixels = np.full((40, 40), 1000, np.uint16)
    pixels[:, 20:] = 3000
    frame = prepare_grey(pixels)
    result = picture(frame, ViewState(5.3, (20, 20)), (150, 150), smooth=True)
    assert result.plane.min() == 1000
    assert result.plane.max() == 3000


@pytest.mark.parametrize("zoom", [0.77, 1.37, 2.0, 5.3])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16])
def test_a_still_picture_lies_between_the_four_pixels_around_each_place(zoom: float, dtype: type) -> None:
    pixels = np.random.default_rng(8).integers(0, 250, (120, 140)).astype(dtype)
    frame, viewport = prepare_grey(pixels), (90, 80)
    view = ViewState(zoom, (70.3, 61.9))
    result = picture(frame, view, viewport, smooth=True)
    outside = 0
    for y in range(result.plane.shape[0]):
        for x in range(result.plane.shape[1]):
            place = (x + result.left + 0.5, y + result.top + 0.5)
            across, down = screen_to_image(view, shape_of(frame), viewport, place)
            column, row = int(np.floor(across - 0.5)), int(np.floor(down - 0.5))
            cell = pixels[max(row, 0) : row + 2, max(column, 0) : column + 2]
            outside += not cell.min() <= result.plane[y, x] <= cell.max()
    assert outside == 0


def test_colour_comes_out_as_blue_green_red_and_opaque() -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = 10, 20, 30
    frame = prepare_colour(pixels)
    shaded = shade(picture(frame, ViewState(2.5, (15, 10)), (40, 40)), None)
    assert shaded.shape == (40, 40, 4)
    assert (shaded == (30, 20, 10, 255)).all()


def test_floats_stay_what_they_are() -> None:
    pixels: NDArray[np.float32] = np.linspace(-1, 3, 100 * 100, dtype=np.float32).reshape(100, 100)
    pixels[0, 0] = np.nan
    frame = prepare_grey(pixels)
    assert frame.is_wide
    assert frame.value_at(50, 50) == float(pixels[50, 50])
    assert frame.value_at(0, 0) is None


def test_wide_whole_numbers_that_span_little_stay_exact() -> None:
    pixels = ramp(50, 60, np.int32) + 1_000_000
    frame = prepare_grey(pixels)
    assert frame.value_at(7, 9) == 1_001_000 + 70 + 9


def test_there_is_no_value_on_padding_or_outside() -> None:
    pixels = np.full((10, 10), 5, np.int16)
    pixels[0, 0] = -9
    frame = prepare_grey(pixels, padding=(-9, -9))
    assert frame.value_at(0, 0) is None
    assert frame.value_at(10, 3) is None
    assert frame.value_at(3, 3) == 5


def test_nothing_visible_is_none() -> None:
    frame = prepare_grey(ramp(10, 10))
    assert scaled(frame, ViewState(1, (500, 5)), shape_of(frame), (100, 100)) is None


def test_non_square_pixels_are_stretched() -> None:
    frame = prepare_grey(ramp(50, 60))
    shape = ImageShape(60, 50, 1, 2)
    result = scaled(frame, ViewState(1, (30, 25)), shape, (200, 200))
    assert result is not None
    assert result.plane.shape == (100, 60)


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (7, 1)])
def test_the_smallest_frames_are_drawn(size: tuple[int, int]) -> None:
    frame = prepare_grey(np.full(size, 9, np.uint16))
    for zoom in (0.02, 0.3, 1.0, 64.0):
        result = picture(frame, ViewState(zoom, (size[1] / 2, size[0] / 2)), (50, 40))
        assert (result.plane == 9).all()


def test_moving_by_one_pixel_moves_the_picture_by_one_pixel() -> None:
    frame = prepare_grey(ramp(300, 300, np.uint16))
    shape, viewport = shape_of(frame), (101, 101)
    view = ViewState(2.3777, (150, 150))
    before = picture(frame, view, viewport).plane.astype(int)
    for step in range(1, 30):
        after = picture(frame, pan_by(view, shape, -step, 0), viewport).plane.astype(int)
        assert np.abs(after[:, :-step] - before[:, step:]).max() <= 2
