"""Any frame of any clip is the one ffmpeg's own command gives, or it is told that it is not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import Cancelled, DicomError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.clips import player as clip_player
from dicom.clips import preparing, video
from dicom.clips.decoder import ClipDecoder
from dicom.clips.video import Clips
from dicom.decoding.decode_tasks import DecodeTasks
from dicom.decoding.decoder import Decoder
from dicom.objects.opened import open_object
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import MemoryBytes
from dicom.source import FileContent, FrameRef
from tests.clip_files import (
    FORMS,
    FRAMES,
    GROUP,
    H264,
    HEIGHT,
    HEVC,
    MPEG2,
    WIDTH,
    clip_object,
    frames_of,
    made_clip,
    true_frames,
)
from tests.pixel_files import described

pytestmark = pytest.mark.shared_workers
INTERLACED = (
    "mpeg2-interlaced",
    "h264-top-field-first",
    "h264-bottom-field-first",
    "h264-said-interlaced",
    "hevc-fields",
)


class Opened:
    """A clip object that is asked for frames, and how many coded pictures that took."""

    def __init__(self, clips: Clips, data: bytes) -> None:
        self.object = open_object(MemoryBytes(data))
        self.pictures = 0
        self._clips, self._source = clips, MemoryBytes(data)

    def frame(self, index: int) -> StoredFrame:
        self.pictures = 0
        layout, known = self.object.pixel_layout(), self.object.clip_index
        return self._clips.frame("clip", self._source, layout, index, known, self._count)

    def forget(self) -> None:
        """Let go of all that was decoded."""
        self._clips.close()

    def _count(self, _number: int) -> None:
        self.pictures += 1


@pytest.fixture
def open_clip() -> Iterator[Callable[[bytes], Opened]]:
    clips = Clips()
    yield lambda data: Opened(clips, data)
    clips.close()


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder with one real, sandboxed worker."""
    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
    yield Decoder(pool)
    pool.close()


