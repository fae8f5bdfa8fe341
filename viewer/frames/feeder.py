"""Keeps the frames around the shown one coming: the shown one first, then ahead in the direction of scrolling.

Lives in the thread its lane delivers to. At most as many frames are asked for as the lane has threads, so the next one
is always chosen by where the person is now, and a frame nobody waits for any more delays the wanted one by one decode
at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from core.lanes import Ended, Event, NewestFirstLane, RunningJob
from dicom.series.display_sets import ShownFrame
from viewer.frames.cache import FrameCache, clip_order, read_ahead_order
from viewer.frames.loading import FrameDecoder, LoadedFrame, load_frame

Key = tuple[str, int]
_AT_ONCE = 2
_CLIP_AT_ONCE = 1  # one worker goes through a clip; two would decode all of it twice
_SMALLEST_GUESS = 1 << 16


class FrameFeeder:
    """Loads frames of one display set at a time; `arrived` is called with the key of each that came or failed."""

    def __init__(
        self, decoder: FrameDecoder, lane: NewestFirstLane, arrived: Callable[[Key], None], limit: int
    ) -> None:
        self._decoder = decoder
        self._lane = lane
        self._arrived = arrived
        self._cache: FrameCache[LoadedFrame] = FrameCache(limit)
        self._errors: dict[Key, Exception] = {}
        self._asked: dict[Key, RunningJob[LoadedFrame]] = {}
        self._round = 0  # what was asked for before the last `clear` is not taken any more
        self._frames: Sequence[ShownFrame] = ()
        self._order: list[int] = []
        self._ahead: Iterator[tuple[int, int]] = iter(())
        self._guess = _SMALLEST_GUESS
        self._stopped = False

    def show(self, frames: Sequence[ShownFrame], index: int, direction: int = 1) -> None:
        """Say which frame is shown now and which way the person goes."""
        self._frames = frames
        self._order = _order(frames, index, direction)
        self._cache.focus([frames[place].key for place in self._order])
        self._ahead = enumerate(self._order)
        if _is_clip(frames):
            self._leave_for(frames[index].key)
        self._ask()

    def get(self, key: Key) -> LoadedFrame | None:
        """Return a frame that has come."""
        return self._cache.get(key)

    def error(self, key: Key) -> Exception | None:
        """Return why a frame cannot be shown."""
        return self._errors.get(key)

    def held(self) -> int:
        """Return how many of the set's frames are in memory."""
        return sum(frame.key in self._cache for frame in self._frames)

    def try_again(self) -> None:
        """Forget what failed and ask for it once more."""
        self._errors.clear()
        self._ahead = enumerate(self._order)
        self._ask()

    def clear(self) -> None:
        """Let go of all frames and of what was asked for."""
        self._frames, self._order, self._ahead = (), [], iter(())
        self._errors.clear()
        self._cache.clear()
        asked, self._asked = self._asked, {}
        self._round += 1
        self._lane.keep_only(lambda key: key not in asked)

    def stop(self) -> None:
        """Ask for nothing more."""
        self._stopped = True
        self.clear()

    def _ask(self) -> None:
        while len(self._asked) < self._at_once() and not self._stopped:
            frame = self._next()
            if frame is None:
                return
            work = partial(load_frame, self._decoder, frame)
            told = partial(self._ended, self._round, frame.key)
            self._asked[frame.key] = self._lane.request(frame.key, work, told)

    def _leave_for(self, wanted: Key) -> None:
        """Stop on the way to another frame of a clip, which may be long, where the shown one is not there yet."""
        if wanted not in self._cache and wanted not in self._asked and wanted not in self._errors:
            for job in list(self._asked.values()):
                job.stop()

    def _at_once(self) -> int:
        return _CLIP_AT_ONCE if _is_clip(self._frames) else _AT_ONCE

    def _next(self) -> ShownFrame | None:
        """Return the most wanted frame that is not there, as long as there is room for it."""
        for rank, place in self._ahead:
            frame = self._frames[place]
            if frame.key in self._cache or frame.key in self._asked or frame.key in self._errors:
                continue
            if rank > 0 and not self._cache.room_for(rank, self._guess):
                self._ahead = iter(())
                return None
            return frame
        return None

    def _ended(self, asked_in: int, key: Key, event: Event[LoadedFrame]) -> None:
        if not isinstance(event, Ended) or asked_in != self._round:
            return
        self._asked.pop(key, None)
        if event.result is not None:
            self._guess = event.result.nbytes
            self._cache.put(key, event.result)
        elif event.error is not None:
            self._errors[key] = event.error
        self._ask()
        self._arrived(key)


def _is_clip(frames: Sequence[ShownFrame]) -> bool:
    return bool(frames) and frames[0].description.kind == "video"


def _order(frames: Sequence[ShownFrame], index: int, direction: int) -> list[int]:
    """Return the places of the frames, the most wanted first."""
    if not frames:
        return []
    if _is_clip(frames):
        return list(clip_order(index, len(frames), direction))
    return list(read_ahead_order(index, len(frames), direction))
