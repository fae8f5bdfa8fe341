"""Small numbers, as in PET, diffusion maps and doses: a hand changes them gently, words say them with digits that tell.

Pictures are drawn inside a sandboxed worker and by the viewer's engine, and reckoned here with NumPy alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from dicom.decoding.decoder import Decoder
from dicom.description import FrameInfo, ObjectDescription, Window
from dicom.showing.number_words import short_number, window_numbers
from dicom.showing.windows.units import value_unit
from tests.branch_objects import floats
from tests.picture_ways import WAYS, drawn, loaded, of_stage, staged
from tests.pixel_files import described, image_bytes
from viewer.viewport.corner_text import Situation, Speech, corner_texts
from viewer.viewport.presentation import Presentation
from viewer.viewport.window_list import named_windows

pytestmark = pytest.mark.shared_workers
RAMP = np.tile(np.linspace(0, 3000, 256).astype(np.uint16), (64, 1))
PLAIN = Speech(say=str, name=str, date=str, time=str)


def linear(values: NDArray[Any], width: float, centre: float) -> NDArray[Any]:
    """Reckon the grey levels of a LINEAR_EXACT window (PS3.3 C.11.2.1.3.2)."""
    return np.clip(np.floor((values - centre) / width * 255 + 127.5 + 1e-6), 0, 255)


def rescaled(slope: str, intercept: str = "0", **said: object) -> bytes:
    return image_bytes(RAMP, RescaleSlope=slope, RescaleIntercept=intercept, **said)


ADC = {"WindowCenter": "0.0015", "WindowWidth": "0.003"}
# Bytes, values, and the window they are first seen by: width and centre.
SMALL: dict[str, tuple[bytes, NDArray[Any], float, float]] = {
    "PET without a window": (rescaled("5.949e-08"), RAMP * 5.949e-08, 3000 * 5.949e-08, 1500 * 5.949e-08),
    "ADC, exact": (rescaled("0.000001", **ADC, VOILUTFunction="LINEAR_EXACT"), RAMP * 1e-6, 0.003, 0.0015),
    "ADC, LINEAR below 1": (rescaled("0.000001", **ADC), RAMP * 1e-6, 0.003, 0.0015),
    "dose above zero": (rescaled("0.0001", "7"), RAMP * 1e-4 + 7, 0.3, 7.15),
    "falling": (rescaled("-0.00001"), RAMP * -1e-5, 0.03, -0.015),
    "floats": (floats(values=RAMP * 1e-6), (RAMP * 1e-6).astype("f4"), 0.003, 0.0015),
    "doubles, LINEAR below 1": (
        floats("DoubleFloatPixelData", "<f8", RAMP * 1e-6, **ADC), RAMP * 1e-6, 0.003, 0.0015,
    ),
    "8 bits": (
        image_bytes((RAMP // 12).astype(np.uint8), RescaleSlope="0.00001", RescaleIntercept="0"),
        (RAMP // 12) * 1e-5, 0.0025, 0.00125,
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SMALL)
def test_small_numbers_are_first_seen_over_their_range(name: str, way: str, decoder: Decoder) -> None:
    data, values, width, centre = SMALL[name]
    assert np.abs(drawn(decoder, data, way)[:, :, 0] - linear(values, width, centre)).max() <= 1


@pytest.mark.parametrize("name", SMALL)
def test_a_small_drag_changes_the_grey_gently_and_there_and_back_is_nothing(name: str, decoder: Decoder) -> None:
    data, values, width, centre = SMALL[name]
    presentation = staged(loaded(decoder, data))
    before = of_stage(presentation)[:, :, 0].astype(int)
    start = presentation.window_to_drag()
    assert start is not None
    for right, up in ((4, 0), (-4, 0), (0, 4), (0, -4), (60, -30), (-200, 10)):
        presentation.drag_window(start, right, up)
        wide, middle = width * math.exp(right / 250), centre - up * width / 250
        seen = of_stage(presentation)[:, :, 0].astype(int)
        assert np.abs(seen - linear(values, wide, middle)).max() <= 2
        if abs(right) + abs(up) <= 4:
            assert 0 < np.abs(seen - before).max() <= 6
    presentation.drag_window(start, 0, 0)
    assert np.abs(of_stage(presentation)[:, :, 0] - before).max() <= 1


def test_a_drag_ends_at_one_step_of_what_is_stored(decoder: Decoder) -> None:
    presentation = staged(loaded(decoder, SMALL["PET without a window"][0]))
    start = presentation.window_to_drag()
    assert start is not None
    presentation.drag_window(start, -9000, 0)
    narrowest = presentation.voi
    assert isinstance(narrowest, Window)
    assert narrowest.width == pytest.approx(5.949e-08)
    whole = staged(loaded(decoder, image_bytes(RAMP)))
    whole.drag_window(Window(1500, 3000), -9000, 0)
    assert whole.voi == Window(1500, 1)


def test_a_linear_window_of_whole_numbers_stays_as_the_file_says(decoder: Decoder) -> None:
    said = {"WindowCenter": "1500", "WindowWidth": "3000"}
    presentation = staged(loaded(decoder, image_bytes(RAMP, **said)))
    assert presentation.voi == Window(1500, 3000)
    presentation.drag_window(Window(1500, 3000), 5, 0)
    assert isinstance(presentation.voi, Window)
    assert presentation.voi.function == "LINEAR"


@pytest.mark.parametrize("way", WAYS)
def test_a_typed_width_below_1_is_exact(way: str, decoder: Decoder) -> None:
    data = rescaled("0.000001")
    if way == "viewer":
        presentation = staged(loaded(decoder, data))
        presentation.choose(Window(0.001, 0.002, "LINEAR_EXACT"))
        seen = of_stage(presentation)[:, :, 0]
    else:
        seen = drawn(decoder, data, way, (0.002, 0.001))[:, :, 0]
    assert np.abs(seen - linear(RAMP * 1e-6, 0.002, 0.001)).max() <= 1


def test_a_narrow_linear_window_of_whole_numbers_is_a_mistake_and_left_out() -> None:
    assert windows(image_bytes(RAMP, **ADC)) == ()
    assert windows(rescaled("1", "-1024", **ADC)) == ()
    assert windows(rescaled("0.5", **ADC)) == (Window(0.0015, 0.003, "LINEAR_EXACT"),)
    assert windows(rescaled("0.5", WindowCenter="5", WindowWidth="4")) == (Window(5, 4),)
    sigmoid = rescaled("0.5", **ADC, VOILUTFunction="SIGMOID")
    assert windows(sigmoid) == (Window(0.0015, 0.003, "SIGMOID"),)
    assert windows(rescaled("0.5", WindowCenter="5", WindowWidth="0")) == ()


def test_frames_of_an_enhanced_object_may_have_narrow_windows_too() -> None:
    groups = []
    for slope in ("0.000001", "1"):
        transform, voi, group = Dataset(), Dataset(), Dataset()
        transform.RescaleSlope, transform.RescaleIntercept = slope, "0"
        voi.WindowCenter, voi.WindowWidth = "0.0015", "0.003"
        group.PixelValueTransformationSequence = Sequence([transform])
        group.FrameVOILUTSequence = Sequence([voi])
        groups.append(group)
    shared = {"SharedFunctionalGroupsSequence": Sequence([Dataset()]), "NumberOfFrames": 2}
    data = image_bytes(RAMP, pixel_data=RAMP.tobytes() * 2, PerFrameFunctionalGroupsSequence=Sequence(groups), **shared)
    assert [info.windows for info in described(data).description.frame_infos] == [
        (Window(0.0015, 0.003, "LINEAR_EXACT"),),
        (),
    ]


def windows(data: bytes) -> tuple[Window, ...]:
    return described(data).description.frame_info(0).windows


def test_words_of_a_window_have_the_digits_that_tell_something() -> None:
    told = {
        (400, 40): ("400", "40"),
        (1500, -500): ("1500", "−500"),
        (80.5, 39.5): ("80.5", "39.5"),
        (0.003, 0.0015): ("0.003", "0.0015"),
        (0.0030001, 0.00150002): ("0.003", "0.0015"),
        (0.8, 33.4567): ("0.8", "33.457"),
        (0.02, 1034.5678): ("0.02", "1034.5678"),
        (12345.6, 6172.8): ("12346", "6173"),
        (0.000178, 0.0000892): ("0.000178", "8.9 × 10⁻⁵"),
        (1.95e-08, -9.7e-09): ("1.95 × 10⁻⁸", "−9.7 × 10⁻⁹"),
        (2e6, 1e6): ("2000000", "1000000"),
    }
    assert {numbers: window_numbers(*numbers) for numbers in told} == told


def test_every_step_of_a_drag_is_told() -> None:
    steps = [window_numbers(0.003 * math.exp(right / 250), 33.4 - right * 0.003 / 250) for right in range(0, 100, 2)]
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize("odd", [math.nan, math.inf, 0.0, -1.0, 5e-324, 1e308])
def test_no_number_breaks_the_words(odd: float) -> None:
    assert all(window_numbers(odd, odd))
    assert short_number(5e-9) == "5 × 10⁻⁹"


def test_units_are_written_as_people_write_them() -> None:
    def unit(**said: object) -> str:
        return value_unit(described(image_bytes(RAMP, **said)).description, 0)

    assert unit(Modality="PT", Units="BQML") == "Bq/ml"
    assert unit(Modality="PT", Units="GML") == "g/ml"
    assert unit(Modality="PT", Units="NONE") == ""
    assert unit(Modality="PT", Units="BQML", RescaleType="SUV", RescaleSlope="1", RescaleIntercept="0") == "SUV"
    assert unit(RescaleType="mm2/s", RescaleSlope="1", RescaleIntercept="0") == "mm²/s"
    assert unit(RescaleType="US", RescaleSlope="1", RescaleIntercept="0") == ""


def test_the_corner_tells_the_window_with_its_unit_and_the_list_with_its_digits() -> None:
    info = FrameInfo(rescale_slope=1e-6, rescale_type="mm2/s", windows=(Window(0.0015, 0.003, "LINEAR_EXACT", "ADC"),))
    said = ObjectDescription(kind="image", frame_infos=(info,))
    corners = corner_texts(said, 0, Situation(1, 1, voi=info.windows[0]), PLAIN)
    assert corners.bottom_left[0].text == "Width 0.003 · Level 0.0015 mm²/s"
    assert [window.name for window in named_windows(said, 0, info.windows, str)] == ["ADC (0.003 / 0.0015)"]


def test_the_value_under_the_pointer_is_told_in_its_unit(decoder: Decoder) -> None:
    presentation: Presentation = staged(loaded(decoder, rescaled("5.949e-08", Modality="PT", Units="BQML")))
    found = presentation.value_at((255.5, 3.5))
    assert found is not None
    assert (short_number(found[0]), found[1]) == ("0.000178", "Bq/ml")
