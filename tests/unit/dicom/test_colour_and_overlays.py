"""Colour is converted once, by what the codestream says; overlays and shutters lie where they belong."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from pydicom.pixels.processing import _expand_segmented_lut

from dicom.decoding.decode_tasks import managed_colour
from dicom.description import Shutter
from dicom.objects.describe_tables import expand_segments
from dicom.objects.opened import open_object
from dicom.objects.overlay_reading import read_overlays
from dicom.pixels.codestream import sniff
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.showing.display import picture
from dicom.showing.overlay import Plane
from dicom.showing.resample import fit
from dicom.showing.shutter import shutter_mask
from tests.pixel_files import described, encapsulated, image_bytes, shown

JPEG, J2K = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90"
WIDE = [0.7, 0.29, 1.0, 0.17, 0.79, 1.0, 0.13, 0.05, 1.0]
RED = np.zeros((16, 16, 3), np.uint8)
RED[:, :, 0] = 200
RED[:8, :, 2] = 90


def _jpeg(colorspace: str, **options: object) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(RED, level=98, outcolorspace=colorspace, **options))


@pytest.mark.parametrize("said", ["YBR_FULL_422", "RGB", "YBR_FULL"])
def test_a_jfif_jpeg_is_converted_whatever_the_header_says(said: str) -> None:
    frame, description = shown(
        image_bytes(RED, JPEG, pixel_data=encapsulated(_jpeg("YCBCR")), PhotometricInterpretation=said)
    )
    assert frame.photometric_interpretation == "YBR_FULL"
    away = np.abs(picture(frame, description).pixels.astype(int) - RED)
    assert away[:4].max() <= 6  # chroma runs over where the colours meet
    assert away[12:].max() <= 6


@pytest.mark.parametrize("said", ["RGB", "YBR_FULL_422"])
def test_an_rgb_jpeg_is_not_converted_whatever_the_header_says(said: str) -> None:
    data = image_bytes(RED, JPEG, pixel_data=encapsulated(_jpeg("RGB")), PhotometricInterpretation=said)
    frame, description = shown(data)
    assert frame.photometric_interpretation == "RGB"
    assert np.abs(picture(frame, description).pixels.astype(int) - RED).max() <= 6


def test_without_adobe_or_jfif_the_header_decides() -> None:
    bare = bytearray(_jpeg("YCBCR", subsampling="444"))
    start = bare.index(b"\xff\xe0")
    del bare[start : start + 2 + int.from_bytes(bare[start + 2 : start + 4], "big")]
    assert sniff(bytes(bare)).ycbcr is None  # type: ignore[union-attr]
    for said, expected in (("YBR_FULL", "YBR_FULL"), ("RGB", "RGB")):
        data = image_bytes(RED, JPEG, pixel_data=encapsulated(bytes(bare)), PhotometricInterpretation=said)
        assert shown(data)[0].photometric_interpretation == expected


@pytest.mark.parametrize("said", ["YBR_RCT", "YBR_FULL", "RGB"])
def test_jpeg_2000_undoes_its_own_transform(said: str) -> None:
    codestream = bytes(imagecodecs.jpeg2k_encode(RED, level=0, codecformat="j2k", mct=True))
    frame, _said = shown(image_bytes(RED, J2K, pixel_data=encapsulated(codestream), PhotometricInterpretation=said))
    assert frame.photometric_interpretation == "RGB"
    assert np.array_equal(frame.pixels, RED)


def test_an_icc_profile_is_used_for_display_only_and_a_broken_one_is_marked() -> None:
    purple = np.full((4, 4, 3), (120, 30, 200), np.uint8)
    profile = bytes(imagecodecs.cms_profile("rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=WIDE, gamma=1.0))
    for given, changed in ((profile, True), (b"no profile" * 30, False)):
        data = image_bytes(purple, ICCProfile=given)
        opened = described(data)
        frame = shown(data)[0]
        assert np.array_equal(frame.pixels, purple)
        managed = managed_colour(frame, opened)
        assert (not np.array_equal(managed.pixels, purple)) == changed
        assert ("icc-profile-not-usable" in managed.marks) != changed


def test_colour_that_does_not_say_its_samples_has_three() -> None:
    frame, description = shown(image_bytes(RED, SamplesPerPixel=None))
    assert np.array_equal(picture(frame, description).pixels, RED)


def test_full_chroma_that_is_called_subsampled_is_told_by_its_length() -> None:
    grey = np.full((16, 16, 3), 128, np.uint8)
    grey[:, :, 0] = np.arange(256).reshape(16, 16)
    frame, description = shown(image_bytes(grey, PhotometricInterpretation="YBR_FULL_422"))
    assert frame.photometric_interpretation == "YBR_FULL"
    assert "wrong-transfer-syntax" in description.marks
    assert np.array_equal(picture(frame, description).pixels[:, :, 0], grey[:, :, 0])


def test_subsampled_chroma_of_partial_range_is_read_by_pairs() -> None:
    quads = np.tile(np.array([16, 235, 128, 128], np.uint8), 128)
    blank = np.zeros((16, 16, 3), np.uint8)
    values = {"PhotometricInterpretation": "YBR_PARTIAL_422", "pixel_data": quads.tobytes()}
    frame, description = shown(image_bytes(blank, **values))
    drawn = picture(frame, description).pixels
    assert (description.marks, drawn[0, 0].tolist(), drawn[0, 1].tolist()) == ((), [0] * 3, [255] * 3)


def test_planar_colour_is_interleaved() -> None:
    planes = np.ascontiguousarray(np.moveaxis(RED, -1, 0)).tobytes()
    assert np.array_equal(shown(image_bytes(RED, PlanarConfiguration=1, pixel_data=planes))[0].pixels, RED)


def test_sixteen_bit_palettes_are_reduced_to_eight() -> None:
    tables = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour, level in (("Red", 0x1000), ("Green", 0x8000), ("Blue", 0xFF00)):
        tables |= {
            f"{colour}PaletteColorLookupTableDescriptor": [2, 0, 16],
            f"{colour}PaletteColorLookupTableData": np.asarray([0, level], "<u2").tobytes(),
        }
    frame, said = shown(image_bytes(np.asarray([[0, 1]], np.uint8), **tables))
    assert picture(frame, said).pixels.tolist() == [[[0, 0, 0], [0x10, 0x80, 0xFF]]]


def test_a_supplemental_palette_colours_the_values_from_its_first_entry_on() -> None:
    tables = {"PixelPresentation": "MIXED", "WindowCenter": 50, "WindowWidth": 101}
    for colour, level in (("Red", 1), ("Green", 2), ("Blue", 3)):
        tables |= {
            f"{colour}PaletteColorLookupTableDescriptor": [1, 100, 8],
            f"{colour}PaletteColorLookupTableData": bytes([level, 0]),
        }
    frame, said = shown(image_bytes(np.asarray([[0, 99, 100, 120]], np.uint8), **tables))
    drawn = picture(frame, said).pixels[0].tolist()
    assert drawn[0] == [1, 1, 1]
    assert drawn[1] == [drawn[1][0]] * 3
    assert drawn[2:] == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize(
    "words", [[0, 3, 1, 2, 3], [0, 1, 10, 1, 5, 20], [0, 2, 0, 65535, 1, 4, 100, 2, 2, 0, 0], [0, 1, 7, 1, 3, 8]]
)
def test_segments_expand_as_in_pydicom(words: list[int]) -> None:
    packed = np.asarray(words, "<u2").tobytes()
    expected = _expand_segmented_lut(tuple(words), "<H")
    assert expand_segments(words) == list(expected), packed.hex()


def _planes(data: bytes, frame_index: int = 0) -> list[Plane]:
    source = MemoryBytes(data)
    return read_overlays(open_data_set(source), open_object(source), source, frame_index)


def _overlay(**more: object) -> dict[str, object]:
    bits = np.zeros(16, np.uint8)
    bits[[0, 5]] = 1
    return {
        "OverlayRows": 4,
        "OverlayColumns": 4,
        "OverlayType": "G",
        "OverlayOrigin": [2, 3],
        "OverlayBitsAllocated": 1,
        "OverlayBitPosition": 0,
        "OverlayData": np.packbits(bits, bitorder="little").tobytes(),
    } | more


def _with_overlay(pixels: np.ndarray, values: dict[str, object], **more: object) -> bytes:
    tags = {"OverlayRows": 0x10, "OverlayColumns": 0x11, "OverlayType": 0x40, "OverlayOrigin": 0x50}
    tags |= {"OverlayBitsAllocated": 0x100, "OverlayBitPosition": 0x102, "OverlayData": 0x3000}
    vrs = {0x10: "US", 0x11: "US", 0x40: "CS", 0x50: "SS", 0x100: "US", 0x102: "US", 0x3000: "OW"}
    import pydicom

    source = pydicom.dcmread(pydicom.filebase.DicomBytesIO(image_bytes(pixels, **more)))
    for keyword, value in values.items():
        if value is not None:
            source.add_new(0x60000000 | tags[keyword], vrs[tags[keyword]], value)
    out = pydicom.filebase.DicomBytesIO()
    source.save_as(out, enforce_file_format=True)
    return out.getvalue()


def test_an_overlay_lies_at_its_origin_and_is_drawn_only_when_asked() -> None:
    data = _with_overlay(np.zeros((6, 6), np.uint8), _overlay(), WindowCenter=128, WindowWidth=256)
    frame, said = shown(data)
    assert not picture(frame, said).pixels.any()
    planes = _planes(data)
    assert planes[0][0].origin == (2, 3)
    drawn = picture(frame, said, overlays=planes).pixels
    assert np.argwhere(drawn == 255).tolist() == [[1, 2], [2, 3]]


def test_a_large_overlay_is_read_from_the_file_when_asked() -> None:
    bits = np.zeros(2048 * 2048, np.uint8)
    bits[5] = 1
    packed = np.packbits(bits, bitorder="little").tobytes()
    large = _overlay(OverlayRows=2048, OverlayColumns=2048, OverlayOrigin=[1, 1], OverlayData=packed)
    ((_plane, found),) = _planes(_with_overlay(np.zeros((6, 6), np.uint8), large))
    assert np.flatnonzero(found).tolist() == [5]


def test_an_overlay_reaching_beyond_the_picture_is_cut() -> None:
    data = _with_overlay(np.zeros((2, 2), np.uint8), _overlay(OverlayOrigin=[0, -1]), WindowCenter=128, WindowWidth=256)
    frame, said = shown(data)
    assert picture(frame, said, overlays=_planes(data)).pixels.shape == (2, 2)


def test_an_embedded_overlay_is_taken_before_the_word_is_masked() -> None:
    pixels = np.asarray([[0x1001, 0x0002], [0x0003, 0x1004]], np.uint16)
    embedded = _overlay(
        OverlayRows=2, OverlayColumns=2, OverlayBitsAllocated=16, OverlayBitPosition=12, OverlayData=None
    )
    data = _with_overlay(pixels, embedded, BitsStored=12, HighBit=11)
    assert shown(data)[0].pixels.tolist() == [[1, 2], [3, 4]]
    assert _planes(data)[0][1].tolist() == [[1, 0], [0, 1]]


def test_a_shutter_shows_what_is_inside_all_its_shapes() -> None:
    rectangle = shutter_mask(Shutter(rectangle=(2, 4, 1, 3)), 5, 5)
    assert np.argwhere(rectangle).min(axis=0).tolist() == [0, 1]
    assert np.argwhere(rectangle).max(axis=0).tolist() == [2, 3]
    circle = shutter_mask(Shutter(circle=(3, 3, 1)), 5, 5)
    assert circle[2, 2] == 255
    assert circle[0, 0] == 0
    both = shutter_mask(Shutter(rectangle=(1, 5, 1, 2), polygon=((1, 1), (1, 5), (5, 5), (5, 1))), 5, 5)
    assert (both > 0).sum() == 10


def test_fitting_never_makes_a_side_vanish() -> None:
    assert fit(np.zeros((1, 5000), np.uint8), 100, 100).shape == (1, 100)
