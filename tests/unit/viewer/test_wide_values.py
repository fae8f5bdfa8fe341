"""Floats and whole numbers of 32 bits: the window says what is seen, the pointer tells what is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dicom.decoding.decoder import Decoder
from dicom.description import LookupTable, ObjectDescription, Window
from dicom.showing.display import grey_levels
from tests.branch_objects import floats
from tests.picture_ways import WAYS, drawn, loaded, of_stage, staged
from tests.pixel_files import image_bytes
from viewer.frames.loading import LoadedFrame
from viewer.rendering.prepare import prepare_grey
from viewer.rendering.render import WideTable, scaled, shade
from viewer.rendering.shading import table_for
from viewer.rendering.view_state import ImageShape, ViewState
from viewer.viewport.presentation import Presentation

pytestmark = pytest.mark.shared_workers
KINDS = {"FloatPixelData": "<f4", "DoubleFloatPixelData": "<f8"}
FORMS = (*KINDS, "uint32", "int32")
SAID = ObjectDescription(kind="image", photometric_interpretation="MONOCHROME2")


def ramp(low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Draw a ramp of 48 x 64 different values."""
    return np.linspace(low, high, 48 * 64).reshape(48, 64)


def made(form: str, values: np.ndarray, **more: Any) -> bytes:
    """Write an object of wide values."""
    if form in KINDS:
        return floats(form, KINDS[form], values, **more)
    return image_bytes(np.rint(values).astype(form), **more)


def linear(values: np.ndarray, width: float, centre: float) -> np.ndarray:
    """Reckon the grey levels of a LINEAR_EXACT window (PS3.3 C.11.2.1.3.2)."""
    return np.clip(np.floor((values - centre) / width * 255 + 127.5 + 1e-6), 0, 255)


