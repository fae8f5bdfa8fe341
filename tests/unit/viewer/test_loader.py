"""How a clip's frames are asked for: one at a time, and the shown one before all."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from core.job import Job
from core.lanes import NewestFirstLane
from dicom.clips import player as clip_player
from dicom.clips.video import Clips
from dicom.description import ObjectDescription
from dicom.objects.opened import open_object
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import MemoryBytes
from dicom.series.display_sets import ShownFrame
from dicom.source import FileContent, FrameRef
from tests.clip_files import FORMS, GROUP, HEIGHT, WIDTH, clip_object, made_clip
from tests.gui.viewer.phantom_study import PhantomDecoder, clip
from viewer.frames.loader import FrameLoader
from viewer.frames.prefetch import frame_key

VIEWPORT, STUDY = "viewport 1", "study 1"
key = partial(frame_key, STUDY)


class Table:
    """A loader whose calls arrive here, and a decoder that waits until its gate is opened."""

    def __init__(self) -> None:
        self.decoder = PhantomDecoder()
        self.decoder.gate.clear()
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.lane = NewestFirstLane("viewing", self._calls.put, threads=2)
        self.loader = FrameLoader(self.decoder, self.lane, 64 << 20)
        self.loader.add(VIEWPORT, lambda _: None)

    def frames(self, said: ObjectDescription) -> list[ShownFrame]:
        content = self.decoder.add(said)
        return [ShownFrame(content, said, index) for index in range(said.number_of_frames)]

    def pump(self, until: Callable[[], bool]) -> None:
        while not until():
            self._calls.get(timeout=10)()

    def decoded(self) -> list[int]:
        return [index for _, index in self.decoder.decoded]


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    made.loader.stop()
    made.lane.close()


def test_a_long_way_to_a_frame_of_a_clip_is_left_for_another_frame(table: Table) -> None:
    frames = table.frames(replace(clip(100), kind="video"))
    table.loader.show(VIEWPORT, STUDY, frames, 90)
    assert table.decoder.decoding.wait(10)
    table.loader.show(VIEWPORT, STUDY, frames, 3)
    table.decoder.gate.set()
    table.pump(lambda: table.loader.get(key(frames[3])) is not None)
    assert table.decoded()[0] == 3
    table.loader.show(VIEWPORT, STUDY, frames, 90)
    table.pump(lambda: table.loader.get(key(frames[90])) is not None)
    assert table.loader.error(key(frames[90])) is None


def test_the_frames_of_a_clip_are_decoded_one_after_the_other(table: Table) -> None:
    frames = table.frames(replace(clip(20), kind="video"))
    table.decoder.gate.set()
    table.loader.show(VIEWPORT, STUDY, frames, 10)
    table.pump(lambda: all(table.loader.get(key(frame)) for frame in frames))
    assert table.decoded()[:7] == [10, 9, 11, 12, 13, 14, 8]


class CountingClips:
    """A decoder of one real clip in this process that counts the coded pictures it goes through."""

    def __init__(self, data: bytes) -> None:
        self.object = open_object(MemoryBytes(data))
        self.pictures = 0
        self._source, self._clips = MemoryBytes(data), Clips()

    def frame(self, ref: FrameRef, _job: Job, *, for_display: bool = False) -> StoredFrame:
        said, known = self.object.pixel_layout(), self.object.clip_index
        return self._clips.frame("clip", self._source, said, ref.frame_index, known, self._count)

    def _count(self, _number: int) -> None:
        self.pictures += 1

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} is not asked of a clip")


@pytest.mark.parametrize("name", ["h264-mp4", "h264-open-groups", "mpeg2"])
def test_whoever_steps_back_finds_each_frame_there_and_each_group_was_decoded_once_or_twice(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame_bytes = WIDTH * HEIGHT * 3
    monkeypatch.setattr(clip_player, "_KEPT_BYTES", (2 * GROUP + 6) * frame_bytes // 2)  # of 120 frames
    decoder = CountingClips(clip_object(made_clip(name, frames=120), FORMS[name].syntax, 120))
    said = decoder.object.description
    frames = [ShownFrame(FileContent("", "clip"), said, index) for index in range(said.number_of_frames)]
    calls: queue.Queue[Callable[[], None]] = queue.Queue()
    lane = NewestFirstLane("viewing", calls.put, threads=2)
    loader = FrameLoader(decoder, lane, 40 * 2 * frame_bytes)  # type: ignore[arg-type]
    loader.add(VIEWPORT, lambda _: None)
    first, last, ahead = 8 * GROUP, GROUP, 8

    def look_at(index: int) -> None:
        """Show a frame, and look at it until those behind it are there."""
        loader.show(VIEWPORT, STUDY, frames, index, -1 if index < first else 1)
        while not all(loader.get(key(frame)) for frame in frames[index - ahead : index + 1]):
            calls.get(timeout=10)()

    try:
        look_at(first)
        decoder.pictures = 0
        for index in range(first - 1, last - 1, -1):
            assert loader.get(key(frames[index])) is not None
            look_at(index)
    finally:
        loader.stop()
        lane.close()
    assert decoder.pictures <= 1.5 * (first - last)
