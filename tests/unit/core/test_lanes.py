"""Lanes run work in their order, tell everything that must be told, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import lanes
from core.errors import DicomError
from core.job import Job
from core.lanes import Ended, Lane, NewestFirstLane, Progress, Started


class Told:
    """Keeps what a listener is told and waits for ends."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, event: Any) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def ends(self, count: int = 1) -> list[Ended[Any]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._ends()) >= count, timeout=30)
            return self._ends()

    def _ends(self) -> list[Ended[Any]]:
        return [event for event in self.events if isinstance(event, Ended)]


def plainly(call: Callable[[], None]) -> None:
    call()


@pytest.fixture(name="lane")
def _lane() -> Iterator[Lane]:
    lane = Lane("test", plainly)
    yield lane
    assert lane.close()


@pytest.fixture(name="newest")
def _newest() -> Iterator[NewestFirstLane]:
    lane = NewestFirstLane("test", plainly, waiting_limit=4)
    yield lane
    assert lane.close()


class Gate:
    """Work that holds its lane until it is let go or stopped."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go = threading.Event()

    def __call__(self, job: Job) -> str:
        self.entered.set()
        while not self.go.wait(0.005):
            job.check()
        return "gone"


def test_a_result_is_told_after_the_start(lane: Lane) -> None:
    told = Told()
    job = lane.submit(lambda _: 42, told)
    assert told.ends() == [Ended(job.number, "done", result=42)]
    assert told.events[0] == Started(job.number)


def test_jobs_run_one_after_the_other_in_order(lane: Lane) -> None:
    told, seen = Told(), []
    for number in range(20):
        lane.submit(lambda _, number=number: seen.append(number), told)  # type: ignore[misc]
    told.ends(20)
    assert seen == list(range(20))
    kinds = [type(event) for event in told.events]
    assert kinds == [Started, Ended] * 20


@pytest.mark.parametrize("error", [DicomError("truncated"), ZeroDivisionError()])
def test_an_error_ends_the_job_and_not_the_lane(lane: Lane, error: Exception) -> None:
    def fail(_: Job) -> None:
        raise error

    told = Told()
    lane.submit(fail, told)
    lane.submit(lambda _: "next", told)
    failed, done = told.ends(2)
    assert (failed.state, failed.error) == ("failed", error)
    assert done.result == "next"


def test_a_running_job_can_be_stopped(lane: Lane) -> None:
    told, gate = Told(), Gate()
    job = lane.submit(gate, told)
    gate.entered.wait()
    job.stop()
    assert told.ends()[0].state == "stopped"


def test_a_job_stopped_while_it_waits_ends_at_once_and_does_no_work(lane: Lane) -> None:
    told, gate, ran = Told(), Gate(), []
    running = lane.submit(gate, told)
    gate.entered.wait()
    waiting = lane.submit(lambda _: ran.append(1), told)
    later = lane.submit(lambda _: "later", told)
    waiting.stop()
    assert told.ends(1) == [Ended(waiting.number, "stopped")]
    waiting.stop()
    assert Started(waiting.number) not in told.events
    gate.go.set()
    assert [(end.job, end.state) for end in told.ends(3)][1:] == [(running.number, "done"), (later.number, "done")]
    assert ran == []


def test_a_wanted_picture_that_is_stopped_while_it_waits_ends_at_once() -> None:
    told, gate = Told(), Gate()
    lane = NewestFirstLane("pictures", lambda call: call())
    try:
        lane.request("first", gate, told)
        gate.entered.wait()
        waiting = lane.request("second", lambda _: 1, told)
        waiting.stop()
        assert told.ends(1) == [Ended(waiting.number, "stopped")]
        gate.go.set()
        told.ends(2)
    finally:
        lane.close()


def test_progress_is_told_rarely_and_the_last_of_it_before_the_end(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "PROGRESS_SECONDS", 1e9)

    def work(job: Job) -> None:
        for done in range(1000):
            job.report(done, 1000, "copy")

    told = Told()
    job = lane.submit(work, told)
    told.ends()
    progress = [Progress(job.number, done, 1000, "copy") for done in (0, 999)]
    assert told.events == [Started(job.number), *progress, Ended(job.number, "done")]


def test_closing_stops_what_runs_drops_what_waits_and_takes_no_more(lane: Lane) -> None:
    told, gate = Told(), Gate()
    lane.submit(gate, told)
    gate.entered.wait()
    lane.submit(lambda _: None, told)
    assert lane.close()
    lane.submit(lambda _: None, told)
    assert sorted(end.state for end in told.ends(3)) == ["dropped", "dropped", "stopped"]


def test_a_job_that_does_not_listen_is_not_waited_for_longer_than_said() -> None:
    lane, deaf, told = Lane("test", plainly), threading.Event(), Told()
    lane.submit(lambda _: deaf.wait(), told)
    while not told.events:
        threading.Event().wait(0.001)
    assert lane.close(seconds=0.01) is False
    deaf.set()
    assert lane.close() is True


def test_the_newest_request_goes_first(newest: NewestFirstLane) -> None:
    told, gate, seen = Told(), Gate(), []
    newest.request("gate", gate, told)
    gate.entered.wait()
    for key in "abc":
        newest.request(key, lambda _, key=key: seen.append(key), told)  # type: ignore[misc]
    gate.go.set()
    told.ends(4)
    assert seen == ["c", "b", "a"]


def test_asking_again_moves_to_the_front_and_runs_once(newest: NewestFirstLane) -> None:
    told, gate, seen = Told(), Gate(), []
    newest.request("gate", gate, told)
    gate.entered.wait()
    for key in "aba":
        newest.request(key, lambda _, key=key: seen.append(key), told)  # type: ignore[misc]
    gate.go.set()
    assert [end.state for end in told.ends(4)] == ["dropped", "done", "done", "done"]
    assert seen == ["a", "b"]


def test_the_oldest_requests_are_dropped_when_too_many_wait(newest: NewestFirstLane) -> None:
    told, gate, seen = Told(), Gate(), []
    newest.request("gate", gate, told)
    gate.entered.wait()
    for key in range(10):
        newest.request(key, lambda _, key=key: seen.append(key), told)  # type: ignore[misc]
    gate.go.set()
    told.ends(11)
    assert seen == [9, 8, 7, 6]


def test_requests_nobody_wants_any_more_are_dropped_and_stopped(newest: NewestFirstLane) -> None:
    told, gate, seen = Told(), Gate(), []
    newest.request("old 1", gate, told)
    gate.entered.wait()
    for key in ("old 2", "new", "old 3"):
        newest.request(key, lambda _, key=key: seen.append(key), told)  # type: ignore[misc]
    newest.keep_only(lambda key: key == "new")
    assert sorted(end.state for end in told.ends(4)) == ["done", "dropped", "dropped", "stopped"]
    assert seen == ["new"]
