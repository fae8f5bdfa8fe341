"""Keeps the frames coming that the viewports want: one loader and one cache for all of them.

Lives in the thread its lane delivers to. At most as many frames are asked for as the lane has threads, so the next one
is always chosen by where people are now, and a frame nobody waits for any more delays the wanted one by one decode at
most. Each request names the viewport it is made for; a frame two of them want is asked for once and comes to both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from core.lanes import Ended, Event, NewestFirstLane, RunningJob
from dicom.series.display_sets import ShownFrame
from viewer.frames.cache import FrameCache, default_limit
from viewer.frames.loading import FrameDecoder, LoadedFrame, load_frame
from viewer.frames.prefetch import FrameKey, Prefetch
from viewer.request_key import RequestKey

_AT_ONCE = 2


class FrameLoader:
    """Loads frames of one display set a viewport; each hears of those of its own set that came or failed."""

    def __init__(self, decoder: FrameDecoder, lane: NewestFirstLane, limit: int | None = None) -> None:
        """`limit` is what all frames together may take, in bytes; without it a share of this computer's memory."""
        self.cache: FrameCache[LoadedFrame] = FrameCache(limit or default_limit())
        self._decoder = decoder
        self._lane = lane
        self._viewports: dict[str, Prefetch] = {}
        self._errors: dict[FrameKey, Exception] = {}
        self._asked: dict[FrameKey, tuple[Prefetch, RunningJob[LoadedFrame]]] = {}
        self._stopped = False

    def add(self, viewport: str, arrived: Callable[[FrameKey], None]) -> None:
        """Load for one more viewport; `arrived` is told the key of each frame that came or failed."""
        self._viewports[viewport] = Prefetch(viewport, arrived)

    def show(self, viewport: str, study: str, frames: Sequence[ShownFrame], index: int, direction: int = 1) -> None:
        """Say which frame of which set a viewport shows now, and which way the person goes."""
        prefetch = self._viewports[viewport]
        prefetch.show(study, frames, index, direction)
        self.cache.focus(prefetch.order(), viewport)
        if prefetch.is_clip:
            self._leave_for_shown(prefetch)
        self._ask()

    def get(self, key: FrameKey) -> LoadedFrame | None:
        """Return a frame that has come."""
        return self.cache.get(key)

    def error(self, key: FrameKey) -> Exception | None:
        """Return why a frame cannot be shown."""
        return self._errors.get(key)

    @property
    def busy(self) -> bool:
        """Whether frames are on their way."""
        return bool(self._asked)

    def try_again(self, study: str) -> None:
        """Forget what failed of a study and ask for it once more."""
        self._errors = {key: error for key, error in self._errors.items() if key[0] != study}
        for prefetch in self._viewports.values():
            prefetch.begin_again()
        self._ask()

    def forget(self, study: str) -> None:
        """Let go of all frames of a study and of what was asked for."""
        for prefetch in self._viewports.values():
            if prefetch.study == study:
                prefetch.show("", (), 0, 1)
                self.cache.focus((), prefetch.viewport)
        self._errors = {key: error for key, error in self._errors.items() if key[0] != study}
        for held in self.cache:
            if isinstance(held, tuple) and held[0] == study:
                self.cache.discard(held)
        for key in [key for key in self._asked if key[0] == study]:
            self._asked.pop(key)[1].stop()

    def stop(self) -> None:
        """Ask for nothing more, for good."""
        self._stopped = True
        for study in {prefetch.study for prefetch in self._viewports.values()}:
            self.forget(study)

    def _ask(self) -> None:
        while len(self._asked) < _AT_ONCE and not self._stopped:
            wanted = self._most_wanted()
            if wanted is None:
                return
            prefetch, key, frame = wanted
            work = partial(load_frame, self._decoder, frame)
            request = RequestKey(prefetch.viewport, "frame", key)
            self._asked[key] = prefetch, self._lane.request(request, work, partial(self._ended, key))

    def _most_wanted(self) -> tuple[Prefetch, FrameKey, ShownFrame] | None:
        """Return the frame nearest to what any viewport shows that is not there, as long as there is room for it."""
        best: tuple[int, int, Prefetch, FrameKey, ShownFrame] | None = None
        for prefetch in self._viewports.values():
            on_its_way = self._on_its_way(prefetch)
            found = None if on_its_way >= prefetch.at_once else prefetch.candidate(self._is_known)
            if found is None:
                continue
            rank, key, frame = found
            if rank > 0 and not self.cache.room_for(rank, prefetch.guess):
                prefetch.rest()
            elif best is None or (rank, on_its_way) < best[:2]:
                best = rank, on_its_way, prefetch, key, frame
        return None if best is None else best[2:]

    def _is_known(self, key: FrameKey) -> bool:
        return key in self.cache or key in self._asked or key in self._errors

    def _on_its_way(self, prefetch: Prefetch) -> int:
        return sum(asker is prefetch for asker, _ in self._asked.values())

    def _leave_for_shown(self, prefetch: Prefetch) -> None:
        """Stop on the way to another frame of a clip, which may be long, where the shown one is not there yet."""
        if prefetch.shown is None or self._is_known(prefetch.shown):
            return
        shown = {each.shown for each in self._viewports.values()}
        for key, (asker, job) in list(self._asked.items()):
            if asker is prefetch and key not in shown:
                job.stop()

    def _ended(self, key: FrameKey, event: Event[LoadedFrame]) -> None:
        if not isinstance(event, Ended) or key not in self._asked:
            return
        prefetch, _ = self._asked.pop(key)
        if event.result is not None:
            prefetch.guess = event.result.nbytes
            self.cache.put(key, event.result)
        elif event.error is not None:
            self._errors[key] = event.error
        elif event.state == "stopped":
            self._begin_again(key)
        self._ask()
        for each in self._viewports.values():
            if each.wants(key):
                each.arrived(key)

    def _begin_again(self, key: FrameKey) -> None:
        """Let the viewports that counted on a frame another one has left ask for it themselves."""
        for each in self._viewports.values():
            if each.wants(key):
                each.begin_again()
