"""A study that is read while it is looked at: what belongs to it, and what comes too late."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from core.job import Job
from core.lanes import NewestFirstLane
from dicom.description import ObjectDescription
from dicom.series.display_sets import ShownFrame
from dicom.source import Content
from tests.gui.viewer.phantom_study import Drawn, PhantomDecoder, ct_slice, written_report
from viewer.study.known import KnownSeries, entries, reading_order
from viewer.study.open_study import OpenStudy

SECONDS = 20.0


class Clumsy(PhantomDecoder):
    """Fails over some objects in a way nobody foresaw."""

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        if content.key.startswith("bug"):
            self.described.append(content.key)
            raise RuntimeError(content.key)
        return super().describe(content, job)


@dataclass
class Noting:
    """Somebody who looks at a study; `hurried` wants every few that were read grouped at once."""

    study: OpenStudy
    hurried: bool = False
    sets: list[int] = field(default_factory=list)  # objects in the sets, each time they came
    read: list[int] = field(default_factory=list)  # objects described, each time it was told

    def needs_sets_now(self) -> bool:
        return self.hurried

    def take_sets(self) -> None:
        self.sets.append(sum(len(item.frames) for item in self.study.sets))

    def more_was_read(self) -> None:
        self.read.append(self.study.described)


class Desk:
    """Studies read by one thread; what it tells waits until it is taken."""

    def __init__(self) -> None:
        self.decoder = Clumsy()
        self.told: queue.Queue[Callable[[], None]] = queue.Queue()
        self.lane = NewestFirstLane("reading", self.told.put)

    def slices(self, count: int, series: str = "3") -> tuple[Content, ...]:
        return tuple(self.decoder.add(ct_slice(number, series=series)) for number in range(1, count + 1))

    def study(self, key: str = "study 1") -> OpenStudy:
        return OpenStudy(key, self.decoder, self.lane)

    def take(self, until: Callable[[], bool]) -> None:
        while not until():
            self.told.get(timeout=SECONDS)()

    def read_whole(self, study: OpenStudy) -> None:
        self.take(lambda: not study.reading)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.decoder.hold = False
    made.lane.close()


def series_of(key: str, contents: tuple[Content, ...], number: int | None = None) -> KnownSeries:
    return KnownSeries(key, contents, f"1.{key}", number)


def frame_of(study: OpenStudy, content: Content) -> ShownFrame:
    return next(frame for item in study.sets for frame in item.frames if frame.content.key == content.key)


def test_a_study_holds_its_own_objects_and_each_once(desk: Desk) -> None:
    ours, theirs = desk.slices(4, "3"), desk.slices(3, "4")
    first, second = desk.study("study 1"), desk.study("study 2")
    first.read([*ours, *ours])
    second.read(theirs)
    assert (first.total, second.total) == (4, 3)
    desk.take(lambda: not first.reading and not second.reading)
    assert {frame.content.key for item in first.sets for frame in item.frames} == {one.key for one in ours}
    assert {frame.content.key for item in second.sets for frame in item.frames} == {one.key for one in theirs}
    assert (first.described, second.described) == (4, 3)


def test_what_was_on_its_way_to_a_closed_study_never_comes(desk: Desk) -> None:
    desk.decoder.hold = True
    study, other = desk.study("study 1"), desk.study("study 2")
    watcher = Noting(study)
    study.watch(watcher)
    study.read(desk.slices(3))
    desk.told.get(timeout=SECONDS)()  # it has begun
    desk.decoder.hold = False
    last = desk.told.get(timeout=SECONDS)  # its answer is there and was not taken yet
    study.close()
    last()
    other.read(desk.slices(2, "4"))
    desk.read_whole(other)
    assert (study.described, study.sets, study.entries) == (0, (), ())
    assert (watcher.sets, watcher.read) == ([], [])
    assert not study.reading
    assert [key for key in desk.decoder.described if key.startswith("ct-3")] == ["ct-3-1"]


def test_whoever_turned_to_another_study_hears_nothing_more_of_this_one(desk: Desk) -> None:
    study = desk.study()
    stays, leaves = Noting(study), Noting(study)
    study.watch(stays)
    study.watch(leaves)
    study.leave(leaves)
    study.read(desk.slices(2))
    desk.read_whole(study)
    assert stays.sets[-1] == 2
    assert (leaves.sets, leaves.read) == ([], [])


def test_the_first_object_is_told_of_before_the_second_is_asked_for(desk: Desk) -> None:
    desk.decoder.hold_after = 1
    study = desk.study()
    watcher = Noting(study)
    study.watch(watcher)
    study.read(desk.slices(5))
    desk.take(lambda: bool(watcher.read))
    assert watcher.read == watcher.sets == [1]
    assert study.reading
    desk.decoder.hold_after = None
    desk.read_whole(study)
    assert watcher.read[-1] == watcher.sets[-1] == 5


def test_a_study_that_is_still_read_is_grouped_anew_when_it_has_grown_by_half(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.study.reading._SECONDS_AT_ONCE", 0.0)
    study = desk.study()
    watcher = Noting(study)
    study.watch(watcher)
    study.read(desk.slices(8))
    desk.read_whole(study)
    assert watcher.read == [1, 2, 3, 4, 5, 6, 7, 8]
    assert watcher.sets == [1, 2, 3, 5, 8]


def test_whoever_waits_for_more_of_a_study_has_it_grouped_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.study.reading._SECONDS_AT_ONCE", 0.0)
    study = desk.study()
    watcher, other = Noting(study, hurried=True), Noting(study)
    study.watch(other)
    study.watch(watcher)
    study.read(desk.slices(5))
    desk.read_whole(study)
    assert watcher.sets == other.sets == [1, 2, 3, 4, 5]


def test_what_would_not_say_what_it_is_has_its_place_and_is_asked_for_again_alone(desk: Desk) -> None:
    good, bad = desk.slices(2), desk.decoder.add(ct_slice(9), "broken")
    study = desk.study()
    study.read([*good, bad])
    desk.read_whole(study)
    assert set(study.errors) == {"broken"}
    assert study.described == study.total == 3
    assert [frame.description.marks for item in study.sets for frame in item.frames if item.kind == "other"] == [
        ("unreadable",)
    ]
    asked = len(desk.decoder.described)
    desk.decoder.mended = True
    study.try_again()
    assert study.reading
    desk.read_whole(study)
    assert desk.decoder.described[asked:] == ["broken"]
    assert study.errors == {}
    assert study.described == 3
    assert all(item.kind == "stack" for item in study.sets)
    study.try_again()
    assert not study.reading
    assert desk.decoder.described[asked:] == ["broken"]


def test_one_object_nobody_could_foresee_keeps_none_of_the_others(desk: Desk) -> None:
    first, second, third = desk.slices(3)
    bad = [desk.decoder.add(ct_slice(number), f"bug {number}") for number in (7, 8, 9)]
    study = desk.study()
    study.read([bad[0], first, second, bad[1], third, bad[2]])
    desk.read_whole(study)
    assert set(study.errors) == {"bug 7", "bug 8", "bug 9"}
    assert study.described == 6
    shown = {frame.content.key for item in study.sets if item.kind == "stack" for frame in item.frames}
    assert shown == {"ct-3-1", "ct-3-2", "ct-3-3"}


def test_what_failed_is_told_of_it_alone_also_where_another_series_was_wanted_meanwhile(desk: Desk) -> None:
    bad, others = desk.decoder.add(ct_slice(7), "bug"), desk.slices(2, "4")
    study = desk.study()
    desk.decoder.hold = True
    study.read([bad, *others], [series_of("4", others, 4)])
    study.prefer(series_of("4", others, 4))
    desk.decoder.hold = False
    desk.read_whole(study)
    assert set(study.errors) == {"bug"}


def test_different_images_under_one_number_are_told_apart_and_one_image_is_one(desk: Desk) -> None:
    said = ct_slice(1)
    one, other, alone = desk.decoder.add(said, "a"), desk.decoder.add(said, "b"), desk.decoder.add(ct_slice(2), "c")
    numberless = [desk.decoder.add(replace(ct_slice(7), sop_instance_uid=None), key) for key in ("d", "e")]
    study = desk.study()
    study.read([one, other, alone, *numberless])
    desk.read_whole(study)
    assert study.version(frame_of(study, one)) == (1, 2)
    assert study.version(frame_of(study, other)) == (2, 2)
    assert study.version(frame_of(study, alone)) == (1, 1)
    assert [study.version(frame_of(study, each)) for each in numberless] == [(1, 1), (1, 1)]
    assert study.version(ShownFrame(Drawn("of another study"), said)) == (1, 1)
    study.read([one])  # once more
    desk.read_whole(study)
    assert study.version(frame_of(study, one)) == (1, 2)


def test_a_series_that_is_wanted_is_read_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.study.reading._SECONDS_AT_ONCE", 0.0)
    first, second = desk.slices(3, "3"), desk.slices(3, "4")
    known = [series_of("3", first, 3), series_of("4", second, 4)]
    study = desk.study()
    desk.decoder.hold = True
    study.read([*first, *second], known)
    study.prefer(known[1])
    desk.decoder.hold = False
    desk.read_whole(study)
    assert desk.decoder.described == ["ct-3-1", "ct-4-1", "ct-4-2", "ct-4-3", "ct-3-2", "ct-3-3"]


def test_what_is_read_of_a_known_series_is_named_once_it_has_begun(desk: Desk) -> None:
    desk.decoder.hold_after = 1
    first, second = desk.slices(2, "3"), desk.slices(2, "4")
    study = desk.study()
    study.read([*first, *second], [series_of("3", first, 3), series_of("4", second, 4)])
    assert study.read_of("3") == frozenset()
    desk.take(lambda: study.described == 1)
    assert study.read_of("3") == {"ct-3-1", "ct-3-2"}
    assert study.read_of("4") == study.read_of("no such series") == frozenset()
    desk.decoder.hold_after = None
    desk.read_whole(study)
    assert study.read_of("4") == {"ct-4-1", "ct-4-2"}


def test_more_of_a_frames_series_may_come_until_all_of_it_was_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.study.reading._SECONDS_AT_ONCE", 0.0)
    first, second, stray = desk.slices(2, "3"), desk.slices(2, "4"), desk.decoder.add(ct_slice(1, series="5"))
    study = desk.study()
    study.read([*first, stray, *second], [series_of("3", first, 3), series_of("4", second, 4)])
    desk.take(lambda: study.described == 1)
    assert study.read_on(frame_of(study, first[0]))
    desk.take(lambda: study.described == 2)
    assert not study.read_on(frame_of(study, first[0]))
    assert study.read_on(ShownFrame(stray, ct_slice(1, series="5")))  # of no known series: more of it may come
    assert study.read_on(ShownFrame(second[0], ct_slice(1, series="4")))
    desk.read_whole(study)
    assert desk.decoder.described == ["ct-3-1", "ct-3-2", "ct-4-1", "ct-4-2", "ct-5-1"]
    assert not study.read_on(ShownFrame(stray, ct_slice(1, series="5")))


def test_series_nothing_was_read_of_stand_in_the_list_until_all_is_read(desk: Desk) -> None:
    desk.decoder.hold_after = 1
    first, second = desk.slices(2, "3"), desk.slices(2, "4")
    empty = series_of("9", (), 9)
    known = [series_of("3", first, 3), series_of("4", second, 4), empty]
    study = desk.study()
    study.read([*first, *second], known)
    assert study.entries == tuple(known)
    desk.take(lambda: study.described == 1)
    assert study.entries == (study.sets[0], known[1], empty)
    desk.decoder.hold_after = None
    desk.read_whole(study)
    assert study.entries == study.sets
    assert [item.first.series_instance_uid for item in study.sets] == ["1.3", "1.4"]


def test_pictures_are_read_before_reports_and_series_by_their_numbers() -> None:
    contents = {key: Drawn(key) for key in "abcdefg"}

    def of(key: str, keys: str, number: int | None, images: int | None = None) -> KnownSeries:
        return KnownSeries(key, tuple(contents[each] for each in keys), f"1.{key}", number, images=images)

    known = [of("1", "a", 1, images=0), of("2", "b", None), of("3", "cd", 7, images=1), of("4", "e", 0), of("5", "", 2)]
    ordered = reading_order([contents[each] for each in "gfabcde"], known)
    assert [content.key for content in ordered] == ["e", "c", "d", "b", "a", "g", "f"]
    assert reading_order([contents["c"]], known) == [contents["c"]]  # the rest of a known series is of no concern


def test_after_the_first_object_several_are_asked_for_at_once(desk: Desk) -> None:
    study = desk.study()
    watcher = Noting(study)
    study.watch(watcher)
    study.read(desk.slices(300))
    desk.read_whole(study)
    assert watcher.read[0] == 1
    assert len(watcher.read) < 300


def test_the_series_list_is_in_the_order_of_numbers_whatever_was_read(desk: Desk) -> None:
    third, fourth = desk.slices(1, "3"), desk.slices(1, "4")
    study = desk.study()
    study.read([*third, desk.decoder.add(written_report())])
    desk.read_whole(study)
    known = [series_of("4", fourth, 4), series_of("3", third, 3), series_of("2", (Drawn("x"),), 2)]
    listed = entries(study.sets, known, {third[0].key})
    assert [getattr(item, "series_number", "set") for item in listed] == [2, "set", 4, "set"]
    assert listed[1] is study.sets[0]


def test_series_of_one_number_stand_in_the_order_of_their_uids_read_or_not(desk: Desk) -> None:
    said = ct_slice(1, series="5")
    [first], third = desk.slices(1, "3"), desk.decoder.add(replace(said, texts={**said.texts, "series_number": "3"}))
    study = desk.study()
    study.read([third, first])
    desk.read_whole(study)
    read = {item.first.series_instance_uid: item for item in study.sets}
    listed = entries([read["1.5"], read["1.3"]], [series_of("4", (Drawn("x"),), 3)], {first.key, third.key})
    numbers = [getattr(item, "series_instance_uid", None) or item.first.series_instance_uid for item in listed]  # type: ignore[union-attr]
    assert numbers == ["1.3", "1.4", "1.5"]
