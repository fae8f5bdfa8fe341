"""The window's desk while it closes: nothing begins any more, nothing goes on running."""

from __future__ import annotations

import threading
from typing import NoReturn

import pytest

from app.window.jobs.workbench import Desk, Task
from core.job import Job


def _nothing_to_open() -> NoReturn:
    raise AssertionError("nobody asked for it")


@pytest.fixture
def desk(qapp: object) -> Desk:
    """A desk whose shelf and workers nobody needs."""
    return Desk(_nothing_to_open, _nothing_to_open)


@pytest.mark.parametrize("name", ["healing", "another"])
def test_a_lane_asked_for_while_the_desk_closes_runs_nothing_and_ends(desk: Desk, name: str) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(_job: Job) -> None:
        begun.set()
        go_on.wait()

    desk.run(desk.keeping, work, Task(lambda _: None))
    desk.lane("another")
    begun.wait()
    assert not desk.close(0), "the work goes on"
    ran: list[Job] = []
    desk.run(desk.lane(name), ran.append, Task(lambda _: None))
    go_on.set()
    assert desk.close(30)
    assert ran == []
