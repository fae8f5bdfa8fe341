"""One open study: what was read of it so far, grouped into display sets; any number of viewports may show it.

Plain Python; lives in the thread its lane delivers to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.lanes import NewestFirstLane
from dicom.series.display_sets import DisplaySet, ShownFrame, StudyObject, build_display_sets, unread
from dicom.source import Content
from viewer.study.known import Entry, KnownSeries, entries, reading_order
from viewer.study.reading import Described, Describer, StudyReader, UnreadObject

_GROWN = 1.5  # times as many objects: then those of a study that is still being read are grouped anew


class Watcher(Protocol):
    """Who hears of it when more of a study was read."""

    def needs_sets_now(self) -> bool:
        """Tell whether to group anew at once what has been read so far."""

    def take_sets(self) -> None:
        """Take the new display sets."""

    def more_was_read(self) -> None:
        """Take note that more objects were described."""


class OpenStudy:
    """The objects and display sets of a study that is read while it is looked at; `key` is its own alone."""

    def __init__(self, key: str, decoder: Describer, lane: NewestFirstLane) -> None:
        self.key = key
        self.sets: tuple[DisplaySet, ...] = ()
        self.total = 0
        self.errors: dict[str, Exception] = {}  # by content key: objects that would not say what they are
        self._known: tuple[KnownSeries, ...] = ()
        self._objects: list[StudyObject] = []
        self._versions: dict[str, list[str]] = {}  # content keys by SOP Instance UID
        self._built_from = 0
        self._watchers: list[Watcher] = []
        self._reader = StudyReader(key, decoder, lane, self._described)

    def read(self, contents: Sequence[Content], known: Sequence[KnownSeries] = ()) -> None:
        """Begin to read; `known` is what its series are called."""
        ordered = reading_order(contents, known)
        self.total = len(ordered)
        self._known = tuple(known)
        self._reader.read(ordered)

    def close(self) -> None:
        """Read no more; nothing is told any more."""
        self._reader.stop()
        self._watchers = []

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody what is read from now on."""
        self._watchers.append(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Tell somebody nothing more."""
        self._watchers = [each for each in self._watchers if each is not watcher]

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

    def prefer(self, series: KnownSeries) -> None:
        """Read a series before the others."""
        self._reader.prefer(series.contents)

    def read_of(self, series_key: str) -> frozenset[str]:
        """Return the content keys of a known series, once one of them was read; until then none."""
        found = next((item for item in self._known if item.key == series_key), None)
        wanted = frozenset() if found is None else frozenset(content.key for content in found.contents)
        return wanted if any(item.content.key in wanted for item in self._objects) else frozenset()

    def read_on(self, frame: ShownFrame) -> bool:
        """Read the rest of the series of a frame next; tells whether more of it may come."""
        if not self.reading:
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

    def try_again(self) -> None:
        """Ask once more for the objects that would not say what they are."""
        again = [item.content for item in self._objects if item.content.key in self.errors]
        self._objects = [item for item in self._objects if item.content.key not in self.errors]
        self.errors.clear()
        if again:
            self._reader.read(again)

    def _described(self, some: list[Described]) -> None:
        for item in some:
            self._take(item)
        has_grown = len(self._objects) >= self._built_from * _GROWN
        if not self.reading or has_grown or any(watcher.needs_sets_now() for watcher in self._watchers):
            self._built_from = len(self._objects)
            self.sets = build_display_sets(self._objects)
            for watcher in list(self._watchers):
                watcher.take_sets()
        for watcher in list(self._watchers):
            watcher.more_was_read()

    def _take(self, item: Described) -> None:
        if isinstance(item, UnreadObject):
            self.errors[item.content.key] = item.error
            self._objects.append(unread(item.content))
            return
        self._objects.append(item)
        uid = item.description.sop_instance_uid
        if uid:
            keys = self._versions.setdefault(uid, [])
            if item.content.key not in keys:
                keys.append(item.content.key)
