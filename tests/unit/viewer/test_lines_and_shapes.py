"""Lines over a picture are seen on every ground, and pixels have the shape that can be meant."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.display import picture
from dicom.source import FrameRef
from tests.branch_objects import GREY, RGB, overlay
from tests.picture_ways import WAYS, Bytes, drawn, loaded, of_stage, staged, stored_of
from tests.pixel_files import encapsulated, image_bytes

pytestmark = pytest.mark.shared_workers
LINE = np.eye(16, dtype=bool)
WINDOW = (4096.0, 2048.0)


def with_lines(decoder: Decoder, data: bytes, way: str) -> np.ndarray:
    if way == "viewer":
        return of_stage(staged(loaded(decoder, data), WINDOW))
    content, job = Bytes(data), QuietJob()
    said, ref = decoder.describe(content, job), FrameRef(content)
    stored: StoredFrame = decoder.frame(ref, job, for_display=True)
    return picture(stored, said, window=WINDOW, overlays=decoder.overlays(ref, job)).pixels


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize(
    "ground",
    [np.full((16, 16), 4095, np.uint16), np.zeros((16, 16), np.uint16), np.full((16, 16), 2048, np.uint16), GREY,
     np.tile(np.array([0, 4095], np.uint16), (16, 8)), np.repeat(np.array([0, 4095], np.uint16), 128).reshape(16, 16)],
    ids=["white", "black", "grey", "ramp", "stripes", "halves"],
)  # fmt: skip
def test_a_line_is_seen_on_every_ground_at_each_of_its_points(
    ground: np.ndarray, embedded: bool, way: str, decoder: Decoder
) -> None:
    seen = with_lines(decoder, overlay(embedded=embedded, pixels=ground), way)
    seen = seen if seen.ndim == 2 else seen[:, :, 0]
    plain = np.clip(np.floor((ground - 2047.5) / 4095 * 255 + 127.5 + 1e-6), 0, 255)
    assert (np.abs(seen.astype(int) - plain)[LINE] >= 80).all()
    assert np.array_equal(seen[~LINE], plain[~LINE])
    assert set(np.unique(seen[LINE])) <= {0, 255}


def test_lines_on_an_even_ground_have_one_colour(decoder: Decoder) -> None:
    for level, line in ((4095, 0), (0, 255)):
        seen = with_lines(decoder, overlay(embedded=False, pixels=np.full((16, 16), level, np.uint16)), "viewer")
        assert (seen[LINE] == line).all()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("transform", [True, False])
def test_ycbcr_that_the_codestream_does_not_turn_back_is_turned_back(
    transform: bool, way: str, decoder: Decoder
) -> None:
    how = {"codecformat": "j2k", "level": 0, "reversible": True}
    red, green, blue = np.moveaxis(RGB.astype(np.float64), -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    planes = (luma, (blue - luma) / 1.772 + 128, (red - luma) / 1.402 + 128)
    ycc = np.clip(np.rint(np.stack(planes, -1)), 0, 255).astype(np.uint8)
    stream = imagecodecs.jpeg2k_encode(RGB if transform else ycc, **how, mct=transform)
    packed = encapsulated(bytes(stream))
    data = image_bytes(RGB, "1.2.840.10008.1.2.4.91", pixel_data=packed, PhotometricInterpretation="YBR_ICT")
    assert np.abs(drawn(decoder, data, way).astype(int) - RGB).max() <= 3
    assert np.array_equal(stored_of(decoder, data).pixels, RGB if transform else ycc)


def test_a_transform_that_cannot_have_been_left_out_is_told(decoder: Decoder) -> None:
    stream = imagecodecs.jpeg2k_encode(RGB, codecformat="j2k", level=0, reversible=True, mct=False)
    packed = encapsulated(bytes(stream))
    data = image_bytes(RGB, "1.2.840.10008.1.2.4.90", pixel_data=packed, PhotometricInterpretation="YBR_RCT")
    assert np.array_equal(drawn(decoder, data, "viewer"), RGB)
    assert loaded(decoder, data).marks == ("colour-transform-missing",)


ABSURD = {
    "nothing": ["1e-30", "1e-30"], "below nought": ["-0.5", "-0.5"], "one below nought": ["0.5", "-0.5"],
    "needle": ["1e-30", "1"], "slab": ["1", "1e-30"], "hundredfold": ["100", "1"],
    "endless": ["1e300", "1e300"], "beyond": ["1e300", "1e-300"], "one number": ["0.5"],
}  # fmt: skip


@pytest.mark.parametrize("keyword", ["PixelSpacing", "ImagerPixelSpacing"])
@pytest.mark.parametrize("name", ABSURD)
def test_a_pixel_that_nobody_can_mean_is_square_and_told(name: str, keyword: str, decoder: Decoder) -> None:
    data = image_bytes(np.tile(GREY, (2, 4)), **{keyword: ABSURD[name]})
    frame = loaded(decoder, data)
    assert (frame.shape.stretch_x, frame.shape.stretch_y) == (1.0, 1.0)
    assert "pixel-shape-not-usable" in frame.shown.description.marks
    drawn_small = decoder.thumbnail(Bytes(data), 32, QuietJob())
    assert drawn_small.shape == (16, 32)
    found = picture(StoredFrame(frame.prepared.levels[0], "MONOCHROME2"), frame.shown.description, size=(500, 500))
    assert found.pixels.shape == (250, 500)


def test_what_is_no_number_is_passed_over(decoder: Decoder) -> None:
    data = image_bytes(GREY, PixelSpacing=["0.250", "0.250"]).replace(b"0.250\\0.250", b"nan\\0.25000")
    frame = loaded(decoder, data)
    assert (frame.shape.stretch_x, frame.shape.stretch_y) == (1.0, 1.0)
    assert "pixel-shape-not-usable" in frame.shown.description.marks


def test_the_next_that_can_be_meant_is_taken(decoder: Decoder) -> None:
    data = image_bytes(GREY, PixelSpacing=["1e-30", "1"], PixelAspectRatio=["2", "1"])
    assert loaded(decoder, data).shape.stretch_y == 2.0
    assert decoder.thumbnail(Bytes(data), 32, QuietJob()).shape == (32, 16)


@pytest.mark.parametrize("spacing", [["0.5", "0.25"], ["0.0001", "0.0001"], ["9", "0.5"]])
def test_a_pixel_that_can_be_meant_keeps_its_shape(spacing: list[str], decoder: Decoder) -> None:
    frame = loaded(decoder, image_bytes(GREY, PixelSpacing=spacing))
    assert frame.shape.stretch_y / frame.shape.stretch_x == pytest.approx(float(spacing[0]) / float(spacing[1]))
    assert frame.shown.description.marks == ()


def test_noughts_say_nothing(decoder: Decoder) -> None:
    frame = loaded(decoder, image_bytes(GREY, PixelSpacing=["0.000", "0.000"], PixelAspectRatio=["1", "2"]))
    assert (frame.shape.stretch_x, frame.shape.stretch_y) == (2.0, 1.0)
    assert frame.shown.description.marks == ()
