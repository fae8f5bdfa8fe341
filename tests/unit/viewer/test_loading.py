"""From a decoded frame to a prepared one, with the display pipeline as it is."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import DicomError
from core.job import Job, QuietJob
from dicom.description import FrameInfo, LookupTable, ObjectDescription, OverlayPlane, Palette, Shutter, Window
from dicom.pixels.stored_frame import StoredFrame
from dicom.series.display_sets import ShownFrame
from dicom.showing.display import default_voi, to_grey8, to_rgb8
from dicom.source import Content, FileContent, FrameRef
from tests.unit.viewer.phantoms import ct, ramp
from viewer.frames.loading import LoadedFrame, load_frame
from viewer.rendering.render import shade
from viewer.rendering.view_state import ImageShape
from viewer.viewport.picture import PictureMaker
from viewer.viewport.presentation import Presentation

CT = ObjectDescription(
    kind="image",
    bits_allocated=16,
    bits_stored=16,
    pixel_representation=1,
    photometric_interpretation="MONOCHROME2",
    frame_infos=(FrameInfo(rescale_slope=1.0, rescale_intercept=-1024.0, windows=(Window(40, 400),)),),
)


@dataclass
class OneFrame:
    """Gives one frame and its overlays."""

    pixels: NDArray[Any]
    photometric_interpretation: str = "MONOCHROME2"
    planes: list[tuple[OverlayPlane, NDArray[np.uint8]]] = field(default_factory=list)
    overlay_error: Exception | None = None

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        raise NotImplementedError

    def frame(self, ref: FrameRef, job: Job, *, for_display: bool = False) -> StoredFrame:
        return StoredFrame(self.pixels, self.photometric_interpretation)

    def overlays(self, ref: FrameRef, job: Job) -> list[tuple[OverlayPlane, NDArray[np.uint8]]]:
        if self.overlay_error is not None:
            raise self.overlay_error
        return self.planes

    def page(
        self, content: Content, page_index: int, width: int, job: Job, *, of: str | None = None
    ) -> NDArray[np.uint8]:
        return np.full((width, width, 3), 250, np.uint8)

    def spread(self, ref: FrameRef, job: Job) -> tuple[float, ...]:
        raise NotImplementedError

    def thumbnail(self, content: Content, size: int, job: Job, **_wish: Any) -> NDArray[np.uint8]:
        raise NotImplementedError


def load(decoder: OneFrame, said: ObjectDescription) -> LoadedFrame:
    return load_frame(decoder, ShownFrame(FileContent("", "x"), said), QuietJob())


def seen(loaded: LoadedFrame) -> NDArray[np.uint8]:
    """Return what a viewport of the frame's own size shows."""
    presentation = Presentation()
    presentation.resize((loaded.shape.columns, loaded.shape.rows))
    presentation.show(loaded)
    made = presentation.picture()
    assert made is not None
    return made[0]


