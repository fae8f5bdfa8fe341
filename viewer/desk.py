"""One study on the viewer's desk: its display sets, where the person is, and what is still coming.

Plain Python; lives in the thread its lane delivers to. `told` hears what changed, the panel then looks here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.lanes import Ended, Event, NewestFirstLane
from dicom.description import Window
from dicom.series.display_sets import DisplaySet, ShownFrame, StudyObject, build_display_sets, first_to_show
from dicom.showing.windows.set_window import has_no_window
from dicom.source import Content
from viewer.frames.cache import default_limit
from viewer.frames.feeder import FrameFeeder, Key
from viewer.frames.loading import FrameDecoder, LoadedFrame
from viewer.frames.set_looks import SetLooks
from viewer.frames.study_reader import Described, StudyReader, UnreadObject, unknown_object
from viewer.study.known import Entry, KnownSeries, entries, reading_order

Picture = NDArray[np.uint8]
Change = Literal["sets", "set", "frame", "arrived", "look", "progress", "waits"]
Told = Callable[[Change], None]
Move = Callable[[], None]
ThumbnailCame = Callable[[str, Picture | None], None]


_LAST = 1 << 30


class Desk:
    """What is open and where in it the person is.

    Moves asked for before there is anything to move in are held for this exam and done when there is; a move beyond
    what has been read of a series goes on as more of it comes.

    Changes: "sets" (the list), "set" (another one is shown), "frame" (another frame of it), "arrived" (the shown frame
    came or failed), "look" (the shown set's window was found), "progress" (more objects were described), "waits" (a
    series was chosen of which nothing was read yet).
    """

    def __init__(
        self,
        decoder: FrameDecoder,
        lane: NewestFirstLane,
        told: Told,
        thumbnail_came: ThumbnailCame,
        cache_limit: int | None = None,
    ) -> None:
        self.sets: tuple[DisplaySet, ...] = ()
        self.waits_for = ""  # the known series that was chosen, until something of it was read
        self.index = 0
        self.total = 0
        self.errors: dict[str, Exception] = {}  # by content key: objects that would not say what they are
        self._decoder = decoder
        self._lane = lane
        self._told = told
        self._thumbnail_came = thumbnail_came
        self._objects: list[StudyObject] = []
        self._known: tuple[KnownSeries, ...] = ()
        self._versions: dict[str, list[str]] = {}  # content keys by SOP Instance UID
        self._built_from = 0
        self._current = ""
        self._touched = False
        self._held: list[Move] = []
        self._beyond = 0  # images further than the shown set has yet
        self._patient = False
        self._thumbnails: set[str] = set()
        self._thumbnail_side = 0
        self._asking_thumbnail = False
        self._study = 0
        self._reader = StudyReader(decoder, lane, self._described)
        self._looks = SetLooks(decoder, lane, self._look_came)
        self._feeder = FrameFeeder(decoder, lane, self._frame_came, cache_limit or default_limit())

    # what is there

    @property
    def current(self) -> DisplaySet | None:
        """The set that is shown."""
        return next((item for item in self.sets if item.key == self._current), None)

    @property
    def frame(self) -> ShownFrame | None:
        """The frame that is wanted now, whether it has come or not."""
        current = self.current
        return current.frames[self.index] if current is not None else None

    @property
    def loaded(self) -> LoadedFrame | None:
        """The wanted frame, ready for drawing; a set's first one waits a moment for the window that suits all of it."""
        frame = self.frame
        waits = self._patient and self._looks.is_pending(self._current)
        return None if frame is None or waits else self._feeder.get(frame.key)

    @property
    def look(self) -> Window | None:
        """The window that suits the whole set, where its file gives none and it is known."""
        return self._looks.window(self._current)

    @property
    def error(self) -> Exception | None:
        """Why the wanted frame cannot be shown."""
        frame = self.frame
        if frame is None:
            return None
        return self.errors.get(frame.content.key) or self._feeder.error(frame.key)

    @property
    def described(self) -> int:
        """How many of the study's `total` objects have said what they are."""
        return len(self._objects)

    @property
    def reading(self) -> bool:
        """Whether objects are still being described."""
        return self._reader.busy

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The series list: display sets, and series that are only known by name yet."""
        if not self.reading:
            return self.sets
        built = (frame.content.key for item in self.sets for frame in item.frames)
        return entries(self.sets, self._known, built)

    def version(self, frame: ShownFrame) -> tuple[int, int]:
        """Tell which of how many different images under the number of this one it is: (1, 1) as a rule."""
        keys = self._versions.get(frame.description.sop_instance_uid or "", [])
        return (keys.index(frame.content.key) + 1, len(keys)) if frame.content.key in keys else (1, 1)

    def is_there(self, index: int) -> bool:
        """Tell whether a frame of the current set is ready."""
        current = self.current
        return current is not None and self._feeder.get(current.frames[index].key) is not None

    # what the person does

    def open(self, contents: Sequence[Content], known: Sequence[KnownSeries] = ()) -> None:
        """Put a study on the desk instead of what was there; `known` is what its series are called."""
        self.close()
        ordered = reading_order(contents, known)
        self.total = len(ordered)
        self._known = tuple(known)
        self._reader.read(tuple(ordered))
        self._told("sets")
        self._told("set")

    def close(self) -> None:
        """Clear the desk; what is still running for it is not wanted any more."""
        self._study += 1
        self._reader.stop()
        self._feeder.clear()
        self._looks.clear()
        self.sets, self.index, self.total, self._current = (), 0, 0, ""
        self._known, self.waits_for = (), ""
        self._held, self._beyond = [], 0
        self._versions.clear()
        self._objects, self._built_from, self._touched = [], 0, False
        self.errors.clear()
        self._thumbnails.clear()
        self._asking_thumbnail = False

    def stop(self) -> None:
        """Ask for nothing more, for good."""
        self.close()
        self._feeder.stop()

    @property
    def is_awaited(self) -> bool:
        """Whether what steps would go through is not there yet."""
        if not self.reading:
            return False
        return bool(self.waits_for) or not (
            self._is_settled() or (self.current is not None and self.loaded is not None)
        )

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
        offered = self.entries
        at = self.waits_for or self._current
        places = [place for place, item in enumerate(offered) if item.key == at]
        if places:
            place = min(max(places[0] + steps, 0), len(offered) - 1)
            self.choose(offered[place].key)

    def _do_or_hold(self, move: Move) -> None:
        if self.is_awaited:
            self._held.append(partial(self._do_or_hold, move))
        else:
            self._held = []
            move()

    def _do_held(self) -> None:
        """Do what was asked for before the set it is about was there."""
        if not self.waits_for and (self._is_settled() or not self.reading):
            held, self._held = self._held, []
            while held and not self._beyond:
                held.pop(0)()
            self._held += held

    def _is_settled(self) -> bool:
        """Tell whether the exam stays at the set it shows when more of it is read."""
        current = self.current
        return current is not None and (self._touched or current.is_diagnostic)

    def _step(self, steps: int) -> None:
        self._move(self.index + steps + (self._beyond if steps > 0 else 0))

    def _move(self, index: int) -> None:
        current = self.current
        if current is None:
            return
        self._touched = True
        last = len(current.frames) - 1
        self._beyond = index - last if index > last and self._may_grow() else 0
        index = min(max(index, 0), last)
        if index != self.index:
            direction = 1 if index > self.index else -1
            self._show(current, index, direction)
            self._told("frame")

    def _may_grow(self) -> bool:
        """Tell whether more of the shown series is still to be read, which then comes next."""
        frame = self.frame
        if not self.reading or frame is None:
            return False
        key = frame.content.key
        series = next((item for item in self._known if any(each.key == key for each in item.contents)), None)
        if series is None:
            return True
        described = {item.content.key for item in self._objects}
        if all(content.key in described for content in series.contents):
            return False
        self._reader.prefer(series.contents)
        return True

    def _choose(self, key: str) -> None:
        chosen = next((item for item in self.entries if item.key == key), None)
        if isinstance(chosen, KnownSeries):
            self.waits_for, self._touched, self._beyond = key, True, 0
            self._reader.prefer(chosen.contents)
            self._told("waits")
        elif chosen is not None and key == self._current and self.waits_for:  # back before the other one came
            self.waits_for = ""
            self._told("sets")
            self._told("frame")
        elif chosen is not None and key != self._current:
            self.waits_for, self._touched, self._beyond = "", True, 0
            self._patient = True
            self._show(chosen, 0, 1)
            self._told("set")

    def wait_no_longer(self) -> None:
        """Show what is there although the set's window is still being found."""
        if self._patient:
            self._patient = False
            self._told("arrived")

    def try_again(self) -> None:
        """Ask once more for what failed: objects that would not say what they are, and frames."""
        again = [item.content for item in self._objects if item.content.key in self.errors]
        self._objects = [item for item in self._objects if item.content.key not in self.errors]
        self.errors.clear()
        if again:
            self._reader.read_also(again)
        self._feeder.try_again()
        self._told("frame")

    def want_thumbnails(self, side: int) -> None:
        """Say how large small pictures are to be, in pixels; they come while nothing else is to do."""
        self._thumbnail_side = side
        self._ask_thumbnail()

    # what comes in

    def _described(self, some: list[Described]) -> None:
        for item in some:
            if isinstance(item, UnreadObject):
                self.errors[item.content.key] = item.error
                self._objects.append(unknown_object(item))
                continue
            self._objects.append(item)
            uid = item.description.sop_instance_uid
            if uid:
                keys = self._versions.setdefault(uid, [])
                if item.content.key not in keys:
                    keys.append(item.content.key)
        awaited = self._awaited()
        if awaited:
            self.waits_for = ""
        if not self.reading or awaited or self._beyond or len(self._objects) >= self._built_from * 1.5:
            self._rebuild()
        if awaited:
            self._choose(next(item.key for item in self.sets if _holds(item, awaited)))
        elif self._beyond:
            self._move(self.index + self._beyond)
        self._do_held()
        self._told("progress")
        self._ask_thumbnail()

    def _rebuild(self) -> None:
        """Group anew; the person stays at the frame they are at, unless they have not touched anything yet."""
        self._built_from = len(self._objects)
        before = self.frame
        self.sets = build_display_sets(self._objects)
        if not self.sets:
            self._told("sets")
            return
        chosen, index = self._place_of(before) if self._touched else (self.sets[first_to_show(self.sets)], 0)
        another = chosen.key != self._current and (before is None or before.key != chosen.frames[index].key)
        self._patient = self._patient or another
        self._show(chosen, index, 1)
        self._told("sets")
        self._told("set" if another else "frame")

    def _awaited(self) -> frozenset[str]:
        """Return the contents of the series that was chosen, once one of them was read."""
        found = next((item for item in self._known if item.key == self.waits_for), None)
        wanted = frozenset() if found is None else frozenset(content.key for content in found.contents)
        return wanted if any(item.content.key in wanted for item in self._objects) else frozenset()

    def _place_of(self, frame: ShownFrame | None) -> tuple[DisplaySet, int]:
        for item in self.sets:
            for index, other in enumerate(item.frames):
                if frame is not None and other.key == frame.key:
                    return item, index
        return self.sets[first_to_show(self.sets)], 0

    def _show(self, chosen: DisplaySet, index: int, direction: int) -> None:
        self._current, self.index = chosen.key, index
        can_be_shown = chosen.kind != "other"
        self._feeder.show(chosen.frames if can_be_shown else (), index, direction)
        self._looks.want(chosen, growing=self.reading)

    def _frame_came(self, key: Key) -> None:
        frame = self.frame
        if frame is not None and frame.key == key:
            self._told("arrived")

    def _look_came(self, key: str) -> None:
        if key == self._current:
            self._patient = False
            self._told("look")
        self._ask_thumbnail()

    # small pictures

    def _ask_thumbnail(self) -> None:
        if self._asking_thumbnail or not self._thumbnail_side or self.reading:
            return
        item = next((each for each in self.sets if each.key not in self._thumbnails and each.kind != "other"), None)
        if item is None:
            return
        self._looks.want(item)
        if self._looks.is_pending(item.key):
            return  # asked again when its window is known
        self._asking_thumbnail = True
        self._thumbnails.add(item.key)
        middle = item.frames[len(item.frames) // 2]
        said = middle.description
        work = partial(
            self._decoder.thumbnail,
            middle.content,
            self._thumbnail_side,
            of=said.sop_instance_uid,
            frame_index=middle.frame_index if said.kind == "image" else None,
            window=self._looks.window(item.key) if has_no_window(said, middle.frame_index) else None,
        )
        self._lane.request(("thumbnail", item.key), work, partial(self._thumbnail_ended, item.key, self._study))

    def _thumbnail_ended(self, key: str, study: int, event: Event[Picture]) -> None:
        if not isinstance(event, Ended) or study != self._study:
            return
        self._asking_thumbnail = False
        self._thumbnail_came(key, event.result)
        self._ask_thumbnail()


def _holds(item: DisplaySet, wanted: frozenset[str]) -> bool:
    return any(frame.content.key in wanted for frame in item.frames)
