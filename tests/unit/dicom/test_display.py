"""From stored values to grey and colour, as the standard says, and sensibly where files do not."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.errors import DicomError
from dicom.description import FrameInfo, LookupTable, ObjectDescription, Window
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.display import grey_levels, lookup_table, picture, to_grey8
from dicom.showing.windows.first_look import default_voi
from dicom.showing.windows.voi import full_window, voi_choices
from tests.pixel_files import image_bytes, shown
from tests.tools import REPOSITORY

RAMP = np.arange(16, dtype=np.uint8).reshape(4, 4)


def _grey(window: Window, *values: float, said: ObjectDescription | None = None) -> list[int]:
    description = said or ObjectDescription("image", photometric_interpretation="MONOCHROME2")
    return grey_levels(np.asarray(values, np.float64), description, 0, window).tolist()


def test_a_linear_window_reaches_black_and_white_at_its_edges() -> None:
    assert _grey(Window(40, 400), -161, -160, 239, 240, 9999) == [0, 0, 255, 255, 255]
    assert _grey(Window(40, 400), 39.5) == [127]


def test_a_linear_window_of_width_one_is_a_threshold() -> None:
    assert _grey(Window(10, 1), 9, 9.5, 9.6, 10) == [0, 0, 255, 255]


def test_linear_exact_and_sigmoid_follow_their_formulas() -> None:
    assert _grey(Window(50, 100, "LINEAR_EXACT"), 0, 50, 100) == [0, 127, 255]
    assert _grey(Window(50, 100, "SIGMOID"), -5000, 50, 75, 5000) == [0, 127, 186, 255]


def test_monochrome1_inverts_once_whatever_the_presentation_shape_says() -> None:
    data, description = shown(
        image_bytes(
            RAMP,
            PhotometricInterpretation="MONOCHROME1",
            PresentationLUTShape="INVERSE",
            WindowCenter=8,
            WindowWidth=16,
        )
    )
    drawn = picture(data, description).pixels
    assert drawn[0, 0] == 255
    assert drawn[3, 3] == 0


def test_a_person_can_turn_the_inversion_around() -> None:
    said = ObjectDescription("image", photometric_interpretation="MONOCHROME1")
    window = Window(128, 256)
    assert lookup_table(said, 0, window)[0] == 255
    assert lookup_table(said, 0, window, inverted=True)[0] == 0


def test_rescale_is_applied_before_the_window() -> None:
    said = ObjectDescription(
        "image",
        photometric_interpretation="MONOCHROME2",
        frame_infos=(FrameInfo(rescale_slope=1, rescale_intercept=-1024),),
    )
    assert _grey(Window(40, 400), 1024 - 160, 1024 + 240, said=said) == [0, 255]


@pytest.mark.parametrize("tail", ["12.1", "12.2", "12.3"])
def test_angiography_is_windowed_on_stored_values(tail: str) -> None:
    said = ObjectDescription(
        "image",
        sop_class_uid=f"1.2.840.10008.5.1.4.1.1.{tail}",
        photometric_interpretation="MONOCHROME2",
        frame_infos=(FrameInfo(rescale_slope=100, rescale_intercept=7),),
    )
    assert _grey(Window(128, 256), 255, said=said) == [255]
    assert _grey(Window(128, 256), 1, said=said) == [1]


def test_the_first_look_is_the_first_usable_window() -> None:
    frame, said = shown(
        image_bytes(RAMP, WindowCenter=[40, 8], WindowWidth=[0, 16], WindowCenterWidthExplanation=["BAD", "GOOD"])
    )
    chosen = default_voi(frame.pixels, said, 0)
    assert isinstance(chosen, Window)
    assert (chosen.center, chosen.width, chosen.explanation) == (8, 16, "GOOD")


def test_without_any_window_the_first_look_is_the_range_without_padding() -> None:
    frame, said = shown(image_bytes(RAMP, PixelPaddingValue=0))
    assert full_window(frame.pixels, said, 0) == Window((1 + 15 + 1) / 2, 15)
    drawn = picture(frame, said).pixels
    assert drawn[0, 0] == 0
    assert (drawn[0, 1], drawn[3, 3]) == (0, 255)


def test_a_padding_range_stays_black_also_when_inverted() -> None:
    frame, said = shown(
        image_bytes(RAMP, PhotometricInterpretation="MONOCHROME1", PixelPaddingValue=0, PixelPaddingRangeLimit=3)
    )
    drawn = picture(frame, said).pixels
    assert drawn[0].tolist() == [0, 0, 0, 0]
    assert drawn[1, 0] == 255


def _voi_lut(first: int, bits: int, values: list[int]) -> Sequence:
    item = Dataset()
    item.add_new(0x00283002, "US", [len(values), first & 0xFFFF, bits])
    item.add_new(0x00283006, "US", values)
    item.LUTExplanation = "CURVE"
    return Sequence([item])


def test_a_voi_lut_is_a_choice_beside_the_windows_and_needs_no_window() -> None:
    frame, said = shown(image_bytes(RAMP, VOILUTSequence=_voi_lut(2, 12, [0, 4095])))
    (choice,) = voi_choices(said, 0)
    assert isinstance(choice, LookupTable)
    assert choice.explanation == "CURVE"
    assert grey_levels(np.asarray([0, 2, 3, 99]), said, 0, choice).tolist() == [0, 0, 255, 255]
    assert picture(frame, said).window is None


def test_an_explicit_window_replaces_the_voi_lut() -> None:
    frame, said = shown(image_bytes(RAMP, VOILUTSequence=_voi_lut(2, 12, [0, 4095])))
    assert picture(frame, said, window=(16, 8)).window == (16, 8)


def test_a_modality_lut_with_a_negative_first_value_fits_signed_pixels() -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [3, 0xFFFF, 16])
    item.add_new(0x00283006, "US", [100, 200, 300])
    item.ModalityLUTType = "HU"
    frame, said = shown(image_bytes(np.asarray([[-2, -1], [0, 1]], np.int16), ModalityLUTSequence=Sequence([item])))
    assert said.modality_lut is not None
    assert said.modality_lut.first_value == -1
    assert full_window(frame.pixels, said, 0) == Window(200.5, 201)


def test_the_table_for_16_bit_words_gives_what_the_pixels_get() -> None:
    values = np.asarray([[-1000, -1], [0, 3000]], np.int16)
    said = ObjectDescription("image", photometric_interpretation="MONOCHROME2", pixel_representation=1)
    window = Window(40, 400)
    table = lookup_table(said, 0, window)
    assert table.shape == (65536,)
    assert table.dtype == np.uint8
    assert np.array_equal(table[values.view(np.uint16)], grey_levels(values, said, 0, window))


def test_large_frames_go_through_the_table_with_the_same_result() -> None:
    values = np.arange(-20000, 20000, dtype=np.int16).reshape(200, 200)
    said = ObjectDescription("image", photometric_interpretation="MONOCHROME2", pixel_representation=1)
    window = Window(-3, 777)
    assert np.array_equal(to_grey8(values, said, 0, window), grey_levels(values, said, 0, window))


def test_values_wider_than_16_bits_can_be_shown() -> None:
    frame, said = shown(image_bytes(np.asarray([[0, 1 << 20], [1 << 30, 7]], np.uint32)))
    drawn = picture(frame, said).pixels
    assert (drawn.min(), drawn.max()) == (0, 255)


def test_a_size_fits_inside_and_keeps_the_shape_of_tall_pixels() -> None:
    frame, said = shown(image_bytes(np.zeros((10, 20), np.uint8), PixelAspectRatio=[2, 1]))
    assert picture(frame, said).pixels.shape == (10, 20)
    assert picture(frame, said, size=(100, 50)).pixels.shape == (50, 50)


@pytest.mark.parametrize("photometric", ["HSV", "CMYK", "ARGB"])
def test_colour_spaces_nobody_writes_are_named(photometric: str) -> None:
    frame, said = shown(image_bytes(np.zeros((2, 2, 3), np.uint8), PhotometricInterpretation=photometric))
    with pytest.raises(DicomError) as raised:
        picture(frame, said)
    assert raised.value.facts["photometric_interpretation"] == photometric


def test_two_samples_a_pixel_are_no_picture() -> None:
    frame, said = shown(image_bytes(np.zeros((4, 4, 2), np.uint8), PhotometricInterpretation="RGB"))
    assert frame.pixels.shape == (4, 4, 2)
    with pytest.raises(DicomError) as raised:
        picture(frame, said)
    assert raised.value.code == "decode-failed"


def test_ybr_full_becomes_rgb() -> None:
    samples = np.asarray([[[76, 85, 255], [150, 44, 21]], [[29, 255, 107], [128, 128, 128]]], np.uint8)
    frame, said = shown(image_bytes(samples, PhotometricInterpretation="YBR_FULL"))
    drawn = picture(frame, said).pixels.astype(int)
    wanted = np.asarray([[[254, 0, 0], [0, 255, 1]], [[0, 0, 254], [128, 128, 128]]])
    assert np.abs(drawn - wanted).max() <= 2


def test_uncompressed_422_shares_chroma_by_pairs() -> None:
    data = bytes([10, 20, 100, 200, 30, 40, 110, 210])
    frame, _said = shown(
        image_bytes(np.zeros((2, 2, 3), np.uint8), PhotometricInterpretation="YBR_FULL_422", pixel_data=data)
    )
    assert frame.pixels.tolist() == [[[10, 100, 200], [20, 100, 200]], [[30, 110, 210], [40, 110, 210]]]
    assert frame.photometric_interpretation == "YBR_FULL"


def test_the_window_can_show_and_ask_without_loading_a_parser_or_a_codec() -> None:
    rooms = "dicom.showing.display, dicom.decoding.decoder, dicom.showing.geometry"
    code = f"import sys, {rooms}; print({{'pydicom', 'imagecodecs'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == "set()"


def test_a_window_that_is_asked_for_goes_over_the_levels_of_a_colour_picture() -> None:
    said = ObjectDescription("image", rows=1, columns=4, samples_per_pixel=3, photometric_interpretation="RGB")
    pixels = np.array([[[0, 0, 0], [100, 120, 140], [10, 200, 250], [255, 255, 255]]], np.uint8)
    stored = StoredFrame(pixels, "RGB")
    plain = picture(stored, said)
    assert np.array_equal(plain.pixels, pixels)
    assert plain.window is None
    made = picture(stored, said, window=(100.0, 120.0))
    reckoned = np.clip((pixels.astype(float) - 120) / 100 * 255 + 127.5, 0, 255)
    assert np.abs(made.pixels - reckoned).max() <= 0.5
    assert made.window == (100.0, 120.0)
    for asked in (Window(120.0, 100.0), Window(120.0, 100.0, "LINEAR_EXACT")):
        again = picture(stored, said, window=asked)
        assert np.array_equal(again.pixels, made.pixels)
        assert again.window == made.window
