"""How a clip's frames are asked for: one at a time, and the shown one before all."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.lanes import NewestFirstLane
from dicom.description import ObjectDescription
from tests.gui.viewer.phantom_study import PhantomDecoder, clip
from viewer.frames.feeder import FrameFeeder
from viewer.study.display_sets import ShownFrame


class Table:
    """A feeder whose calls arrive here, and a decoder that waits until its gate is opened."""

    def __init__(self) -> None:
        self.decoder = PhantomDecoder()
        self.decoder.gate.clear()
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.lane = NewestFirstLane("viewing", self._calls.put, threads=2)
        self.feeder = FrameFeeder(self.decoder, self.lane, lambda key: None, 64 << 20)

    def frames(self, said: ObjectDescription) -> list[ShownFrame]:
        content = self.decoder.add(said)
        return [ShownFrame(content, said, index) for index in range(said.number_of_frames)]

    def pump(self, until: Callable[[], bool]) -> None:
        while not until():
            self._calls.get(timeout=10)()

    def decoded(self) -> list[int]:
        return [index for _key, index in self.decoder.decoded]


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    made.feeder.stop()
    made.lane.close()


def test_a_long_way_to_a_frame_of_a_clip_is_left_for_another_frame(table: Table) -> None:
    frames = table.frames(replace(clip(100), kind="video"))
    table.feeder.show(frames, 90)
    assert table.decoder.decoding.wait(10)
    table.feeder.show(frames, 3)
    table.decoder.gate.set()
    table.pump(lambda: table.feeder.get(frames[3].key) is not None)
    assert table.decoded()[0] == 3
    table.feeder.show(frames, 90)
    table.pump(lambda: table.feeder.get(frames[90].key) is not None)
    assert table.feeder.error(frames[90].key) is None


def test_the_frames_of_a_clip_are_decoded_one_after_the_other(table: Table) -> None:
    frames = table.frames(replace(clip(20), kind="video"))
    table.decoder.gate.set()
    table.feeder.show(frames, 10)
    table.pump(lambda: table.feeder.held() == 20)
    assert table.decoded()[:7] == [10, 11, 12, 9, 13, 14, 8]
