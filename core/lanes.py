"""Job lanes: where long work waits and runs, on plain threads.

Work is a function of one `Job`. What happens to it is told to its listener as `Started`, `Progress` and `Ended`; the
lane hands each telling to `deliver`, which decides the thread (`core.qt.Bridge.post` in the window, a plain call
elsewhere).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from core.errors import Cancelled
from core.job import Job

T = TypeVar("T")
State = Literal["done", "failed", "stopped", "dropped"]
Deliver = Callable[[Callable[[], None]], None]

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Started:
    """The job with this number is not waiting any more."""

    job: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` in `step`, at most ten times a second."""

    job: int
    done: int
    total: int
    step: str


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """The job is over: "dropped" ones never ran. Told exactly once for each job.

    `error` is a `ScanshelfError` when the world failed; anything else is our bug.
    """

    job: int
    state: State
    result: T | None = None
    error: Exception | None = None


Event = Started | Progress | Ended[T]
Listener = Callable[[Event[T]], None]


class RunningJob(Generic[T]):
    """One piece of work in a lane, waiting or running; also the `Job` the work is given."""

    def __init__(
        self,
        number: int,
        work: Callable[[Job], T],
        listener: Listener[T],
        deliver: Deliver,
        key: Hashable = None,
        leave: Callable[[RunningJob[T]], bool] = lambda _: False,
    ) -> None:
        self.number = number
        self.key = key
        self._leave = leave
        self._work = work
        self._listener = listener
        self._deliver = deliver
        self._stopped = threading.Event()
        self._last_told = float("-inf")
        self._untold: Progress | None = None

    def report(self, done: int, total: int, step: str) -> None:
        """Tell progress, or keep it until it may be told."""
        self._untold = Progress(self.number, done, total, step)
        now = time.monotonic()
        if now - self._last_told >= PROGRESS_SECONDS:
            self._last_told = now
            self._tell_progress()

    def check(self) -> None:
        """Raise `Cancelled` after `stop`."""
        if self._stopped.is_set():
            raise Cancelled

    def stop(self) -> None:
        """Ask the work to end, or leave the lane at once where it still waits; from any thread."""
        self._stopped.set()
        if self._leave(self):
            self._tell(Ended(self.number, "stopped"))

    def run(self) -> None:
        """Do the work in the lane's thread and tell how it ended."""
        self._tell(Started(self.number))
        ended = self._do_work()
        self._tell_progress()
        self._tell(ended)

    def drop(self) -> None:
        """Tell that the work is not done because nobody wants it any more."""
        self._tell(Ended(self.number, "dropped"))

    def _do_work(self) -> Ended[T]:
        try:
            self.check()
            return Ended(self.number, "done", result=self._work(self))
        except Cancelled:
            return Ended(self.number, "stopped")
        except Exception as error:  # noqa: BLE001 - the one place where a job's errors end; the listener says them
            return Ended(self.number, "failed", error=error)

    def _tell_progress(self) -> None:
        progress, self._untold = self._untold, None
        if progress is not None:
            self._tell(progress)

    def _tell(self, event: Event[T]) -> None:
        self._deliver(partial(self._listener, event))


class Lane:
    """Jobs one after the other, in the order they came."""

    def __init__(self, name: str, deliver: Deliver, threads: int = 1) -> None:
        self._deliver = deliver
        self._changed = threading.Condition()
        self._waiting: deque[RunningJob[Any]] = deque()
        self._running: set[RunningJob[Any]] = set()
        self._closed = False
        self._count = 0
        self._threads = [threading.Thread(target=self._serve, name=f"{name} lane", daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[Job], T], listener: Listener[T]) -> RunningJob[T]:
        """Put work at the end of the lane."""
        with self._changed:
            job = self._new_job(work, listener, None)
            if not self._closed:
                self._waiting.append(job)
                self._changed.notify()
                return job
        job.drop()
        return job

    def stop_all(self) -> None:
        """Ask everything that runs to end and drop everything that waits."""
        with self._changed:
            for job in self._running:
                job.stop()
            dropped = list(self._waiting)
            self._waiting.clear()
        for job in dropped:
            job.drop()

    def close(self, seconds: float = 5.0) -> bool:
        """Take no more jobs, stop all, and wait so long for the end; tells whether everything has ended."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.stop_all()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _new_job(self, work: Callable[[Job], T], listener: Listener[T], key: Hashable) -> RunningJob[T]:
        self._count += 1
        return RunningJob(self._count, work, listener, self._deliver, key, self._leave)

    def _leave(self, job: RunningJob[Any]) -> bool:
        """Take a job out that waits; tells whether it did."""
        with self._changed:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def _take_next(self) -> RunningJob[Any]:
        return self._waiting.popleft()

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                job = self._take_next()
                self._running.add(job)
            try:
                job.run()
            finally:
                with self._changed:
                    self._running.discard(job)


class NewestFirstLane(Lane):
    """Requests by key, the newest first; what is asked for again moves to the front, what is stale is dropped."""

    def __init__(self, name: str, deliver: Deliver, threads: int = 1, waiting_limit: int = 256) -> None:
        self._waiting_limit = waiting_limit
        super().__init__(name, deliver, threads)

    def request(self, key: Hashable, work: Callable[[Job], T], listener: Listener[T]) -> RunningJob[T]:
        """Ask for something; an older request with the same key that still waits is dropped in favour of this one."""
        with self._changed:
            job = self._new_job(work, listener, key)
            dropped = [old for old in self._waiting if old.key == key]
            for old in dropped:
                self._waiting.remove(old)
            if self._closed:
                dropped.append(job)
            else:
                self._waiting.append(job)
                self._changed.notify()
            while len(self._waiting) > self._waiting_limit:
                dropped.append(self._waiting.popleft())
        for old in dropped:
            old.drop()
        return job

    def keep_only(self, wanted: Callable[[Hashable], bool]) -> None:
        """Drop waiting requests, and stop running ones, whose key is not wanted any more."""
        with self._changed:
            dropped = [job for job in self._waiting if not wanted(job.key)]
            for job in dropped:
                self._waiting.remove(job)
            for job in self._running:
                if not wanted(job.key):
                    job.stop()
        for job in dropped:
            job.drop()

    def _take_next(self) -> RunningJob[Any]:
        return self._waiting.pop()
