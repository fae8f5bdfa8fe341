"""Where one viewport is in a study: which set, which frame of it, and which moves wait for more to be read.

Plain Python; lives in the thread the loader's lane delivers to. `told` hears what changed, and then looks here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from dicom.description import Window
from dicom.series.display_sets import DisplaySet, ShownFrame, first_to_show
from viewer.frames.loader import FrameLoader
from viewer.frames.loading import LoadedFrame
from viewer.frames.prefetch import FrameKey, frame_key
from viewer.frames.set_windows import SetWindows
from viewer.study.known import KnownSeries
from viewer.study.open_study import OpenStudy

Change = Literal["sets", "set", "frame", "arrived", "window", "progress", "waits"]
Told = Callable[[Change], None]
Move = Callable[[], None]

_LAST = 1 << 30


class Position:
    """One viewport's place in an open study.

    Moves asked for before there is anything to move in are held for this study and done when there is; a move beyond
    what has been read of a series goes on as more of it comes.

    Changes: "sets" (the list), "set" (another one is shown), "frame" (another frame of it), "arrived" (the shown frame
    came or failed), "window" (the one of the shown set was found), "progress" (more objects were described), "waits"
    (a series was chosen of which nothing was read yet).
    """

    def __init__(self, viewport: str, loader: FrameLoader, told: Told, study: OpenStudy, windows: SetWindows) -> None:
        self.viewport = viewport
        self._loader = loader
        self._told = told
        loader.add(viewport, self._frame_came)
        self._begin(study, windows)

    def _begin(self, study: OpenStudy, windows: SetWindows) -> None:
        self.study = study
        self.waits_for = ""  # the known series that was chosen, until something of it was read
        self.index = 0
        self._windows = windows
        self.current: DisplaySet | None = None  # the set that is shown
        self._touched = False
        self._held: list[Move] = []
        self._beyond = 0  # images further than the shown set has yet
        self._waits_for_window = False

    def begin(self, study: OpenStudy, windows: SetWindows) -> None:
        """Show another study from its start; nothing of the place in the last one stays."""
        self._loader.show(self.viewport, study.key, (), 0)
        self._begin(study, windows)

    def tell(self) -> None:
        """Tell of a study that was begun with."""
        if self.study.sets:
            self.take_sets()
        else:
            self._told("sets")
            self._told("set")

    # what is there

    @property
    def frame(self) -> ShownFrame | None:
        """The frame that is wanted now, whether it has come or not."""
        return self.current.frames[self.index] if self.current is not None else None

    @property
    def loaded(self) -> LoadedFrame | None:
        """The wanted frame, ready for drawing; a set's first one waits a moment for the window that suits all of it."""
        frame = self.frame
        waits = self._waits_for_window and self._windows.is_pending(self._current_key)
        return None if frame is None or waits else self._loader.get(self._key(frame))

    @property
    def set_window(self) -> Window | None:
        """The window that suits the whole set, where its file gives none and it is known."""
        return self._windows.window(self._current_key)

    @property
    def error(self) -> Exception | None:
        """Why the wanted frame cannot be shown."""
        frame = self.frame
        if frame is None:
            return None
        return self.study.errors.get(frame.content.key) or self._loader.error(self._key(frame))

    def is_there(self, index: int) -> bool:
        """Tell whether a frame of the current set is ready."""
        current = self.current
        return current is not None and self._loader.get(self._key(current.frames[index])) is not None

    @property
    def is_awaited(self) -> bool:
        """Whether what steps would go through is not there yet."""
        if not self.study.reading:
            return False
        return bool(self.waits_for) or not (
            self._is_settled() or (self.current is not None and self.loaded is not None)
        )

    # what the person does

    def go_to(self, index: int) -> None:
        """Show another frame of the shown set; beyond the ends is the end."""
        self._held = []
        self._move(index)

    def go_to_first(self) -> None:
        """Show the set's first frame."""
        self._do_or_hold(partial(self._move, 0))

    def go_to_last(self) -> None:
        """Show the set's last frame."""
        self._do_or_hold(partial(self._move, _LAST))

    def step(self, steps: int) -> None:
        """Show the frame so many further on."""
        self._do_or_hold(partial(self._step, steps))

    def choose(self, key: str) -> None:
        """Show another set from its start; a series that is only known yet is read first and then shown."""
        self._held = []
        self._choose(key)

    def step_set(self, steps: int) -> None:
        """Show the next or previous set; stops at the ends."""
        if self.is_awaited and not self.waits_for:
            self._held.append(partial(self.step_set, steps))
            return
        offered = self.study.entries
        at = self.waits_for or self._current_key
        places = [place for place, item in enumerate(offered) if item.key == at]
        if places:
            place = min(max(places[0] + steps, 0), len(offered) - 1)
            self.choose(offered[place].key)

    def wait_no_longer(self) -> None:
        """Show what is there although the set's window is still being found."""
        if self._waits_for_window:
            self._waits_for_window = False
            self._told("arrived")

    def try_again(self) -> None:
        """Ask once more for what failed: objects that would not say what they are, and frames."""
        self.study.try_again()
        self._loader.try_again(self.study.key)
        self._told("frame")

    def _do_or_hold(self, move: Move) -> None:
        if self.is_awaited:
            self._held.append(partial(self._do_or_hold, move))
        else:
            self._held = []
            move()

    def _do_held(self) -> None:
        """Do what was asked for before the set it is about was there."""
        if not self.waits_for and (self._is_settled() or not self.study.reading):
            held, self._held = self._held, []
            while held and not self._beyond:
                held.pop(0)()
            self._held += held

    def _is_settled(self) -> bool:
        """Tell whether the viewport stays at the set it shows when more of the study is read."""
        current = self.current
        return current is not None and (self._touched or current.is_diagnostic)

    def _step(self, steps: int) -> None:
        self._move(self.index + steps + (self._beyond if steps > 0 else 0))

    def _move(self, index: int) -> None:
        current, frame = self.current, self.frame
        if current is None or frame is None:
            return
        self._touched = True
        last = len(current.frames) - 1
        self._beyond = index - last if index > last and self.study.read_on(frame) else 0
        index = min(max(index, 0), last)
        if index != self.index:
            direction = 1 if index > self.index else -1
            self._show(current, index, direction)
            self._told("frame")

    def _choose(self, key: str) -> None:
        chosen = next((item for item in self.study.entries if item.key == key), None)
        if isinstance(chosen, KnownSeries):
            self.waits_for, self._touched, self._beyond = key, True, 0
            self.study.prefer(chosen)
            self._told("waits")
        elif chosen is not None and key == self._current_key and self.waits_for:  # back before the other one came
            self.waits_for = ""
            self._told("sets")
            self._told("frame")
        elif chosen is not None and key != self._current_key:
            self.waits_for, self._touched, self._beyond = "", True, 0
            self._waits_for_window = True
            self._show(chosen, 0, 1)
            self._told("set")

    # what comes in

    def needs_sets_now(self) -> bool:
        """Tell whether what was just read is what the person waits for."""
        return bool(self._beyond or self.study.read_of(self.waits_for))

    def take_sets(self) -> None:
        """Find the place in the new sets, or go to what was waited for."""
        came = self.study.read_of(self.waits_for)
        if came:
            self.waits_for = ""
        self._find_place()
        if came:
            self._choose(next(item.key for item in self.study.sets if _holds(item, came)))
        elif self._beyond:
            self._move(self.index + self._beyond)

    def more_was_read(self) -> None:
        """Do what waited for it."""
        self._do_held()
        self._told("progress")

    def window_found(self, key: str) -> None:
        """Show a set in its window, which is known now or known better."""
        if key == self._current_key:
            self._waits_for_window = False
            self._told("window")

    def _find_place(self) -> None:
        """Stay at the frame the person is at, unless they have not touched anything yet."""
        before, sets = self.frame, self.study.sets
        if not sets:
            self.current = None
            self._told("sets")
            return
        chosen, index = self._place_of(before) if self._touched else (sets[first_to_show(sets)], 0)
        another = chosen.key != self._current_key and (before is None or before.key != chosen.frames[index].key)
        self._waits_for_window = self._waits_for_window or another
        self._show(chosen, index, 1)
        self._told("sets")
        self._told("set" if another else "frame")

    def _place_of(self, frame: ShownFrame | None) -> tuple[DisplaySet, int]:
        for item in self.study.sets:
            for index, other in enumerate(item.frames):
                if frame is not None and other.key == frame.key:
                    return item, index
        return self.study.sets[first_to_show(self.study.sets)], 0

    def _show(self, chosen: DisplaySet, index: int, direction: int) -> None:
        self.current, self.index = chosen, index
        can_be_shown = chosen.kind != "other"
        self._loader.show(self.viewport, self.study.key, chosen.frames if can_be_shown else (), index, direction)
        self._windows.want(chosen, growing=self.study.reading)

    def _frame_came(self, key: FrameKey) -> None:
        frame = self.frame
        if frame is not None and self._key(frame) == key:
            self._told("arrived")

    @property
    def _current_key(self) -> str:
        return "" if self.current is None else self.current.key

    def _key(self, frame: ShownFrame) -> FrameKey:
        return frame_key(self.study.key, frame)


def _holds(item: DisplaySet, wanted: frozenset[str]) -> bool:
    return any(frame.content.key in wanted for frame in item.frames)
