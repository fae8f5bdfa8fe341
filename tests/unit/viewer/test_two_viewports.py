"""Two viewports share one loader, one cache and one lane; neither drops nor receives what is the other's."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from core.job import Job
from core.lanes import Deliver, Listener, NewestFirstLane, RunningJob
from dicom.series.display_sets import ShownFrame
from dicom.source import Content
from tests.gui.viewer.phantom_study import Drawn, PhantomDecoder, clip, ct_slice, written_report
from viewer.layout import Layout
from viewer.request_key import RequestKey
from viewer.viewport.position import Change, Position

T = TypeVar("T")


class NotingLane(NewestFirstLane):
    """Notes by which keys it was asked."""

    def __init__(self, name: str, deliver: Deliver, threads: int = 1) -> None:
        self.keys: list[Hashable] = []
        super().__init__(name, deliver, threads)

    def request(self, key: Hashable, work: Callable[[Job], T], listener: Listener[T]) -> RunningJob[T]:
        self.keys.append(key)
        return super().request(key, work, listener)


class Pair:
    """Two viewports of one layout, what each was told, and one thread that works for both."""

    def __init__(self, threads: int = 1, limit: int = 64 << 20) -> None:
        self.decoder = PhantomDecoder()
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.lane = NotingLane("viewing", self.calls.put, threads=threads)
        self.thumbnails: list[tuple[str, str]] = []
        self.layout = Layout(self.decoder, self.lane, lambda *came: self.thumbnails.append(came[:2]), limit)
        self.told: tuple[list[Change], list[Change]] = ([], [])
        self.left = self.layout.add_viewport(self.told[0].append)
        self.right = self.layout.add_viewport(self.told[1].append)

    def close(self) -> None:
        self.layout.stop()
        self.lane.close()

    def slices(self, count: int = 12, series: str = "3") -> list[Content]:
        return [self.decoder.add(ct_slice(number, series=series)) for number in range(1, count + 1)]

    def open_one_each(self, left: Sequence[Content], right: Sequence[Content]) -> None:
        self.layout.open(self.left, left)
        self.layout.open(self.right, right)

    def open_one_in_both(self, contents: Sequence[Content]) -> None:
        self.layout.open(self.left, contents)
        self.layout.show_also(self.right, self.left)

    def pump(self, until: Callable[[], bool], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not until():
            self.calls.get(timeout=max(0.01, deadline - time.monotonic()))()

    def pump_all(self) -> None:
        """Go on until everything that was asked for has come."""
        self.pump(lambda: not self.reading() and not self.layout.loader.busy)

    def reading(self) -> bool:
        return self.left.study.reading or self.right.study.reading


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


@pytest.fixture
def roomy() -> Iterator[Pair]:
    """As many threads as are needed to read on while frames are held back."""
    made = Pair(threads=4)
    yield made
    made.close()


def everything_is_there(position: Position) -> bool:
    if position.study.reading or position.current is None:
        return False
    return all(position.is_there(n) for n in range(len(position.current.frames)))


def shown(position: Position) -> ShownFrame:
    loaded = position.loaded
    assert loaded is not None
    return loaded.shown


def test_one_study_in_two_viewports_is_read_and_decoded_once(pair: Pair) -> None:
    pair.layout.want_thumbnails(32)
    pair.open_one_in_both(pair.slices())
    pair.pump(lambda: everything_is_there(pair.left) and everything_is_there(pair.right) and bool(pair.thumbnails))
    assert sorted(pair.decoder.described) == sorted(set(pair.decoder.described))
    assert len(pair.decoder.decoded) == len(set(pair.decoder.decoded)) == 12
    assert len(pair.layout.loader.cache) == 12
    assert len(pair.thumbnails) == 1


def test_each_viewport_has_a_place_of_its_own_in_the_same_study(pair: Pair) -> None:
    pair.open_one_in_both(pair.slices())
    pair.pump_all()
    pair.told[1].clear()
    pair.left.go_to(7)
    assert (pair.left.index, pair.right.index) == (7, 0)
    assert pair.told[1] == []
    assert shown(pair.left).content.key == "ct-3-8"
    assert shown(pair.right).content.key == "ct-3-1"


def test_a_study_shown_in_a_second_viewport_later_is_there_at_once(pair: Pair) -> None:
    pair.layout.open(pair.left, pair.slices())
    pair.pump_all()
    asked = len(pair.decoder.decoded)
    pair.layout.show_also(pair.right, pair.left)
    assert pair.told[1] == ["sets", "set"]
    assert shown(pair.right).content.key == "ct-3-1"
    assert len(pair.decoder.decoded) == asked


def test_two_studies_are_both_read_to_the_end_whatever_waits(pair: Pair) -> None:
    pair.decoder.hold = True
    pair.open_one_each(pair.slices(series="3"), pair.slices(series="4"))
    pair.decoder.hold = False
    pair.pump(lambda: everything_is_there(pair.left) and everything_is_there(pair.right))
    assert [position.study.described for position in (pair.left, pair.right)] == [12, 12]
    assert shown(pair.left).description.series_instance_uid == "1.3"
    assert shown(pair.right).description.series_instance_uid == "1.4"


def test_windows_and_small_pictures_of_two_studies_with_sets_of_one_name_all_come(pair: Pair) -> None:
    info = replace(ct_slice(1).frame_infos[0], windows=())
    said = [replace(ct_slice(number), frame_infos=(info,)) for number in range(1, 7)]
    contents = [pair.decoder.add(item) for item in said]
    pair.layout.want_thumbnails(32)
    pair.decoder.hold = True
    pair.open_one_each(contents, contents)
    pair.decoder.hold = False
    pair.pump(lambda: len(pair.thumbnails) == 2)
    assert {study for study, _ in pair.thumbnails} == {pair.left.study.key, pair.right.study.key}
    assert pair.left.set_window == pair.right.set_window is not None


def test_a_window_that_was_found_is_told_to_the_viewports_of_its_study_alone(pair: Pair) -> None:
    bare = replace(ct_slice(1).frame_infos[0], windows=())
    without = [pair.decoder.add(replace(ct_slice(number), frame_infos=(bare,))) for number in range(1, 7)]
    of_one_name = [pair.decoder.add(ct_slice(number), f"other {number}") for number in range(1, 7)]
    pair.open_one_each(without, of_one_name)
    pair.pump(lambda: "window" in pair.told[0])
    pair.pump_all()
    assert pair.left.study.sets[0].key == pair.right.study.sets[0].key
    assert pair.left.set_window is not None
    assert "window" not in pair.told[1]
    assert pair.right.set_window is None


def test_small_pictures_wanted_later_come_of_every_study_that_is_open(pair: Pair) -> None:
    pair.open_one_each(pair.slices(series="3"), pair.slices(series="4"))
    pair.pump_all()
    assert pair.thumbnails == []
    pair.layout.want_thumbnails(32)
    pair.pump(lambda: len(pair.thumbnails) == 2)
    assert {study for study, _ in pair.thumbnails} == {pair.left.study.key, pair.right.study.key}


def test_every_set_of_a_study_that_has_pictures_gets_its_small_one(pair: Pair) -> None:
    pair.layout.want_thumbnails(32)
    written = pair.decoder.add(written_report())
    pair.layout.open(pair.left, [*pair.slices(series="3"), written, *pair.slices(series="4")])
    pair.pump(lambda: len(pair.thumbnails) == 2)
    pair.pump_all()
    pictures = {item.key for item in pair.left.study.sets if item.kind != "other"}
    assert {key for _study, key in pair.thumbnails} == pictures
    asked = [key.item for key in pair.lane.keys if isinstance(key, RequestKey) and key.asked == "thumbnail"]
    assert sorted(map(str, asked)) == sorted(pictures)


def test_a_study_nobody_shows_any_more_is_read_no_further(pair: Pair) -> None:
    pair.decoder.hold_after = 1
    pair.layout.open(pair.left, pair.slices(series="3"))
    pair.pump(lambda: pair.left.study.described == 1)
    pair.layout.open(pair.left, pair.slices(series="5"))
    pair.decoder.hold_after = None
    pair.pump(lambda: everything_is_there(pair.left))
    assert [key for key in pair.decoder.described if key.startswith("ct-3")] == ["ct-3-1"]
    assert len(pair.decoder.described) == 13


def test_when_all_is_stopped_no_study_is_read_any_further(pair: Pair) -> None:
    pair.decoder.hold_after = 2
    pair.open_one_each(pair.slices(series="3"), pair.slices(series="4"))
    pair.pump(lambda: pair.left.study.described == pair.right.study.described == 1)
    pair.layout.stop()
    pair.decoder.hold_after = None
    over: list[object] = []
    pair.lane.request("after all", lambda _job: None, over.append)
    pair.pump(lambda: len(over) == 2)  # it began and ended: what was asked before it is over
    assert len(pair.decoder.described) == 2
    assert not pair.reading()


def test_a_study_one_of_two_viewports_turns_from_is_read_on_and_told_to_the_other_alone(pair: Pair) -> None:
    pair.decoder.hold_after = 1
    pair.open_one_in_both(pair.slices(series="3"))
    pair.pump(lambda: pair.left.study.described == 1)
    pair.layout.close(pair.right)
    pair.told[1].clear()
    pair.decoder.hold_after = None
    pair.pump(lambda: everything_is_there(pair.left))
    assert pair.told[1] == []
    assert pair.right.current is None


def test_every_request_names_the_study_or_the_viewport_it_is_made_for(pair: Pair) -> None:
    info = replace(ct_slice(1).frame_infos[0], windows=())
    contents = [pair.decoder.add(replace(ct_slice(number), frame_infos=(info,))) for number in range(1, 7)]
    pair.layout.want_thumbnails(32)
    pair.open_one_each(contents, contents)
    pair.pump(lambda: len(pair.thumbnails) == 2 and not pair.layout.loader.busy)
    askers: dict[str, set[str]] = {}
    for key in pair.lane.keys:
        assert isinstance(key, RequestKey)
        askers.setdefault(key.asked, set()).add(key.asker)
    studies = {pair.left.study.key, pair.right.study.key}
    assert askers == {
        "describe": studies,
        "window": studies,
        "thumbnail": studies,
        "frame": {"viewport 1", "viewport 2"},
    }


def test_frames_of_one_name_in_two_studies_are_never_taken_for_each_other(pair: Pair) -> None:
    pair.decoder.add(ct_slice(1))
    one, other = Drawn("ct-3-1"), Drawn("ct-3-1")
    pair.open_one_each([one], [other])
    pair.pump(lambda: pair.left.loaded is not None and pair.right.loaded is not None)
    assert shown(pair.left).content is one
    assert shown(pair.right).content is other
    assert len(pair.layout.loader.cache) == 2


def test_what_one_viewport_shows_is_asked_for_before_what_the_other_may_want_later(pair: Pair) -> None:
    pair.open_one_each(pair.slices(40, series="3"), pair.slices(40, series="4"))
    pair.pump_all()
    assert [shown(position).content.key for position in (pair.left, pair.right)] == ["ct-3-1", "ct-4-1"]
    pair.decoder.decoded.clear()
    pair.layout.loader.cache.clear()
    pair.left.go_to(20)
    pair.right.go_to(20)
    pair.pump_all()
    first = {key for key, _ in pair.decoder.decoded[:4]}
    assert "ct-4-21" in first
    assert "ct-3-21" in first


def test_another_study_in_one_viewport_leaves_the_other_all_it_has_and_waits_for(roomy: Pair) -> None:
    roomy.decoder.gate.clear()
    roomy.open_one_each(roomy.slices(series="3"), roomy.slices(series="4"))
    roomy.pump(lambda: not roomy.reading())
    left_study = roomy.left.study.key
    roomy.layout.open(roomy.left, roomy.slices(series="5"))
    roomy.told[1].clear()
    roomy.decoder.gate.set()
    roomy.pump(lambda: everything_is_there(roomy.left) and everything_is_there(roomy.right))
    assert "arrived" in roomy.told[1]
    assert "set" not in roomy.told[1]
    assert shown(roomy.right).description.series_instance_uid == "1.4"
    assert not [key for key in roomy.layout.loader.cache if key[0] == left_study]  # type: ignore[index]


def test_a_viewport_that_shows_nothing_any_more_hears_nothing(roomy: Pair) -> None:
    roomy.decoder.gate.clear()
    roomy.open_one_in_both(roomy.slices())
    roomy.pump(lambda: not roomy.reading())
    roomy.layout.close(roomy.left)
    roomy.told[0].clear()
    roomy.decoder.gate.set()
    roomy.pump(lambda: everything_is_there(roomy.right))
    assert roomy.told[0] == []
    assert roomy.left.loaded is None


def test_a_viewport_that_leaves_a_frame_of_a_clip_does_not_take_it_from_the_other(roomy: Pair) -> None:
    roomy.decoder.gate.clear()
    roomy.open_one_in_both([roomy.decoder.add(replace(clip(60), kind="video"))])
    roomy.pump(lambda: not roomy.reading())
    assert roomy.decoder.decoding.wait(10)
    roomy.left.go_to(50)  # the right one still shows the first, which was asked for by the left one
    roomy.decoder.gate.set()
    roomy.pump(lambda: roomy.left.loaded is not None and roomy.right.loaded is not None)
    assert shown(roomy.right).frame_index == 0
    assert shown(roomy.left).frame_index == 50
    asked = [key for key in roomy.lane.keys if isinstance(key, RequestKey) and key.asked == "frame"]
    assert [key.asker for key in asked if key.item == (roomy.left.study.key, "us-1", 0)] == ["viewport 1"]
    roomy.pump(lambda: everything_is_there(roomy.right))


def test_trying_again_in_one_viewport_forgets_no_trouble_of_the_other(pair: Pair) -> None:
    broken = replace(ct_slice(1, series="4"), texts={"damaged": "yes"})
    also = replace(ct_slice(1, series="5"), texts={"damaged": "yes"})
    pair.open_one_each([pair.decoder.add(broken)], [pair.decoder.add(also)])
    pair.pump(lambda: pair.left.error is not None and pair.right.error is not None)
    pair.decoder.mended = True
    pair.left.try_again()
    pair.pump(lambda: pair.left.loaded is not None)
    assert pair.right.error is not None
    assert pair.right.loaded is None


def test_both_shown_frames_are_held_however_small_the_cache(pair: Pair) -> None:
    pair.layout.loader.cache.limit = 1
    pair.open_one_each(pair.slices(series="3"), pair.slices(series="4"))
    pair.pump(lambda: pair.left.loaded is not None and pair.right.loaded is not None)
    pair.pump_all()
    assert shown(pair.left).content.key == "ct-3-1"
    assert shown(pair.right).content.key == "ct-4-1"
    assert len(pair.layout.loader.cache) == 2
