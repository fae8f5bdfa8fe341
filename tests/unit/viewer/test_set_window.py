"""One window for a stack whose file gives none: over its slices, in their units, the same while scrolling.

Through a sandboxed worker and the viewer's engine; what is right is computed here with NumPy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.description import FrameInfo, ObjectDescription, Window
from dicom.showing.windows.set_window import Spread, has_no_window, next_places, steady, window_of
from dicom.source import Content, FileContent, FrameRef
from tests.pixel_files import image_bytes
from tests.unit.circles import SIDE, body, circle
from tests.unit.viewer.series_made import slice_bytes
from tests.unit.viewer.table import ViewerEngine

pytestmark = pytest.mark.shared_workers

RAMP = np.tile(np.linspace(0, 800, 256).astype(np.uint16), (64, 1))


@pytest.fixture
def engine(decoder: Decoder) -> Iterator[ViewerEngine]:
    made = ViewerEngine(decoder)
    yield made
    made.close()


def series(folder: Path, slices: list[NDArray[Any]], each: list[dict[str, Any]] | None = None) -> list[Content]:
    contents: list[Content] = []
    for number, pixels in enumerate(slices):
        said = each[number] if each else {}
        path = folder / f"{number:02}"
        path.write_bytes(slice_bytes(number + 1, 3.0 * number, uid=f"2.25.{number + 70}", pixels=pixels, **said))
        contents.append(FileContent(str(path), path.name))
    return contents


def expected(values: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    return np.clip((np.asarray(values, float) - low) / (high - low) * 255, 0, 255)


def shows(engine: ViewerEngine, index: int, values: NDArray[Any], low: float, high: float) -> None:
    seen = engine.see(index)
    slack = 255 * 0.02 + 1  # a fiftieth of the range: percentiles of percentiles
    assert np.abs(seen - expected(values, low, high)).max() <= slack


def test_an_empty_first_slice_takes_nobody_their_greys(engine: ViewerEngine, tmp_path: Path) -> None:
    slices = [RAMP * 0, RAMP, RAMP, RAMP]
    engine.open(series(tmp_path, slices))
    for index, values in enumerate(slices):
        shows(engine, index, values, 0, 800)


def test_the_window_is_the_same_for_every_slice_from_the_first_picture_on(engine: ViewerEngine, tmp_path: Path) -> None:
    engine.open(series(tmp_path, [RAMP // 4, RAMP, RAMP // 2, RAMP * 2]))
    engine.see(0)
    windows = {engine.presentation.voi}
    for index in (1, 2, 3, 0):
        engine.see(index)
        windows.add(engine.presentation.voi)
    assert len(windows) == 1


def test_one_slice_unlike_all_others_is_left_out_and_bright_ones_are_not(engine: ViewerEngine, tmp_path: Path) -> None:
    slices = [RAMP, RAMP, RAMP * 60, RAMP, RAMP]
    engine.open(series(tmp_path, slices))
    shows(engine, 0, RAMP, 0, 800)
    assert (engine.see(2)[:, 64:] == 255).all()
    together = np.concatenate([RAMP.ravel(), (RAMP * 3).ravel(), (RAMP * 3).ravel()])
    engine.open(series(tmp_path, [RAMP, RAMP * 3, RAMP * 3]))
    shows(engine, 0, RAMP, 0, float(np.quantile(together, 0.995)))


def test_few_hot_pixels_do_not_darken_the_rest(engine: ViewerEngine, tmp_path: Path) -> None:
    hot = RAMP.copy()
    hot[0, :20] = 60000
    engine.open(series(tmp_path, [hot, hot, hot]))
    seen = engine.see(1)
    assert np.abs(seen[1:] - expected(RAMP[1:], 0, 800)).max() < 8
    assert (seen[0, :20] == 255).all()


def test_a_rescale_for_each_slice_keeps_the_look_in_units(engine: ViewerEngine, tmp_path: Path) -> None:
    stored = RAMP.astype(np.int16) - 400
    rescales = [(0.00103, 33.9), (0.00102, 33.4), (0.0011, 42.5), (0.0029, 95.7)]
    said = [{"RescaleSlope": str(slope), "RescaleIntercept": str(intercept)} for slope, intercept in rescales]
    engine.open(series(tmp_path, [stored] * 4, said))
    values = [stored * slope + intercept for slope, intercept in rescales]
    low, high = np.quantile(np.concatenate([each.ravel() for each in values]), (0.005, 0.995))
    for index, each in enumerate(values):
        shows(engine, index, each, low, high)
        assert len(np.unique(engine.see(index))) > 1
    assert engine.presentation.voi is not None
    assert engine.presentation.window_to_drag().width == pytest.approx(high - low, rel=0.03)  # type: ignore[union-attr]


def test_the_same_units_at_other_slopes_look_the_same(engine: ViewerEngine, tmp_path: Path) -> None:
    halves = [{"RescaleSlope": "2", "RescaleIntercept": "0"}, {"RescaleSlope": "1", "RescaleIntercept": "0"}]
    engine.open(series(tmp_path, [RAMP // 2, RAMP], halves))
    assert np.abs(engine.see(0).astype(int) - engine.see(1)).max() <= 1


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16])
def test_signs_depths_and_inversion_change_nothing(
    engine: ViewerEngine, tmp_path: Path, dtype: Any, photometric: str
) -> None:
    shift = -500 if np.dtype(dtype).kind == "i" else 0
    pixels = (RAMP.astype(int) // 4 + shift).astype(dtype)
    said = [{"PhotometricInterpretation": photometric}] * 3
    engine.open(series(tmp_path, [np.full_like(pixels, pixels.min()), pixels, pixels], said))
    seen = engine.see(1).astype(int)
    greys = expected(pixels, float(pixels.min()), float(pixels.max()))
    assert np.abs(seen - (255 - greys if photometric == "MONOCHROME1" else greys)).max() <= 6


def test_padding_and_what_a_shutter_hides_do_not_count(engine: ViewerEngine, tmp_path: Path) -> None:
    padded = (RAMP + 1000).astype(np.int16)
    padded[:, :40] = -2000
    said = {"PixelPaddingValue": -2000}
    engine.open(series(tmp_path, [padded] * 3, [said] * 3))
    seen = engine.see(1)
    assert not seen[:, :40].any()
    low, high = padded[:, 40:].min(), padded[:, 40:].max()
    assert np.abs(seen[:, 40:] - expected(padded[:, 40:], low, high)).max() <= 6


def test_a_shutter_hides_its_outside_from_the_window_too(decoder: Decoder, tmp_path: Path) -> None:
    pixels = RAMP.copy()
    pixels[:, 200:] = 50_000
    shutter: dict[str, Any] = {
        "ShutterShape": "RECTANGULAR", "ShutterLeftVerticalEdge": 1, "ShutterRightVerticalEdge": 200,
        "ShutterUpperHorizontalEdge": 1, "ShutterLowerHorizontalEdge": 64,
    }  # fmt: skip
    (content,) = series(tmp_path, [pixels], [shutter])
    assert max(decoder.spread(FrameRef(content), QuietJob())) < 800


@pytest.mark.parametrize(
    "outside,stored,intercept",
    [
        ([-3024], np.int16, 0), ([-2000], np.int16, 0), ([-32768], np.int16, 0), ([32767], np.int16, 0),
        ([-3024, -2000], np.int16, 0), ([64_512], np.uint16, -1024), ([0], np.uint16, -3024),
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 3])
def test_what_fills_the_corners_of_a_ct_takes_its_tissue_no_greys(
    engine: ViewerEngine, tmp_path: Path, outside: list[int], stored: Any, intercept: int, count: int
) -> None:
    values, inside = body(), circle()
    fill = np.repeat(outside, SIDE // len(outside))
    pixels = np.where(inside, values - intercept, fill).astype(stored)
    said = {"Modality": "CT", "RescaleSlope": "1", "RescaleIntercept": str(intercept)}
    engine.open(series(tmp_path, [pixels] * count, [said] * count))
    measured = values[inside]
    ends = (measured.min(), measured.max()) if count == 1 else np.quantile(measured, (0.005, 0.995))
    seen = engine.see(count - 1)
    assert np.abs(seen[inside] - expected(measured, *ends)).max() <= 7
    assert set(np.unique(seen[~inside])) <= {0, 255}


def test_the_black_around_an_mr_stays_its_darkest_grey(engine: ViewerEngine, tmp_path: Path) -> None:
    tissue = np.where(circle(0.6), body() + 1300, 0).clip(0).astype(np.uint16)
    engine.open(series(tmp_path, [tissue] * 3))
    shows(engine, 1, tissue, 0, float(np.quantile(tissue, 0.995)))


def test_frames_of_one_object_share_a_window_too(engine: ViewerEngine, tmp_path: Path) -> None:
    frames = np.stack([RAMP * 0, RAMP, RAMP // 2, RAMP])
    path = tmp_path / "frames"
    path.write_bytes(image_bytes(RAMP, pixel_data=frames.tobytes(), NumberOfFrames=4))
    engine.open([FileContent(str(path), "frames")])
    for index, values in enumerate(frames):
        shows(engine, index, values, 0, 800)


def test_windows_of_the_file_and_colour_are_left_alone(engine: ViewerEngine, tmp_path: Path) -> None:
    engine.open(series(tmp_path, [RAMP] * 3, [{"WindowCenter": 100, "WindowWidth": 50 + n} for n in range(3)]))
    engine.see(2)
    assert engine.presentation.voi == Window(100, 52)
    assert engine.position.set_window is None
    rgb = np.dstack([RAMP // 8, RAMP // 16, RAMP // 4]).astype(np.uint8)
    engine.open(series(tmp_path, [rgb // 2, rgb]))
    assert np.array_equal(engine.see(1)[..., 2::-1], rgb)
    assert engine.position.set_window is None


def test_slices_of_one_grey_each_are_told_apart(engine: ViewerEngine, tmp_path: Path) -> None:
    engine.open(series(tmp_path, [RAMP * 0 + 40 * n for n in range(4)]))
    assert [int(engine.see(index)[0, 0]) for index in range(4)] == [0, 85, 170, 255]


def test_a_single_image_is_seen_from_its_smallest_to_its_largest_value(engine: ViewerEngine, tmp_path: Path) -> None:
    engine.open(series(tmp_path, [RAMP + 7]))
    assert engine.presentation.voi == Window(407.5, 801)
    assert engine.position.set_window is None


def test_a_slice_that_cannot_be_read_costs_the_others_nothing(engine: ViewerEngine, tmp_path: Path) -> None:
    contents = series(tmp_path, [RAMP, RAMP, RAMP])
    data = (tmp_path / "02").read_bytes()
    (tmp_path / "02").write_bytes(data[: -RAMP.nbytes])
    engine.open(contents)
    shows(engine, 0, RAMP, 0, 800)


def test_small_pictures_of_a_set_are_drawn_with_its_window(engine: ViewerEngine, tmp_path: Path) -> None:
    engine.layout.want_thumbnails(256)
    engine.open(series(tmp_path, [RAMP, RAMP // 4, RAMP]))
    engine.pump(lambda: bool(engine.thumbnails))
    (small,) = engine.thumbnails.values()
    assert small is not None
    assert np.abs(small.astype(int) - engine.see(1)).max() <= 1
    assert small.max() < 80


def test_each_part_of_one_object_has_its_own_small_picture(engine: ViewerEngine, tmp_path: Path) -> None:
    path = tmp_path / "frames"
    frames = np.stack([RAMP, RAMP // 4, RAMP])
    path.write_bytes(image_bytes(RAMP, pixel_data=frames.tobytes(), NumberOfFrames=3))
    content = FileContent(str(path), "frames")
    middle = engine.decoder.thumbnail(content, 256, QuietJob(), frame_index=1, window=Window(400, 800, "LINEAR_EXACT"))
    first = engine.decoder.thumbnail(content, 256, QuietJob(), frame_index=0, window=Window(400, 800, "LINEAR_EXACT"))
    assert middle.max() * 3 < first.max()


def looked_at(count: int, spread: Any) -> dict[int, Spread]:
    known: dict[int, Spread] = {}
    while places := next_places(count, known):
        known[places[0]] = spread(places[0])
    return known


def test_a_few_slices_all_along_the_stack_are_looked_at() -> None:
    known = looked_at(900, lambda _: (0.0, 5.0, 9.0))
    assert len(known) == 9
    assert min(known) < 100
    assert max(known) > 800
    assert sorted(looked_at(4, lambda _: (0.0, 9.0))) == [0, 1, 2, 3]


def test_empty_slices_lead_to_others_and_an_odd_one_to_its_neighbours() -> None:
    assert len(looked_at(900, lambda _: (0.0, 0.0))) > 9
    hot = looked_at(900, lambda place: (0.0, 9e4, 9e5) if place in range(440, 460) else (0.0, 5.0, 9.0))
    assert len(hot) > 9
    window = window_of(hot)
    assert window is not None
    assert window.width > 1e5  # its neighbours are like it: it is no accident
    alone = window_of(looked_at(900, lambda place: (0.0, 9e4, 9e5) if place == 450 else (0.0, 5.0, 9.0)))
    assert alone is not None
    assert alone.width < 10


def test_a_window_that_would_hardly_look_different_is_not_taken() -> None:
    used = Window(50, 100, "LINEAR_EXACT")
    assert steady(used, Window(52, 104, "LINEAR_EXACT")) == used
    assert steady(used, Window(80, 160, "LINEAR_EXACT")) == Window(80, 160, "LINEAR_EXACT")
    assert steady(None, used) == steady(used, None) == used


def test_only_grey_frames_without_window_and_table_need_one() -> None:
    def needs(**said: Any) -> bool:
        return has_no_window(ObjectDescription(kind="image", **said), 0)

    assert needs()
    assert not needs(samples_per_pixel=3)
    assert not needs(photometric_interpretation="PALETTE COLOR")
    assert not needs(frame_infos=(FrameInfo(windows=(Window(1, 2),)),))
    assert window_of({0: (), 1: (3.0, 3.0)}) is None
