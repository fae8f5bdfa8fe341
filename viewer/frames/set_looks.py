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

Came = Callable[[str], None]
FrameKey = tuple[str, int]
_SECONDS_AT_ONCE = 0.1
_GROWN = 2  # times as many frames: then a stack that is still being read is looked at again


@dataclass(slots=True)
class _Look:
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


class SetLooks:
    """One window for each set that was wanted; `came` is told the key when it is known, or known better.

    Lives in the thread its lane delivers to. Frames by the same key are looked at once.
    """

    def __init__(self, decoder: FrameDecoder, lane: NewestFirstLane, came: Came) -> None:
        self._decoder = decoder
        self._lane = lane
        self._came = came
        self._looks: dict[str, _Look] = {}
        self._spreads: dict[FrameKey, Spread] = {}
        self._asking: str | None = None
        self._waiting: list[str] = []
        self._round = 0

    def want(self, item: DisplaySet, *, growing: bool = False) -> None:
        """Find the window of a set; while it is `growing` only now and then anew. Cheap if it is known."""
        look = self._looks.setdefault(item.key, _Look())
        if look.frames is item.frames:
            return
        look.frames = item.frames
        can_be_windowed = item.frames if item.kind in ("stack", "clip") else ()
        sampled = [frame for frame in can_be_windowed if has_no_window(frame.description, frame.frame_index)]
        if len(sampled) < 2:
            look.done = not (growing and sampled)
            return
        if growing and look.window is not None and len(sampled) < _GROWN * len(look.sampled):
            return
        look.sampled, look.done, look.growing, look.places = sampled, False, growing, set()
        self._waiting = [item.key, *(key for key in self._waiting if key != item.key)]
        self._ask()

    def window(self, key: str) -> Window | None:
        """Return the window of a set, None where the file gives one or it is not known."""
        look = self._looks.get(key)
        return None if look is None else look.window

    def is_pending(self, key: str) -> bool:
        """Tell whether a window of a set will come that has none yet."""
        look = self._looks.get(key)
        return look is not None and not look.done and look.window is None

    def clear(self) -> None:
        """Forget all; what was asked for is not taken any more."""
        self._round += 1
        self._looks.clear()
        self._spreads.clear()
        self._asking, self._waiting = None, []

    def _ask(self) -> None:
        while self._asking is None and self._waiting:
            key = self._waiting[0]
            look = self._looks[key]
            known = self._known(look)
            places = next_places(len(look.sampled), known)
            look.places.update(places)
            unknown = [look.sampled[place] for place in places if look.sampled[place].key not in self._spreads]
            if unknown:
                self._asking = key
                work = partial(spreads_of_some, self._decoder, unknown)
                self._lane.request(("spread", key), work, partial(self._ended, self._round, unknown[0]))
            elif not places:
                self._waiting.remove(key)
                self._finish(key, look, window_of(known))

    def _finish(self, key: str, look: _Look, found: Window | None) -> None:
        look.window = steady(look.window, found) if look.growing else found or look.window
        look.done = True
        self._came(key)

    def _known(self, look: _Look) -> dict[int, Spread]:
        frames = {place: look.sampled[place].key for place in look.places}
        return {place: self._spreads[key] for place, key in frames.items() if key in self._spreads}

    def _ended(self, asked_in: int, first: ShownFrame, event: Event[dict[FrameKey, Spread]]) -> None:
        if not isinstance(event, Ended) or asked_in != self._round:
            return
        self._spreads.update(event.result or {first.key: ()})
        self._asking = None
        self._ask()
