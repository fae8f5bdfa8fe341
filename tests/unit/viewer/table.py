"""A desk with real lanes whose calls are made in the test's own thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.lanes import NewestFirstLane
from dicom.source import Content
from viewer.desk import Change, Desk
from viewer.frames.loading import FrameDecoder
from viewer.viewport.stage import Stage


@dataclass
class ViewerEngine:
    """Desk and stage as the panel joins them, without a window."""

    decoder: FrameDecoder
    thumbnails: dict[str, NDArray[np.uint8] | None] = field(default_factory=dict)
    stage: Stage = field(default_factory=Stage)
    changes: list[Change] = field(default_factory=list)
    calls: queue.Queue[Callable[[], None]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.lane = NewestFirstLane("viewing", self.calls.put, threads=2)
        self.desk = Desk(self.decoder, self.lane, self._told, self.thumbnails.__setitem__, 64 << 20)

    def close(self) -> None:
        self.desk.stop()
        self.lane.close()

    def open(self, contents: Sequence[Content]) -> None:
        self.desk.open(contents)
        self.pump(lambda: not self.desk.reading and self.desk.loaded is not None)

    def pump(self, until: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not until():
            self.calls.get(timeout=max(0.01, deadline - time.monotonic()))()

    def see(self, index: int) -> NDArray[np.uint8]:
        """Go to an image of the set; return it as shown, one image pixel for one of the screen."""
        self.desk.go_to(index)
        self.pump(lambda: self.desk.loaded is not None)
        self._show()
        made = self.stage.picture()
        assert made is not None
        return made[0]

    def _told(self, change: Change) -> None:
        self.changes.append(change)
        if change == "set":
            self.stage.begin()
        self._show()

    def _show(self) -> None:
        loaded = self.desk.loaded
        if loaded is not None:
            self.stage.resize((loaded.shape.columns, loaded.shape.rows))
            self.stage.take_look(self.desk.look)
            self.stage.show(loaded)
