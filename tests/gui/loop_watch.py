"""How long the program halts the window: the CPU time of each call it has made in the Qt thread over the bridge.

`SCANSHELF_WATCH_LOOP=1 pytest tests/gui` says at the end which calls took more than 50 ms; with `fail` each fails its
test. What Qt itself delivers (clicks, timers, painting) is not seen here. CPU time, not the clock's: what other
programs do does not count, and a computer slower than the one the limit is meant for gets a longer one.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.window.jobs.job_runner import JobRunner, Task
from core.lanes import Ended
from core.qt import Bridge

WATCH = os.environ.get("SCANSHELF_WATCH_LOOP", "")
LIMIT_MS = 50.0
REFERENCE_MS = 20.0  # what the loop of `reference` takes on the computer the limit is meant for
# the call -> why it may take longer
EXCEPTIONS: dict[str, str] = {}


def reference() -> float:
    """Measure a plain loop: the best of three, in milliseconds of CPU time."""

    def once() -> float:
        begun = time.thread_time()
        sum(number * number for number in range(300_000))
        return (time.thread_time() - begun) * 1000

    return min(once() for _ in range(3))


@dataclass
class LoopWatch:
    """What took too long in one test."""

    limit: float
    slow: list[tuple[str, float]] = field(default_factory=list)
    label: str = ""

    def measured(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have a call measured, and named by what it ends in."""

        def make() -> None:
            self.label, begun = _name(call), time.thread_time()
            try:
                call()
            finally:
                took = (time.thread_time() - begun) * 1000
                if took > self.limit and self.label not in EXCEPTIONS:
                    self.slow.append((self.label, took))

        return make


@contextmanager
def watched(limit: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopWatch]:
    """Measure all that bridges deliver meanwhile."""
    watch, post, tell = LoopWatch(limit), Bridge.post, JobRunner._tell

    def posted(self: Bridge, call: Callable[[], None]) -> None:
        post(self, watch.measured(call))

    def told(self: JobRunner, name: str, event: Any, task: Task[Any]) -> None:
        watch.label = _name(task.done if isinstance(event, Ended) else task.progress)
        tell(self, name, event, task)

    monkeypatch.setattr(Bridge, "post", posted)
    monkeypatch.setattr(JobRunner, "_tell", told)
    yield watch


def _name(call: Any) -> str:
    while isinstance(call, functools.partial):
        call = call.func
    return f"{getattr(call, '__module__', '')}.{getattr(call, '__qualname__', repr(call))}"