def _same(found: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> bool:
    return found.shape == wanted.shape and int(np.abs(found.astype(int) - wanted).max()) <= 2


@pytest.mark.sweep(keep=10)
@pytest.mark.parametrize("name", FORMS)
def test_any_frame_in_any_order_is_what_ffmpeg_gives(name: str, open_clip: Callable[[bytes], Opened]) -> None:
    wanted = frames_of(name)
    clip = open_clip(clip_object(made_clip(name), FORMS[name].syntax))
    assert clip.object.description.number_of_frames == len(wanted) == FRAMES
    assert "frames-counted" not in clip.object.description.marks
    order = [*random.Random(name).sample(range(FRAMES), 12), *range(FRAMES - 1, FRAMES - 16, -1), 0, 1]
    found = {index: clip.frame(index) for index in order}
    assert [index for index in order if not _same(found[index].pixels, wanted[index])] == []
    assert {found[index].marks for index in order} == {()}


@pytest.mark.parametrize("name", INTERLACED)
def test_a_sandboxed_worker_shows_an_interlaced_clip_after_another_clip(
    name: str, decoder: Decoder, tmp_path: Path
) -> None:
    other, path = tmp_path / "other.dcm", tmp_path / "clip.dcm"
    other.write_bytes(clip_object(made_clip("h264-mp4", "mandelbrot")))
    path.write_bytes(clip_object(made_clip(name), FORMS[name].syntax))
    decoder.frame(FrameRef(FileContent(str(other), "other")), QuietJob())
    content, wanted = FileContent(str(path), "clip"), frames_of(name)
    for index in (0, FRAMES - 1, 20, 19, 3):
        assert _same(decoder.frame(FrameRef(content, index), QuietJob()).pixels, wanted[index])
    assert decoder.thumbnail(content, 32, QuietJob()).any()


@pytest.mark.parametrize("said,marked", [(1, True), (FRAMES - 7, True), (None, False), (2**31 - 1, False)])
def test_a_wrong_number_of_frames_is_counted_anew_and_told(
    said: int | None, marked: bool, open_clip: Callable[[bytes], Opened]
) -> None:
    clip = open_clip(clip_object(made_clip("h264-transport"), frames=said))
    found = clip.object.description
    assert (found.number_of_frames, "frames-counted" in found.marks) == (FRAMES, marked)
    assert _same(clip.frame(FRAMES - 1).pixels, frames_of("h264-transport")[FRAMES - 1])


def test_frames_that_are_said_but_not_there_are_missing(open_clip: Callable[[bytes], Opened]) -> None:
    clip = open_clip(clip_object(made_clip("mpeg2"), MPEG2, FRAMES + 4))
    found = clip.object.description
    assert (found.number_of_frames, found.frames_declared) == (FRAMES, FRAMES + 4)
    with pytest.raises(DicomError, match="frame-absent"):
        clip.frame(FRAMES)


def test_a_long_clip_is_not_read_through_to_be_described(
    open_clip: Callable[[bytes], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_READ_AT_ONCE", 100)
    clip = open_clip(clip_object(made_clip("mpeg2"), MPEG2, FRAMES + 4))
    assert clip.object.clip_index is None
    assert "frames-counted" in clip.frame(FRAMES - 1).marks
    with pytest.raises(DicomError, match="frame-absent"):
        clip.frame(FRAMES + 1)


def test_counting_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClipDecoder, "decode", None)
    for name in ("mpeg2", "h264-mp4", "hevc-bare"):
        assert described(clip_object(made_clip(name), FORMS[name].syntax, 1)).description.number_of_frames == FRAMES


@pytest.mark.parametrize("name", ["mpeg2", "mpeg2-bare", "h264-mp4", "h264-transport", "h264-open-groups", "hevc"])
def test_a_jump_takes_a_group_of_pictures_and_a_step_back_its_share_of_the_next(
    name: str, open_clip: Callable[[bytes], Opened]
) -> None:
    clip = open_clip(clip_object(made_clip(name), FORMS[name].syntax))
    for index in (FRAMES - 3, 2, FRAMES // 2 + 5):
        clip.frame(index)
        assert clip.pictures <= 2 * GROUP + 6
        for step in (index - 1, index - 2, index - 1):
            clip.frame(step)
            assert clip.pictures <= 2


FEW = 3
LONG_WALKS = ["mpeg2", "mpeg2-interlaced", "h264-transport", "h264-open-groups", "hevc-bare", "hevc-fields"]


@pytest.mark.parametrize("name", LONG_WALKS)
def test_no_step_back_decodes_more_than_a_few_pictures_wherever_a_jump_led(
    name: str, open_clip: Callable[[bytes], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "MOST_AT_ONCE", FEW)
    clip, wanted = open_clip(clip_object(made_clip(name), FORMS[name].syntax)), frames_of(name)
    for index in [
        *random.Random(name).sample(range(1, FRAMES), 12),
        *range(GROUP, GROUP + 4),
        2 * GROUP,
        2 * GROUP + 2,
    ]:
        clip.forget()
        for far in (FRAMES - 1, FRAMES - 2, 0 if index > FRAMES // 2 else FRAMES - 1):
            clip.frame(far)  # the picture that is stored last is looked at once
        clip.frame(index)
        for step in range(index - 1, max(index - GROUP - 4, -1), -1):
            found = clip.frame(step)
            assert clip.pictures <= FEW + 4
            assert _same(found.pixels, wanted[step])


def test_a_group_longer_than_there_is_memory_for_is_walked_back_and_forth_a_few_pictures_a_step(
    open_clip: Callable[[bytes], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    count, kept = 200, 40
    monkeypatch.setattr(clip_player, "_KEPT_BYTES", kept * WIDTH * HEIGHT * 3 // 2)
    data = made_clip("h264-one-key-picture", frames=count)
    clip, wanted = open_clip(clip_object(data, frames=count)), true_frames(data, "mp4")
    clip.frame(count - 1)
    steps = [*range(count - 2, 60, -1), *range(62, 150), *range(148, -1, -1)]
    decoded = []
    for step in steps:
        assert _same(clip.frame(step).pixels, wanted[step])
        decoded.append(clip.pictures)
    assert max(decoded) <= preparing.MOST_AT_ONCE + 4
    assert sum(decoded) < 5 * len(steps)


def test_going_to_and_fro_over_a_key_picture_decodes_no_group_twice(
    open_clip: Callable[[bytes], Opened],
) -> None:
    clip, wanted = open_clip(clip_object(made_clip("h264-transport"))), frames_of("h264-transport")
    decoded = 0
    for index in (2 * GROUP, *(2 * GROUP + step for step in (-1, 0, -2, 1, -1, 2, -3, 0, -1, 1) * 3)):
        assert _same(clip.frame(index).pixels, wanted[index])
        decoded += clip.pictures
    assert decoded <= FRAMES + 4


def test_who_goes_on_forwards_decodes_each_picture_once(open_clip: Callable[[bytes], Opened]) -> None:
    clip = open_clip(clip_object(made_clip("h264-mp4", frames=120), frames=120))
    decoded = 0
    for index in range(110):
        clip.frame(index)
        decoded += clip.pictures
    assert decoded <= 120


@pytest.mark.parametrize("name", ["mpeg2-bare", "h264-mp4", "h264-slices", "h264-open-groups", "hevc", "hevc-fields"])
@pytest.mark.parametrize("part", [0.3, 0.55])
def test_going_back_over_damage_never_shows_an_unmarked_wrong_frame(
    part: float, name: str, open_clip: Callable[[bytes], Opened]
) -> None:
    data = bytearray(made_clip(name))
    start = int(len(data) * part)
    data[start : start + 300] = bytes(300)
    wanted, clip = frames_of(name), open_clip(clip_object(bytes(data), FORMS[name].syntax))
    found = [_tried(clip, index) for index in range(clip.object.description.number_of_frames - 1, -1, -1)]
    silent = [frame.pixels for frame in found if frame is not None and not frame.marks]
    assert all(any(_same(pixels, true) for true in wanted) for pixels in silent)
    assert len(silent) < FRAMES


def test_trouble_in_the_group_before_is_no_trouble_of_the_picture_jumped_to(
    open_clip: Callable[[bytes], Opened],
) -> None:
    data, wanted = bytearray(made_clip("mpeg2-bare")), frames_of("mpeg2-bare")
    data[len(data) // 2 : len(data) // 2 + 2048] = bytes(2048)
    silent = []
    for index in range(FRAMES - 1, 0, -1):
        frame = _tried(open_clip(clip_object(bytes(data), FORMS["mpeg2-bare"].syntax)), index)
        if frame is not None and not frame.marks:
            silent.append(index)
            assert any(_same(frame.pixels, true) for true in wanted)
    assert len(silent) >= FRAMES - 2 * GROUP


def test_little_memory_is_kept_and_is_enough(
    open_clip: Callable[[bytes], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_player, "_KEPT_BYTES", 3 * WIDTH * HEIGHT)
    clip, wanted = open_clip(clip_object(made_clip("h264-mp4"))), frames_of("h264-mp4")
    assert all(_same(clip.frame(index).pixels, wanted[index]) for index in (30, 29, 10, 31, 30))


class Call:
    """What a task is called with; notes each picture in hand."""

    def __init__(self, data: bytes, stop_after: int | None = None) -> None:
        self.data, self.file = memoryview(data), None
        self.items: list[int | str] = []
        self._stop_after = stop_after

    def part(self, header: object, data: object = None) -> None:
        raise NotImplementedError

    def working_on(self, item: int | str) -> None:
        self.items.append(item)

    def check(self) -> None:
        if self._stop_after is not None and len(self.items) >= self._stop_after:
            raise Cancelled


def test_each_picture_on_a_long_way_has_its_own_time_and_the_way_can_be_left() -> None:
    data, tasks = clip_object(made_clip("h264-one-key-picture")), DecodeTasks()
    wish = {"key": "clip", "frame_index": FRAMES - 1}
    first = Call(data)
    tasks.describe(wish, first)
    assert first.items == list(range(FRAMES))
    left = Call(data, stop_after=9)
    with pytest.raises(Cancelled):
        tasks.frame(wish, left)
    taken_up = Call(data)
    tasks.frame(wish, taken_up)
    assert left.items + taken_up.items == list(range(FRAMES + 1))
    tasks.frame({**wish, "frame_index": FRAMES - 2}, back := Call(data))
    assert back.items == []
    tasks._clips.close()


def test_a_damaged_group_behind_is_not_decoded_anew_with_each_step(open_clip: Callable[[bytes], Opened]) -> None:
    count = 120
    data = bytearray(made_clip("mpeg2-bare", frames=count))
    data[len(data) // 2 : len(data) // 2 + 2048] = bytes(2048)
    clip, decoded, refused = open_clip(clip_object(bytes(data), MPEG2, count)), 0, 0
    for index in range(count - 1, -1, -1):
        refused += _tried(clip, index) is None
        decoded += clip.pictures
    assert refused > 0
    assert decoded <= 2 * count


def test_preparing_a_step_back_can_be_left_and_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "MOST_AT_ONCE", 1)
    data, tasks = clip_object(made_clip("h264-mp4", frames=120), frames=120), DecodeTasks()
    wish = {"key": "clip", "frame_index": 5 * GROUP}
    tasks.describe(wish, Call(data))
    tasks.frame(wish, whole := Call(data))
    assert len(whole.items) > GROUP
    for stop in (3, GROUP):
        tasks._clips.close()
        left, taken_up = Call(data, stop_after=stop), Call(data)
        with pytest.raises(Cancelled):
            tasks.frame(wish, left)
        tasks.frame(wish, taken_up)
        assert left.items + taken_up.items == whole.items
    tasks._clips.close()


def test_clips_one_behind_the_other_whose_clocks_begin_anew_are_not_mixed(open_clip: Callable[[bytes], Opened]) -> None:
    for name in ("h264-transport", "mpeg2-bare"):
        other = made_clip(name, "mandelbrot")
        clip = open_clip(clip_object(made_clip(name) + other, FORMS[name].syntax, 2 * FRAMES))
        own = open_clip(clip_object(other, FORMS[name].syntax))
        assert clip.object.description.number_of_frames == 2 * FRAMES
        assert all(_same(clip.frame(index).pixels, frames_of(name)[index]) for index in (FRAMES - 1, 3))
        found = [clip.frame(FRAMES + index).pixels for index in (0, 20, 19)]
        assert all(_same(pixels, own.frame(index).pixels) for pixels, index in zip(found, (0, 20, 19), strict=True))


def _tried(clip: Opened, index: int) -> StoredFrame | None:
    try:
        return clip.frame(index)
    except DicomError as error:
        if error.code not in ("decode-failed", "frame-absent"):
            raise
        return None


@pytest.mark.sweep(keep=10)
@pytest.mark.parametrize("name", FORMS)
def test_sectors_of_zeros_in_a_clip_never_make_an_unmarked_wrong_frame(
    name: str, open_clip: Callable[[bytes], Opened]
) -> None:
    data = bytearray(made_clip(name))
    data[len(data) // 2 : len(data) // 2 + 2048] = bytes(2048)
    wanted, clip = frames_of(name), open_clip(clip_object(bytes(data), FORMS[name].syntax))
    found = [_tried(clip, index) for index in range(clip.object.description.number_of_frames)]
    silent = [index for index, frame in enumerate(found) if frame is not None and not frame.marks]
    assert [index for index in silent if not any(_same(found[index].pixels, frame) for frame in wanted)] == []  # type: ignore[union-attr]
    assert len(silent) < FRAMES


@pytest.mark.parametrize("name", ["mpeg2", "mpeg2-interlaced", "h264-bare", "h264-bottom-field-first"])
def test_of_a_clip_that_ends_in_the_middle_of_a_picture_that_picture_is_refused(
    name: str, open_clip: Callable[[bytes], Opened]
) -> None:
    whole = made_clip(name)
    clip = open_clip(clip_object(whole[: len(whole) * 2 // 3], FORMS[name].syntax))
    count = clip.object.description.number_of_frames
    assert GROUP < count < FRAMES
    assert clip.object.description.frames_declared == FRAMES
    found = [_tried(clip, index) for index in range(count)]
    assert None in found
    assert all(_same(frame.pixels, frames_of(name)[index]) for index, frame in enumerate(found) if frame)


STREAMS = [name for name, form in FORMS.items() if form.suffix != "mp4"]


@pytest.mark.parametrize("lost", [5, 60, 1500])
@pytest.mark.parametrize("name", STREAMS)
def test_the_last_picture_of_a_stream_that_was_cut_is_never_shown_unmarked(
    name: str, lost: int, open_clip: Callable[[bytes], Opened]
) -> None:
    wanted, clip = frames_of(name), open_clip(clip_object(made_clip(name)[:-lost], FORMS[name].syntax))
    found = [_tried(clip, index) for index in range(clip.object.description.number_of_frames)]
    silent = [frame.pixels for frame in found if frame is not None and not frame.marks]
    assert all(any(_same(pixels, true) for true in wanted) for pixels in silent)
    assert silent


@pytest.mark.parametrize("name", ["h264-slices", "h264-slices-bare", "hevc-slices"])
@pytest.mark.parametrize("which", range(4))
def test_a_picture_without_one_of_its_slices_is_never_shown_unmarked(
    which: int, name: str, open_clip: Callable[[bytes], Opened]
) -> None:
    whole, wanted = made_clip(name), frames_of(name)
    slices = [found.start() for found in re.finditer(rb"\x00\x00\x01[\x01\x02\x21\x41\x61]", whole)]
    start, end = slices[len(slices) // 2 + which : len(slices) // 2 + which + 2]
    clip = open_clip(clip_object(whole[:start] + bytes(end - start) + whole[end:], FORMS[name].syntax))
    found = [_tried(clip, index) for index in range(clip.object.description.number_of_frames)]
    silent = [frame.pixels for frame in found if frame is not None and not frame.marks]
    assert all(any(_same(pixels, true) for true in wanted) for pixels in silent)
    assert 0 < len(silent) < FRAMES


def test_fields_stay_fields_when_one_is_cut_off_in_its_head(open_clip: Callable[[bytes], Opened]) -> None:
    whole = made_clip("hevc-fields-bottom-first")
    for length in range(7800, 8000, 25):
        clip = open_clip(clip_object(whole[:length], HEVC))
        found = [_tried(clip, index) for index in range(clip.object.description.number_of_frames)]
        assert {frame.pixels.shape for frame in found if frame} == {(HEIGHT, WIDTH, 3)}


def test_a_cut_mp4_without_its_table_is_refused(open_clip: Callable[[bytes], Opened]) -> None:
    clip = open_clip(clip_object(made_clip("h264-mp4")[:-3000]))
    with pytest.raises(DicomError, match="decode-failed"):
        clip.frame(0)


def test_another_size_than_the_file_says_is_shown_and_told(open_clip: Callable[[bytes], Opened]) -> None:
    clip = open_clip(clip_object(made_clip("h264-mp4"), rows=HEIGHT * 2))
    frame = clip.frame(1)
    assert (frame.pixels.shape, frame.marks) == ((HEIGHT, WIDTH, 3), ("codestream-size-differs",))


class TestWithoutFfmpeg:
    """Where its libraries are not those that are known, OpenCV reads clips, and is believed only where proved."""

    @pytest.fixture(autouse=True)
    def _without(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(video, "ffmpeg", lambda: None)

    def test_an_unlaced_clip_is_shown(self, open_clip: Callable[[bytes], Opened]) -> None:
        clip, wanted = open_clip(clip_object(made_clip("h264-mp4"), frames=1)), frames_of("h264-mp4")
        assert clip.object.description.number_of_frames == FRAMES
        for index in (0, 20, 19, 35, 1):
            assert np.abs(clip.frame(index).pixels.astype(int) - wanted[index]).mean() < 2

    @pytest.mark.parametrize("name", ["mpeg2-interlaced", "h264-top-field-first", "hevc-fields"])
    def test_no_frame_of_an_interlaced_clip_is_shown(self, name: str, open_clip: Callable[[bytes], Opened]) -> None:
        open_clip(clip_object(made_clip("h264-mp4"))).frame(3)
        clip = open_clip(clip_object(made_clip(name), FORMS[name].syntax))
        for index in (0, 1, 20, FRAMES - 1):
            with pytest.raises(DicomError, match="unsupported-transfer-syntax"):
                clip.frame(index)

    def test_what_cannot_be_told_from_a_left_over_is_refused(self, open_clip: Callable[[bytes], Opened]) -> None:
        clip = open_clip(clip_object(made_clip("mpeg2", "color", 3), MPEG2, 3))
        with pytest.raises(DicomError, match="unsupported-transfer-syntax"):
            clip.frame(1)


def test_the_names_of_the_transfer_syntaxes_are_those_of_clips() -> None:
    assert {described(clip_object(made_clip("h264-mp4"), syntax)).description.kind for syntax in (H264, MPEG2)} == {
        "video"
    }
