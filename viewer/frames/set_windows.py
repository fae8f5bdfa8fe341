"""Finds the window of stacks whose files give none, a slice at a time while the first picture is already on its way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from core.errors import ScanshelfError
from core.job import Job
from core.lanes import Ended, Event, NewestFirstLane
from dicom.description import Window
from dicom.series.display_sets import DisplaySet, ShownFrame
from dicom.showing.windows.set_window import Spread, has_no_window, next_places, steady, window_of
from viewer.frames.loading import FrameDecoder
from viewer.request_key import RequestKey

Came = Callable[[str], None]
FrameKey = tuple[str, int]
_SECONDS_AT_ONCE = 0.1
_GROWN = 2  # times as many frames: then a stack that is still being read is looked at again


@dataclass(slots=True)
class _Search:
    """What is known of one set."""

    frames: Sequence[ShownFrame] = ()  # all of them, to see whether there are new ones
    sampled: list[ShownFrame] = field(default_factory=list)
    window: Window | None = None
    done: bool = False
    growing: bool = False
    places: set[int] = field(default_factory=set)  # of the sampled frames, that are looked at


def spreads_of_some(decoder: FrameDecoder, frames: Sequence[ShownFrame], job: Job) -> dict[FrameKey, Spread]:
    """Look at frames in order for a moment, at least at one; what cannot be read has nothing to tell."""
    found: dict[FrameKey, Spread] = {}
    began = time.monotonic()
    for frame in frames:
        job.check()
        try:
            found[frame.key] = decoder.spread(frame.ref, job)
        except (ScanshelfError, OSError):
            found[frame.key] = ()
        if time.monotonic() - began > _SECONDS_AT_ONCE:
            break
    return found


class SetWindows:
    """One window for each set that was wanted; `came` is told the key when it is known, or known better.

    Lives in the thread its lane delivers to. Frames by the same key are looked at once.
    """

    def __init__(self, study: str, decoder: FrameDecoder, lane: NewestFirstLane, came: Came) -> None:
        self._study = study
        self._decoder = decoder
        self._lane = lane
        self._came = came
        self._searches: dict[str, _Search] = {}
        self._spreads: dict[FrameKey, Spread] = {}
        self._asking: str | None = None
        self._waiting: list[str] = []
        self._stopped = False

    def want(self, item: DisplaySet, *, growing: bool = False) -> None:
        """Find the window of a set; while it is `growing` only now and then anew. Cheap if it is known."""
        search = self._searches.setdefault(item.key, _Search())
        if search.frames is item.frames:
            return
        search.frames = item.frames
        can_be_windowed = item.frames if item.kind in ("stack", "clip") else ()
        sampled = [frame for frame in can_be_windowed if has_no_window(frame.description, frame.frame_index)]
        if len(sampled) < 2:
            search.done = not (growing and sampled)
            return
        if growing and search.window is not None and len(sampled) < _GROWN * len(search.sampled):
            return
        search.sampled, search.done, search.growing, search.places = sampled, False, growing, set()
        self._waiting = [item.key, *(key for key in self._waiting if key != item.key)]
        self._ask()

    def window(self, key: str) -> Window | None:
        """Return the window of a set, None where the file gives one or it is not known."""
        search = self._searches.get(key)
        return None if search is None else search.window

    def is_pending(self, key: str) -> bool:
        """Tell whether a window of a set will come that has none yet."""
        search = self._searches.get(key)
        return search is not None and not search.done and search.window is None

    def stop(self) -> None:
        """Look for nothing more, for good; what was asked for is not taken any more."""
        self._stopped = True
        self._waiting = []

    def _ask(self) -> None:
        while self._asking is None and self._waiting:
            key = self._waiting[0]
            search = self._searches[key]
            known = self._known(search)
            places = next_places(len(search.sampled), known)
            search.places.update(places)
            unknown = [search.sampled[place] for place in places if search.sampled[place].key not in self._spreads]
            if unknown:
                self._asking = key
                work = partial(spreads_of_some, self._decoder, unknown)
                self._lane.request(RequestKey(self._study, "window", key), work, partial(self._ended, unknown[0]))
            elif not places:
                self._waiting.remove(key)
                self._finish(key, search, window_of(known))

    def _finish(self, key: str, search: _Search, found: Window | None) -> None:
        search.window = steady(search.window, found) if search.growing else found or search.window
        search.done = True
        self._came(key)

    def _known(self, search: _Search) -> dict[int, Spread]:
        frames = {place: search.sampled[place].key for place in search.places}
        return {place: self._spreads[key] for place, key in frames.items() if key in self._spreads}

    def _ended(self, first: ShownFrame, event: Event[dict[FrameKey, Spread]]) -> None:
        if not isinstance(event, Ended) or self._stopped:
            return
        self._spreads.update(event.result or {first.key: ()})
        self._asking = None
        self._ask()
