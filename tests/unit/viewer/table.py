"""A viewport with real lanes whose calls are made in the test's own thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.lanes import NewestFirstLane
from dicom.source import Content
from viewer.frames.loading import FrameDecoder
from viewer.layout import Layout
from viewer.viewport.position import Change
from viewer.viewport.presentation import Presentation


@dataclass
class ViewerEngine:
    """Position and presentation as the panel joins them, without a window."""

    decoder: FrameDecoder
    thumbnails: dict[str, NDArray[np.uint8] | None] = field(default_factory=dict)
    presentation: Presentation = field(default_factory=Presentation)
    changes: list[Change] = field(default_factory=list)
    calls: queue.Queue[Callable[[], None]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.lane = NewestFirstLane("viewing", self.calls.put, threads=2)
        self.layout = Layout(self.decoder, self.lane, self._take_thumbnail, 64 << 20)
        self.position = self.layout.add_viewport(self._told)

    def close(self) -> None:
        self.layout.stop()
        self.lane.close()

    def open(self, contents: Sequence[Content]) -> None:
        self.layout.open(self.position, contents)
        self.pump(lambda: not self.position.study.reading and self.position.loaded is not None)

    def pump(self, until: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not until():
            self.calls.get(timeout=max(0.01, deadline - time.monotonic()))()

    def see(self, index: int) -> NDArray[np.uint8]:
        """Go to an image of the set; return it as shown, one image pixel for one of the screen."""
        self.position.go_to(index)
        self.pump(lambda: self.position.loaded is not None)
        self._show()
        made = self.presentation.picture()
        assert made is not None
        return made[0]

    def _take_thumbnail(self, study: str, key: str, picture: NDArray[np.uint8] | None) -> None:
        self.thumbnails[key] = picture

    def _told(self, change: Change) -> None:
        self.changes.append(change)
        if change == "set":
            self.presentation.begin()
        self._show()

    def _show(self) -> None:
        loaded = self.position.loaded
        if loaded is not None:
            self.presentation.resize((loaded.shape.columns, loaded.shape.rows))
            self.presentation.take_set_window(self.position.set_window)
            self.presentation.show(loaded)
