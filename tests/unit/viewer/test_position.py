"""The place of one viewport in a study, with real lanes; calls are made in this thread by `pump`."""

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from core.lanes import Ended, NewestFirstLane
from dicom.description import FrameInfo
from dicom.source import Content
from tests.gui.viewer.phantom_study import Drawn, PhantomDecoder, clip, ct_slice, damaged_slice, whole_study
from viewer.frames.prefetch import frame_key
from viewer.layout import Layout
from viewer.study.known import KnownSeries
from viewer.viewport.position import Change

SIDEWAYS = FrameInfo(image_orientation_patient=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0))


@dataclass
class Table:
    """A viewport whose calls arrive here."""

    decoder: PhantomDecoder = field(default_factory=PhantomDecoder)
    changes: list[Change] = field(default_factory=list)
    thumbnails: dict[str, object] = field(default_factory=dict)
    calls: "queue.Queue[Callable[[], None]]" = field(default_factory=queue.Queue)

    def start(self, limit: int) -> None:
        self.lane = NewestFirstLane("viewing", self.calls.put, threads=2)
        self.layout = Layout(self.decoder, self.lane, lambda _, key, made: self.thumbnails.update({key: made}), limit)
        self.position = self.layout.add_viewport(self.changes.append)

    def open(self, contents: list[Content], known: Sequence[KnownSeries] = ()) -> None:
        self.layout.open(self.position, contents, known)

    def pump(self, until: Callable[[], bool], seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not until():
            self.calls.get(timeout=max(0.01, deadline - time.monotonic()))()

    def drain(self) -> None:
        while not self.calls.empty():
            self.calls.get()()

    def read(self, count: int = 30, limit: int | None = None) -> None:
        self.open([self.decoder.add(ct_slice(number)) for number in range(1, count + 1)])
        self.pump(lambda: not self.position.study.reading)


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    made.start(64 << 20)
    yield made
    made.layout.stop()
    made.lane.close()


def test_frames_around_the_shown_one_come_by_themselves(table: Table) -> None:
    table.read()
    table.pump(lambda: all(table.position.is_there(index) for index in range(30)))
    order = [int(key.rsplit("-", 1)[1]) for key, _ in table.decoder.decoded]
    assert set(order[:6]) <= set(range(1, 9))


def test_a_small_cache_keeps_what_is_near_and_stops_asking() -> None:
    table = Table()
    one = 128 * 128 * 2 * 4 // 3
    table.start(one * 8)
    try:
        table.read()
        table.position.go_to(20)
        table.pump(lambda: table.position.loaded is not None)
        table.pump(lambda: not table.layout.loader.busy)
        held = [index for index in range(30) if table.position.is_there(index)]
        assert 20 in held
        assert len(held) <= 8
        assert max(abs(index - 20) for index in held) <= 8
        assert table.layout.loader.cache.nbytes <= one * 8
    finally:
        table.layout.stop()
        table.lane.close()


def test_the_person_stays_at_their_frame_while_more_arrives(table: Table) -> None:
    contents = [table.decoder.add(ct_slice(number)) for number in reversed(range(1, 61))]
    table.open(contents)
    table.pump(lambda: len(table.position.study.sets) > 0)
    table.position.go_to(0)
    frame = table.position.frame
    assert frame is not None
    table.pump(lambda: not table.position.study.reading)
    assert table.position.frame is not None
    assert table.position.frame.key == frame.key
    assert table.position.index == 59


def test_untouched_the_first_diagnostic_image_is_shown_in_the_end(table: Table) -> None:
    table.open(list(reversed(whole_study(table.decoder))))
    table.pump(lambda: not table.position.study.reading)
    assert table.position.index == 0
    assert table.position.frame is not None
    assert table.position.frame.content.key == "ct-3-1"


def test_the_same_object_twice_is_shown_once(table: Table) -> None:
    one = table.decoder.add(ct_slice(1))
    table.open([one, one, table.decoder.add(ct_slice(2))])
    table.pump(lambda: not table.position.study.reading)
    assert table.position.current is not None
    assert len(table.position.current.frames) == 2


def test_an_object_that_says_nothing_has_its_error_and_is_counted(table: Table) -> None:
    table.open([Drawn("broken-1"), table.decoder.add(ct_slice(1)), Drawn("broken-2")])
    table.pump(lambda: not table.position.study.reading)
    assert set(table.position.study.errors) == {"broken-1", "broken-2"}
    assert table.position.study.described == table.position.study.total == 3
    assert [len(item.frames) for item in table.position.study.sets if item.kind == "other"] == [2]


def test_a_frame_that_fails_is_not_asked_again_until_told_to(table: Table) -> None:
    table.open([table.decoder.add(said) for said in (ct_slice(1), damaged_slice(2), ct_slice(3))])
    table.pump(lambda: not table.position.study.reading)
    table.position.go_to(1)
    table.pump(lambda: table.position.error is not None)
    table.pump(lambda: table.position.is_there(0) and table.position.is_there(2))
    asked = table.decoder.decoded.count(("ct-3-2", 0))
    table.position.go_to(2)
    table.position.go_to(1)
    assert table.decoder.decoded.count(("ct-3-2", 0)) == asked == 1
    table.position.try_again()
    assert table.position.error is None
    table.pump(lambda: table.position.error is not None)


def test_small_pictures_come_once_each(table: Table) -> None:
    table.layout.want_thumbnails(32)
    table.open(whole_study(table.decoder))
    table.pump(lambda: len(table.thumbnails) == 3)
    assert all(picture is not None for picture in table.thumbnails.values())


def test_another_study_lets_go_of_everything_of_the_first(table: Table) -> None:
    table.read()
    table.pump(lambda: table.position.loaded is not None)
    table.open([table.decoder.add(clip(5))])
    table.pump(lambda: table.position.loaded is not None)
    assert len(table.position.study.sets) == 1
    assert len(table.layout.loader.cache) <= 5
    assert table.position.current is not None
    assert table.position.current.kind == "clip"


def test_results_of_a_closed_study_are_ignored(table: Table) -> None:
    table.decoder.gate.clear()
    table.read(3)
    table.layout.close(table.position)
    table.decoder.gate.set()
    table.changes.clear()
    assert table.lane.close()
    table.drain()
    assert table.changes == []
    assert table.position.study.sets == ()
    assert len(table.layout.loader.cache) == 0


def test_a_study_opened_again_while_its_first_frame_is_decoded_still_shows_it(table: Table) -> None:
    table.decoder.stubborn = True
    table.decoder.gate.clear()
    contents = [table.decoder.add(ct_slice(1))]
    for _ in range(2):
        table.open(contents)
        table.pump(lambda: not table.position.study.reading)
        assert table.decoder.decoding.wait(5)
    table.decoder.gate.set()
    table.pump(lambda: table.position.loaded is not None)


@pytest.mark.parametrize("late", [False, True])
def test_a_frame_of_a_closed_study_never_stands_for_one_of_the_same_name(table: Table, late: bool) -> None:
    table.open([table.decoder.add(ct_slice(1))])
    table.pump(lambda: table.position.loaded is not None)
    old = table.position.loaded
    table.open([Drawn("ct-3-1")])
    if late and old is not None:
        table.layout.loader._ended(frame_key("study 2", old.shown), Ended(1, "done", result=old))
    assert table.position.loaded is None
    table.pump(lambda: table.position.loaded is not None)
    assert table.position.loaded is not old


def test_trying_again_in_the_middle_of_reading_loses_nothing_that_is_still_to_be_read(table: Table) -> None:
    slices = [table.decoder.add(ct_slice(number)) for number in range(1, 40)]
    table.open([Drawn("broken-1"), *slices])
    table.pump(lambda: bool(table.position.study.errors))
    assert table.position.study.reading
    table.position.try_again()
    table.pump(lambda: not table.position.study.reading)
    assert table.position.study.described == table.position.study.total == 40
    assert set(table.position.study.errors) == {"broken-1"}


def test_a_set_that_is_split_while_the_study_is_read_stays_the_one_that_is_shown(table: Table) -> None:
    axial = [ct_slice(number) for number in range(1, 9)]
    sagittal = [replace(said, sop_instance_uid=f"{said.sop_instance_uid}-s", frame_infos=(SIDEWAYS,)) for said in axial]
    table.open([table.decoder.add(said) for said in (*axial, *sagittal)])
    table.pump(lambda: len(table.position.study.sets) > 0)
    table.position.go_to(0)
    shown = table.position.frame
    table.changes.clear()
    table.pump(lambda: not table.position.study.reading)
    assert len(table.position.study.sets) == 2
    assert shown is not None
    assert table.position.frame is not None
    assert table.position.frame.key == shown.key
    assert "set" not in table.changes


def test_a_series_chosen_before_anything_was_read_stays_the_one_that_is_shown(table: Table) -> None:
    scout = replace(ct_slice(1, series="1"), image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    contents = [table.decoder.add(said) for said in (scout, *(ct_slice(number) for number in range(1, 9)))]
    known = [KnownSeries("known 1", (contents[0],), "1.1", 1), KnownSeries("known 3", tuple(contents[1:]), "1.3", 3)]
    table.decoder.hold = True
    table.open(contents, known)
    table.position.choose("known 1")
    table.decoder.hold = False
    table.pump(lambda: not table.position.study.reading)
    assert table.position.waits_for == ""
    assert table.position.frame is not None
    assert table.position.frame.content.key == "ct-1-1"


def two_series(table: Table) -> list[Drawn]:
    made = [*range(1, 21)]
    table.decoder.hold = True
    contents = [table.decoder.add(ct_slice(number, series=series)) for series in ("3", "4") for number in made]
    known = [
        KnownSeries(f"known {n}", tuple(contents[n * 20 : n * 20 + 20]), f"1.{n + 3}", n + 3, "", "CT") for n in (0, 1)
    ]
    table.open(contents, known)
    return contents  # type: ignore[return-value]


def read_on(table: Table) -> None:
    table.decoder.hold = False
    table.pump(lambda: not table.position.study.reading)


def place(table: Table) -> tuple[str, int]:
    frame = table.position.frame
    assert frame is not None
    return frame.description.series_instance_uid or "", table.position.index


@pytest.mark.parametrize(
    "moves, ends_at",
    [
        ("step step step", ("1.3", 3)),
        ("last", ("1.3", 19)),
        ("last back", ("1.3", 18)),
        ("series", ("1.4", 0)),
        ("series series step", ("1.4", 1)),
        ("series step unseries step step", ("1.3", 2)),
        ("series last", ("1.4", 19)),
        ("last series", ("1.4", 0)),
        ("series last first", ("1.4", 0)),
    ],
)
def test_moves_made_before_there_is_a_picture_are_done_when_there_is(
    table: Table, moves: str, ends_at: tuple[str, int]
) -> None:
    two_series(table)
    position = table.position
    does = {
        "step": lambda: position.step(1),
        "back": lambda: position.step(-1),
        "first": position.go_to_first,
        "last": position.go_to_last,
        "series": lambda: position.step_set(1),
        "unseries": lambda: position.step_set(-1),
    }
    for move in moves.split():
        does[move]()
    read_on(table)
    assert place(table) == ends_at


def test_moves_for_an_exam_are_forgotten_with_it(table: Table) -> None:
    contents = two_series(table)
    table.position.step(5)
    table.position.step_set(1)
    table.open(contents[:20])
    read_on(table)
    assert place(table) == ("1.3", 0)


def test_without_an_exam_nothing_is_held(table: Table) -> None:
    table.position.step(3)
    table.position.step_set(1)
    table.position.go_to_last()
    table.read()
    assert table.position.index == 0


def test_a_choice_by_hand_is_worth_more_than_moves_that_wait(table: Table) -> None:
    two_series(table)
    table.position.step(5)
    table.position.choose("known 1")
    read_on(table)
    assert place(table) == ("1.4", 0)


def test_a_step_beyond_what_was_read_goes_on_when_more_is_there_and_a_step_back_ends_it(table: Table) -> None:
    two_series(table)
    table.decoder.hold_after = 1
    table.decoder.hold = False
    table.pump(lambda: table.position.loaded is not None)
    table.position.step(10)
    assert table.position.index == 0
    table.position.step(-1)
    table.position.step(3)
    table.decoder.hold_after = None
    table.pump(lambda: not table.position.study.reading)
    assert place(table) == ("1.3", 3)


def test_a_wait_for_a_series_takes_steps_for_it(table: Table) -> None:
    two_series(table)
    table.decoder.hold_after = 1
    table.decoder.hold = False
    table.pump(lambda: table.position.loaded is not None)
    table.position.step_set(1)
    table.position.step(2)
    assert place(table)[0] == "1.3"
    assert table.position.index == 0
    table.decoder.hold_after = None
    table.pump(lambda: not table.position.study.reading)
    assert place(table) == ("1.4", 2)


def test_a_scout_that_comes_first_does_not_use_up_a_move(table: Table) -> None:
    scout = replace(ct_slice(1, series="1"), image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    contents = [table.decoder.add(said) for said in (scout, *(ct_slice(number) for number in range(1, 11)))]
    table.decoder.hold = True
    table.open(contents)
    table.position.step(2)
    read_on(table)
    assert place(table) == ("1.3", 2)