@pytest.mark.parametrize("photometric_interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(
    "pixels",
    [
        ct(90, 110),
        ct(90, 110).astype(np.uint16),
        (ct(90, 110) // 8).astype(np.uint8),
        ct(90, 110).astype(np.int32) * 40,
        ct(90, 110).astype(np.float32) / 7,
    ],
    ids=["int16", "uint16", "uint8", "int32", "float32"],
)
def test_one_to_one_is_what_the_display_pipeline_says(pixels: NDArray[Any], photometric_interpretation: str) -> None:
    said = ObjectDescription(
        kind="image",
        photometric_interpretation=photometric_interpretation,
        pixel_representation=int(pixels.dtype.kind == "i"),
        pixel_padding_value=20,
    )
    expected = to_grey8(pixels, said, 0, default_voi(pixels, said, 0))
    difference = np.abs(seen(load(OneFrame(pixels), said)).astype(int) - expected)
    assert difference.max() <= (0 if pixels.dtype.itemsize <= 2 else 1)


def test_a_folding_modality_table_is_applied_before_resizing() -> None:
    table = LookupTable(0, 16, tuple([0, 3000] * 600))
    said = ObjectDescription(kind="image", photometric_interpretation="MONOCHROME2", modality_lut=table)
    pixels = ramp(40, 60, np.uint16) % 1200
    loaded = load(OneFrame(pixels), said)
    assert loaded.display.modality_lut is None
    expected = to_grey8(pixels, said, 0, default_voi(pixels, said, 0))
    assert np.abs(seen(loaded).astype(int) - expected).max() <= 1


def test_palette_colour_is_made_before_resizing() -> None:
    palette = Palette(0, 8, (0, 255, 0), (0, 0, 255), (9, 9, 9))
    said = ObjectDescription(kind="image", photometric_interpretation="PALETTE COLOR", palette=palette)
    pixels = np.tile(np.array([0, 1, 2], np.uint8), (6, 4))
    loaded = load(OneFrame(pixels, "PALETTE COLOR"), said)
    assert loaded.prepared.is_colour
    assert loaded.first_look is None
    assert np.array_equal(seen(loaded)[..., 2::-1], to_rgb8(pixels, "PALETTE COLOR", said))


def test_a_shutter_hides_what_is_outside_and_one_that_hides_all_is_ignored() -> None:
    said = ObjectDescription(kind="image", shutter=Shutter(rectangle=(11, 20, 6, 15)))
    shown = seen(load(OneFrame(np.full((30, 40), 100, np.uint8) + np.eye(30, 40, dtype=np.uint8)), said))
    assert not shown[:5].any()
    assert not shown[:, 20:].any()
    nothing = ObjectDescription(kind="image", shutter=Shutter(rectangle=(500, 600, 500, 600)))
    assert load(OneFrame(np.full((30, 40), 100, np.uint8)), nothing).prepared.keeps[0] is None


PLANE = OverlayPlane(0x6000, 4, 4, (9, 11))


def test_overlay_planes_are_drawn_where_their_origin_says_and_can_be_hidden() -> None:
    said = ObjectDescription(kind="image", overlays=(PLANE,), frame_infos=(FrameInfo(windows=(Window(50, 100),)),))
    loaded = load(OneFrame(np.zeros((30, 40), np.uint8), planes=[(PLANE, np.ones((4, 4), np.uint8))]), said)
    shown = seen(loaded)
    assert (shown[8:12, 10:14] == 255).all()
    assert shown.astype(int).sum() == 16 * 255
    presentation = Presentation()
    presentation.resize((40, 30))
    presentation.drawings = False
    presentation.show(loaded)
    hidden = presentation.picture()
    assert hidden is not None
    assert not hidden[0].any()


def test_planes_that_reach_beyond_the_frame_are_cut_off() -> None:
    said = ObjectDescription(kind="image", overlays=(PLANE,))
    for origin in ((-1, -1), (29, 39), (-90, 5), (500, 500)):
        plane = OverlayPlane(0x6000, 4, 4, origin)
        load(OneFrame(np.zeros((30, 40), np.uint8), planes=[(plane, np.ones((4, 4), np.uint8))]), said)


def test_thin_lines_stay_visible_when_the_picture_is_small() -> None:
    said = ObjectDescription(kind="image", overlays=(PLANE,))
    bits = np.zeros((1024, 1024), np.uint8)
    bits[501] = 1
    plane = OverlayPlane(0x6000, 1024, 1024, (1, 1))
    loaded = load(OneFrame(np.zeros((1024, 1024), np.uint8), planes=[(plane, bits)]), said)
    presentation = Presentation()
    presentation.resize((200, 200))
    presentation.show(loaded)
    made = presentation.picture()
    assert made is not None
    assert (made[0].max(axis=0) == 255).all()


def test_drawings_that_cannot_be_read_do_not_cost_the_picture() -> None:
    said = ObjectDescription(kind="image", overlays=(PLANE,))
    loaded = load(OneFrame(np.zeros((30, 40), np.uint8), overlay_error=DicomError("decode-failed")), said)
    assert loaded.drawings_missing


def test_a_page_is_colour_without_a_window() -> None:
    loaded = load(OneFrame(np.zeros((1, 1), np.uint8)), ObjectDescription(kind="pdf", number_of_frames=1))
    assert loaded.prepared.is_colour
    assert loaded.first_look is None


def test_the_codestream_decides_the_size_not_the_header() -> None:
    said = ObjectDescription(kind="image", rows=10, columns=10)
    assert load(OneFrame(np.zeros((30, 40), np.uint8)), said).shape == ImageShape(40, 30)


def test_the_first_look_of_a_set_without_windows_is_kept_for_its_other_frames() -> None:
    plain = ObjectDescription(kind="image", photometric_interpretation="MONOCHROME2")
    dark, bright = load(OneFrame(ct(50, 50)), plain), load(OneFrame(ct(50, 50) * 3), plain)
    presentation = Presentation()
    presentation.show(dark)
    first = presentation.voi
    presentation.show(bright)
    assert presentation.voi == first
    presentation.begin()
    presentation.show(bright)
    assert presentation.voi != first


def test_windows_of_the_file_follow_each_frame_until_a_person_chooses() -> None:
    presentation, other = (
        Presentation(),
        ObjectDescription(kind="image", frame_infos=(FrameInfo(windows=(Window(7, 70),)),)),
    )
    presentation.show(load(OneFrame(ct(50, 50)), CT))
    presentation.show(load(OneFrame(ct(50, 50)), other))
    assert presentation.voi == Window(7, 70)
    presentation.choose(Window(1, 2))
    presentation.show(load(OneFrame(ct(50, 50)), CT))
    assert presentation.voi == Window(1, 2)
    presentation.reset()
    assert presentation.voi == Window(40, 400)


def test_a_table_of_the_file_becomes_a_window_when_it_is_dragged() -> None:
    table = LookupTable(100, 8, tuple(range(200)))
    presentation = Presentation()
    presentation.show(load(OneFrame(ct(50, 50)), ObjectDescription(kind="image", voi_luts=(table,))))
    assert presentation.voi == table
    start = presentation.window_to_drag()
    assert start == Window(200, 200)
    presentation.drag_window(start, 10, 0)
    assert isinstance(presentation.voi, Window)


def test_the_same_picture_is_not_drawn_twice_and_a_new_window_redoes_only_the_table() -> None:
    loaded = load(OneFrame(ct(90, 110)), CT)
    maker, presentation = PictureMaker(), Presentation()
    presentation.resize((300, 200))
    presentation.show(loaded)
    first, second = np.zeros(65536, np.uint8), np.full(65536, 9, np.uint8)
    one = maker.picture(loaded, presentation.view, presentation.size, first)
    again = maker.picture(loaded, presentation.view, presentation.size, first)
    other = maker.picture(loaded, presentation.view, presentation.size, second)
    assert one is not None
    assert again is not None
    assert other is not None
    assert again[0] is one[0]
    assert (other[0] == 9).all()
    assert maker._scaled is not None
    assert np.array_equal(shade(maker._scaled, first), one[0])


def test_a_fine_picture_made_for_another_view_is_not_taken() -> None:
    presentation = Presentation()
    presentation.resize((300, 200))
    presentation.show(load(OneFrame(ct(90, 110)), CT))
    wish = presentation.fine_picture()
    assert wish is not None
    made = wish.make(QuietJob())
    assert presentation.take_fine(wish, made)
    presentation.pan(5, 5)
    assert not presentation.take_fine(wish, made)
