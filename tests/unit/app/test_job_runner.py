"""The window's job runner while it closes: nothing begins any more, nothing goes on running."""

from __future__ import annotations

import threading
from typing import NoReturn

import pytest

from app.window.jobs.job_runner import JobRunner, Task
from core.job import Job


def _nothing_to_open() -> NoReturn:
    raise AssertionError("nobody asked for it")


@pytest.fixture
def jobs(qapp: object) -> JobRunner:
    """A job runner whose shelf and workers nobody needs."""
    return JobRunner(_nothing_to_open, _nothing_to_open)


@pytest.mark.parametrize("name", ["healing", "another"])
def test_a_lane_asked_for_while_the_window_closes_runs_nothing_and_ends(jobs: JobRunner, name: str) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(_job: Job) -> None:
        begun.set()
        go_on.wait()

    jobs.run(jobs.keeping, work, Task(lambda _: None))
    jobs.lane("another")
    begun.wait()
    assert not jobs.close(0), "the work goes on"
    ran: list[Job] = []
    jobs.run(jobs.lane(name), ran.append, Task(lambda _: None))
    go_on.set()
    assert jobs.close(30)
    assert ran == []
