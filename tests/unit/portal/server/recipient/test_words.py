"""Stored values of any kind as the 16-bit words a browser gets, and what the words stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dicom.description import FrameInfo, LookupTable, ObjectDescription, Window
from dicom.showing.display import grey_levels
from portal.server.recipient.grey_words import table_of, to_words
from portal.server.recipient.recently_made import RecentlyMade

WINDOW = Window(500.0, 900.0)


def _said(**values: Any) -> ObjectDescription:
    return ObjectDescription("image", photometric_interpretation="MONOCHROME2", **values)


def _furthest(pixels: NDArray[Any], said: ObjectDescription, window: Window) -> int:
    """Tell by how much the words' grey levels differ from those of the stored values."""
    words = to_words(pixels, said, 0)
    bits = words.pixels.view(np.uint16) if words.signed else words.pixels
    seen = words.table(0, window)[bits].astype(int)
    wanted = grey_levels(pixels, said, 0, window).astype(int)
    return int(np.abs(seen - wanted).max())


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16])
def test_narrow_values_are_sent_as_they_are_stored(kind: type[Any]) -> None:
    ends = np.iinfo(kind)
    pixels = np.asarray([[ends.min, 0], [1, ends.max]], kind)
    words = to_words(pixels, _said(), 0)
    assert words.pixels.astype(int).tolist() == pixels.astype(int).tolist()
    assert words.signed == (ends.min < 0)
    assert words.rescale(0) == (1.0, 0.0)


def test_rescale_of_the_frame_goes_along() -> None:
    words = to_words(
        np.zeros((2, 2), np.int16), _said(frame_infos=(FrameInfo(rescale_slope=2.0, rescale_intercept=-9.0),)), 0
    )
    assert words.rescale(0) == (2.0, -9.0)


def test_wide_values_keep_their_grey_levels() -> None:
    pixels = np.linspace(-3e6, 5e6, 4096).astype(np.int32).reshape(64, 64)
    assert _furthest(pixels, _said(), Window(1e6, 2e6)) <= 1


def test_whole_numbers_that_fit_keep_each_value() -> None:
    pixels = np.arange(100_000, 140_000, dtype=np.uint32).reshape(200, 200)
    assert _furthest(pixels, _said(), Window(120_000.0, 300.0)) == 0


def test_a_modality_lut_is_gone_through_before() -> None:
    table = LookupTable(0, 12, tuple(range(4095, -1, -1)))
    pixels = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    assert _furthest(pixels, _said(modality_lut=table), WINDOW) == 0


def test_what_is_no_number_is_no_picture() -> None:
    words = to_words(np.asarray([[np.nan, 1.5], [np.inf, -2.5]]), _said(), 0)
    assert words.padding == (0, 0)
    assert (words.pixels == 0).tolist() == [[True, False], [True, False]]


def test_one_far_value_leaves_the_window_its_grey_levels() -> None:
    values = np.linspace(0, 0.003, 1000).reshape(20, 50)
    values[0, 0] = 1e30
    info = FrameInfo(windows=(Window(0.0015, 0.003, "LINEAR_EXACT"),))
    words = to_words(values, _said(frame_infos=(info,)), 0)
    told = words.low + words.pixels.astype(np.float64) * words.step
    assert np.abs(told - values).ravel()[1:].max() < 1e-6
    assert told[0, 0] > 0.01


def test_a_frame_of_nothing_can_be_sent() -> None:
    assert to_words(np.full((2, 2), np.nan), _said(), 0).pixels.tolist() == [[0, 0], [0, 0]]


def test_the_files_own_table_is_by_the_bits_of_the_words() -> None:
    table = LookupTable(-4, 8, (0, 10, 20, 30, 40, 50, 60, 255))
    words = to_words(np.asarray([[-4, 3]], np.int16), _said(voi_luts=(table,), pixel_representation=1), 0)
    levels = table_of(words, 0, 0)
    assert levels is not None
    assert [levels[-4 & 0xFFFF], levels[3]] == [0, 255]
    assert table_of(words, 0, 1) is None


def test_the_longest_unused_makes_room() -> None:
    kept: RecentlyMade[bytes] = RecentlyMade(10, len)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    kept.get("a")
    kept.put("c", b"1")
    assert [kept.get(key) is not None for key in "abc"] == [True, False, True]
    kept.put("large", b"x" * 11)
    assert kept.get("large") is None