def value(presentation: Presentation, column: int, row: int) -> float | None:
    found = presentation.value_at((column + 0.5, row + 0.5))
    return None if found is None else found[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
def test_one_far_value_leaves_all_grey_levels_of_the_window(form: str, way: str, decoder: Decoder) -> None:
    unit = 1e-6 if form in KINDS else 1e3
    values = ramp(0, 3000) * unit
    values[0, 0] = 1e30 if form in KINDS else 2e9
    said = {"WindowCenter": f"{1500 * unit:g}", "WindowWidth": f"{3000 * unit:g}", "VOILUTFunction": "LINEAR_EXACT"}
    data = made(form, values, **said)
    seen = drawn(decoder, data, way)[:, :, 0]
    stored = values.astype(KINDS[form]) if form in KINDS else np.rint(values)
    assert np.abs(seen - linear(stored.astype(np.float64), 3000 * unit, 1500 * unit)).max() <= 1
    assert len(np.unique(seen)) > 250


@pytest.mark.parametrize("form", FORMS)
def test_the_pointer_tells_the_stored_value(form: str, decoder: Decoder) -> None:
    values = ramp(0, 3_000_000)
    values[0, 0] = 2_000_000_000
    data = made(form, values, RescaleSlope="2", RescaleIntercept="-5")
    presentation = staged(loaded(decoder, data))
    stored = values.astype(KINDS[form]) if form in KINDS else np.rint(values)
    for column, row in ((0, 0), (1, 0), (63, 47), (30, 20)):
        assert value(presentation, column, row) == float(stored[row, column]) * 2 - 5


@pytest.mark.parametrize("form", FORMS)
def test_without_a_window_most_values_are_seen_whatever_one_is(form: str, decoder: Decoder) -> None:
    unit = 1e-6 if form in KINDS else 1e3
    values = ramp(0, 3000) * unit
    values[0, 0] = 1e30 if form in KINDS else 2e9
    assert len(np.unique(drawn(decoder, made(form, values), "viewer"))) > 200


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_number_is_background_and_has_none(kind: str, photometric: str, way: str, decoder: Decoder) -> None:
    values = ramp()
    odd = {(0, 0): np.nan, (1, 5): np.inf, (2, 9): -np.inf}
    for place, number in odd.items():
        values[place] = number
    data = made(kind, values).replace(b"MONOCHROME2 ", photometric.encode() + b" ")
    seen = drawn(decoder, data, way)[:, :, 0]
    usual = linear(ramp().astype(KINDS[kind]).astype(np.float64), 1, 0.5)
    expected = 255 - usual if photometric == "MONOCHROME1" else usual
    inside = np.isfinite(values)
    assert (seen[~inside] == 0).all()
    assert np.abs(seen.astype(int) - expected)[inside].max() <= 2
    presentation = staged(loaded(decoder, data))
    assert [value(presentation, column, row) for row, column in odd] == [None] * 3
    assert value(presentation, 6, 1) == float(values.astype(KINDS[kind])[1, 6])


def test_a_frame_of_no_numbers_at_all_is_black_and_says_nothing(decoder: Decoder) -> None:
    data = made("FloatPixelData", np.full((20, 20), np.nan))
    for way in WAYS:
        assert not drawn(decoder, data, way).any()
    assert value(staged(loaded(decoder, data)), 3, 3) is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", [None, -900.0, -np.inf], ids=["one value", "a range", "all below"])
@pytest.mark.parametrize("kind", KINDS)
def test_padding_of_floats_is_background_and_no_value(
    kind: str, limit: float | None, way: str, decoder: Decoder
) -> None:
    values = ramp()
    values[:4] = -1000.0
    prefix = kind.removesuffix("PixelData")
    said = {f"{prefix}PixelPaddingValue": -1000.0}
    if limit is not None:
        values[4:6] = -950.0 if limit == -900 else -1e9
        said[f"{prefix}PixelPaddingRangeLimit"] = limit
    data = made(kind, values, **said)
    first = 4 if limit is None else 6
    seen = drawn(decoder, data, way)[:, :, 0]
    assert not seen[:first].any()
    kept = values[first:].astype(KINDS[kind]).astype(np.float64)
    assert np.abs(seen[first:] - linear(kept, np.ptp(kept), kept.min() + np.ptp(kept) / 2)).max() <= 1
    presentation = staged(loaded(decoder, data))
    assert value(presentation, 0, 0) is None
    assert value(presentation, 0, first) == kept[0, 0]


def test_a_frame_of_nothing_but_its_padding_is_a_picture_of_it(decoder: Decoder) -> None:
    data = made("FloatPixelData", np.full((20, 20), 7.0), FloatPixelPaddingValue=7.0)
    assert value(staged(loaded(decoder, data)), 3, 3) == 7.0


@pytest.mark.parametrize("values", [(-3e38, 3e38), (-1.7e308, 1.7e308), (0.0, 5e-324), (1e-20, 5e-20), (1e300, 1e300)])
@pytest.mark.parametrize("way", WAYS)
def test_values_at_the_ends_of_floats_are_seen_without_trouble(
    values: tuple[float, float], way: str, decoder: Decoder
) -> None:
    seen = drawn(
        decoder, made("DoubleFloatPixelData", ramp() * 0 + np.linspace(values[0] / 2, values[1] / 2, 64) * 2), way
    )[:, :, 0]
    if values[1] > 1e-300 and values[0] != values[1] and values[1] < 1e308:
        assert (seen[0, 0], seen[0, -1]) == (0, 255)
        assert len(np.unique(seen)) > 50


WINDOWS = (
    Window(0.4, 0.2, "LINEAR_EXACT"), Window(0.7, 0.9, "SIGMOID"), Window(0.5, 1.0), Window(1.2, 1.5),
    Window(3.0, 400.0), Window(0.5, 1e-30, "LINEAR_EXACT"),
    LookupTable(0, 8, (0, 255)), LookupTable(-2, 16, tuple(range(0, 65536, 4096))),
)  # fmt: skip


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("voi", WINDOWS, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_window_and_table_shows_what_the_display_pipeline_says(dtype: Any, voi: Any, inverted: bool) -> None:
    pixels = ramp(-3, 14).astype(dtype)
    frame = prepare_grey(pixels)
    made_of = scaled(frame, ViewState(1, (32, 24)), ImageShape(64, 48), (64, 48))
    assert made_of is not None
    seen = shade(made_of, table_for(frame, SAID, 0, voi, inverted=inverted)).astype(int)
    difference = np.abs(seen - grey_levels(pixels, SAID, 0, voi, inverted))
    steep = isinstance(voi, LookupTable) or voi.width <= 1.0
    assert difference.max() <= 1 or (steep and (difference > 1).mean() < 0.002)


def test_a_window_may_be_as_narrow_as_the_values_are(decoder: Decoder) -> None:
    data = made("FloatPixelData", ramp(0, 0.003))
    presentation = staged(loaded(decoder, data))
    start = presentation.window_to_drag()
    assert start is not None
    presentation.drag_window(start, -700, 0)
    narrowed = presentation.voi
    assert isinstance(narrowed, Window)
    assert narrowed.width < 0.001


@pytest.mark.parametrize("zoom", [0.3, 0.7, 2.5])
@pytest.mark.parametrize("smooth", [False, True])
def test_floats_are_resized_without_what_is_no_number(zoom: float, smooth: bool) -> None:
    pixels = np.full((300, 400), 5.0, np.float32)
    pixels[100:120, 100:120], pixels[200, 200] = np.nan, np.inf
    frame = prepare_grey(pixels)
    view, shape = ViewState(zoom, (200, 150)), ImageShape(400, 300)
    made_of = scaled(frame, view, shape, (300, 300), smooth=smooth)
    assert made_of is not None
    assert np.allclose(made_of.plane, 5.0)
    shaded = shade(made_of, WideTable(0.0, 1e-3, np.full(65536, 99, np.uint8)))
    assert set(np.unique(shaded)) == {0, 99}


def test_a_frame_of_floats_counts_all_its_memory(decoder: Decoder) -> None:
    values = ramp()
    values[0, 0] = np.nan
    frame: LoadedFrame = loaded(decoder, made("DoubleFloatPixelData", values))
    assert frame.nbytes >= 2 * values.nbytes


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bit", [0, 1])
def test_a_frame_of_bits_that_are_all_alike_is_black_or_white(bit: int, way: str, decoder: Decoder) -> None:
    packed = bytes([255 * bit]) * 32
    said = {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}
    data = image_bytes(np.zeros((16, 16), np.uint8), pixel_data=packed, **said)
    assert set(np.unique(drawn(decoder, data, way))) == {255 * bit}


def test_what_is_seen_follows_the_window_that_is_chosen(decoder: Decoder) -> None:
    values = ramp(0, 100_000)
    presentation = staged(loaded(decoder, made("int32", values)))
    for width, centre in ((1000.0, 500.0), (50_000.0, 60_000.0)):
        presentation.choose(Window(centre, width, "LINEAR_EXACT"))
        assert np.abs(of_stage(presentation)[:, :, 0] - linear(np.rint(values), width, centre)).max() <= 1
