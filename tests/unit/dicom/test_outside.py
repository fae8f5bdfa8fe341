"""What fills the picture around what was measured is told from air and from no signal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dicom.description import FrameInfo, ObjectDescription
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.windows.greys import spread_of
from dicom.showing.windows.outside import EVERYTHING, measured_range
from tests.unit.circles import SIDE, blurred, body, circle

CT = ObjectDescription("image", modality="CT")
MR = ObjectDescription("image", modality="MR")


def filled(*constants: float, dtype: Any = np.int16) -> NDArray[Any]:
    """Return a body in its circle; outside, the constants take turns from left to right."""
    parts = np.repeat(np.asarray(constants), math.ceil(SIDE / len(constants)))[:SIDE]
    return np.where(circle(), body(), parts).astype(dtype)


@pytest.mark.parametrize("constant", [-3024, -2000, -1500, -32768, 32767, 5000])
def test_a_constant_outside_the_circle_does_not_count(constant: int) -> None:
    low, high = measured_range(filled(constant), CT, 0, None)
    assert (low < constant < high) is False
    assert low < body()[circle()].min()
    assert high > body()[circle()].max()


@pytest.mark.parametrize("constants", [(-3024, -2000), (-3024, 32767), (-32768, -3024, -2000)])
def test_several_constants_side_by_side_do_not_count(constants: tuple[int, ...]) -> None:
    spread = spread_of(StoredFrame(filled(*constants), "MONOCHROME2"), CT, 0)
    assert (spread[0], spread[-1]) == (body()[circle()].min(), body()[circle()].max())


def test_one_constant_around_another_does_not_count_either() -> None:
    pixels = filled(-3024)
    pixels[circle() & ~circle(0.9)] = -2000
    assert spread_of(StoredFrame(pixels, "MONOCHROME2"), CT, 0)[0] == body()[circle(0.9)].min()


def test_values_are_judged_after_rescale_also_where_the_scanner_stores_no_sign() -> None:
    stored = np.where(circle(), body() + 1024, 2**16 - 2000).astype(np.uint16)
    said = ObjectDescription(
        "image", modality="CT", frame_infos=(FrameInfo(rescale_slope=1.0, rescale_intercept=-1024.0),)
    )
    spread = spread_of(StoredFrame(stored, "MONOCHROME2"), said, 0)
    assert (spread[0], spread[-1]) == (body()[circle()].min(), body()[circle()].max())


def test_a_value_as_common_inside_as_at_the_rim_fills_nothing() -> None:
    chance = np.random.default_rng(5)
    white = chance.random((SIDE, SIDE)) < 2 / 3
    lossy = np.where(white, 65535, chance.integers(0, 300, (SIDE, SIDE))).astype(np.uint16)
    assert measured_range(lossy, MR, 0, None) == EVERYTHING


def test_the_blurred_edge_of_a_fill_counts_as_little_as_the_fill() -> None:
    spread = spread_of(StoredFrame(blurred(filled(-3024).astype(np.float32)), "MONOCHROME2"), CT, 0)
    assert spread[0] >= -1030


@pytest.mark.parametrize("off", [4, 60])
def test_a_fill_that_a_lossy_codec_has_changed_counts_as_little(off: int) -> None:
    noise = np.random.default_rng(2).integers(-off, off + 1, (SIDE, SIDE))
    pixels = np.where(circle(), body(), -3024 + noise).astype(np.int16)
    assert spread_of(StoredFrame(pixels, "MONOCHROME2"), CT, 0)[0] == body()[circle()].min()


def test_a_fill_takes_no_gas_with_it() -> None:
    inside = np.where(circle(0.1), -1000, np.random.default_rng(2).integers(-60, 90, (SIDE, SIDE)))
    pixels = np.where(circle(), inside, -2048).astype(np.int16)
    assert spread_of(StoredFrame(pixels, "MONOCHROME2"), CT, 0)[0] == -1000


def test_black_around_values_of_a_small_range_does_not_count_also_with_traces_of_a_lossy_codec() -> None:
    noise = np.random.default_rng(2).integers(-12, 13, (SIDE, SIDE))
    pixels = np.where(circle(0.6), 1080 + noise, -1)
    edge = circle(0.66) & ~circle(0.6)
    pixels[edge] += noise[edge]
    assert spread_of(StoredFrame(pixels.astype(np.int16), "MONOCHROME2"), CT, 0)[0] > 1000


@pytest.mark.parametrize("air", [-1024, -1000])
def test_air_is_no_fill(air: int) -> None:
    assert measured_range(filled(air), CT, 0, None) == EVERYTHING
    clean = np.where(circle(0.5), body(), air).astype(np.int16)
    assert measured_range(clean, CT, 0, None) == EVERYTHING


def test_no_signal_in_mr_is_no_fill_where_it_is_the_most_frequent_value() -> None:
    tissue = np.random.default_rng(3).integers(300, 900, (SIDE, SIDE))
    stripped = np.where(circle(0.5), tissue, 0).astype(np.uint16)
    assert (stripped == 0).mean() > 0.6
    assert measured_range(stripped, MR, 0, None) == EVERYTHING
    assert spread_of(StoredFrame(stripped, "MONOCHROME2"), MR, 0)[0] == 0
    noisy = np.where(circle(0.5), tissue, np.random.default_rng(4).integers(0, 9, (SIDE, SIDE))).astype(np.uint16)
    assert measured_range(noisy, MR, 0, None) == EVERYTHING
    assert measured_range(np.where(circle(0.5), tissue, -2000).astype(np.int16), MR, 0, None)[0] > -2000


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((8, 8), np.uint16),
        np.full((1, 1), -3024, np.int16),
        np.pad(np.ones((4, 4), np.uint8), 4) * 3,
        np.full((8, 8), np.nan, np.float32),
        np.where(circle(), 40, -3024).astype(np.int16),
        np.tile(np.arange(64, dtype=np.int16), (64, 1)),
        np.random.default_rng(1).integers(-32768, 32768, (SIDE, SIDE)).astype(np.int16),
    ],
    ids=["empty", "one pixel", "label", "no numbers", "two values", "ramp", "decoded wrongly"],
)
def test_where_there_is_little_to_tell_everything_counts(pixels: NDArray[Any]) -> None:
    assert measured_range(pixels, CT, 0, None) == EVERYTHING
