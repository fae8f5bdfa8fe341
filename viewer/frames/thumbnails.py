"""Small pictures of a study's display sets, one at a time, while nothing else is to do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.lanes import Ended, Event, NewestFirstLane
from dicom.series.display_sets import DisplaySet
from dicom.showing.windows.set_window import has_no_window
from viewer.frames.loading import FrameDecoder
from viewer.frames.set_windows import SetWindows
from viewer.request_key import RequestKey
from viewer.study.open_study import OpenStudy

Picture = NDArray[np.uint8]
Came = Callable[[str, Picture | None], None]


class Thumbnails:
    """Asks for the middle of each set; `came` is told the set's key and its picture, None where there is none."""

    def __init__(
        self, study: OpenStudy, windows: SetWindows, decoder: FrameDecoder, lane: NewestFirstLane, came: Came
    ) -> None:
        self._study = study
        self._windows = windows
        self._decoder = decoder
        self._lane = lane
        self._came = came
        self._side = 0
        self._asked: set[str] = set()
        self._busy = False
        self._stopped = False

    def want(self, side: int) -> None:
        """Say how large small pictures are to be, in pixels; 0 is none."""
        self._side = side
        self.ask()

    def stop(self) -> None:
        """Ask for nothing more, for good; what was asked for is not taken any more."""
        self._stopped = True

    def ask(self) -> None:
        """Ask for the next one, once the study is read and the set's window is known."""
        if self._busy or self._stopped or not self._side or self._study.reading:
            return
        item = next((each for each in self._study.sets if each.key not in self._asked and each.kind != "other"), None)
        if item is None:
            return
        self._windows.want(item)
        if not self._windows.is_pending(item.key):  # else asked again when its window is known
            self._request(item)

    def needs_sets_now(self) -> bool:
        """Small pictures are in no hurry."""
        return False

    def take_sets(self) -> None:
        """They are asked for once all has been read."""

    def more_was_read(self) -> None:
        """Begin when the study is read."""
        self.ask()

    def _request(self, item: DisplaySet) -> None:
        self._busy = True
        self._asked.add(item.key)
        middle = item.frames[len(item.frames) // 2]
        said = middle.description
        work = partial(
            self._decoder.thumbnail,
            middle.content,
            self._side,
            of=said.sop_instance_uid,
            frame_index=middle.frame_index if said.kind == "image" else None,
            window=self._windows.window(item.key) if has_no_window(said, middle.frame_index) else None,
        )
        key = RequestKey(self._study.key, "thumbnail", item.key)
        self._lane.request(key, work, partial(self._ended, item.key))

    def _ended(self, key: str, event: Event[Picture]) -> None:
        if not isinstance(event, Ended) or self._stopped:
            return
        self._busy = False
        self._came(key, event.result)
        self.ask()
