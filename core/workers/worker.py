"""Worker processes: where foreign bytes are read and decoded, so that the window's process never does.

A pool holds a few long-lived, sandboxed processes that run the tasks of one module. A worker that dies, hangs or takes
too much is killed and replaced, and the call is made once more; what killed two workers is refused from then on. A
system that lets no process begin is said, and asked again at the next call.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from core.errors import ScanshelfError, WorkerError
from core.job import Job
from core.workers.deaths import Deaths, Subject
from core.workers.task import Task, TaskCall
from core.workers.worker_handle import Answer, Request, WorkerHandle, WorkerLostError
from core.workers.worker_process import WorkerSpec

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Answer", "Subject", "Task", "TaskCall", "WorkerPool", "WorkerSpec"]

log = logging.getLogger(__name__)

_START_ATTEMPTS = 3
_WAIT_SECONDS = 0.1
_CLOSE_SECONDS = 3.0


class WorkerPool:
    """Long-lived worker processes for the tasks of one module. Thread-safe.

    One thread of its own starts and buries the workers: on Linux a worker dies with the thread that started it.
    """

    def __init__(self, spec: WorkerSpec, size: int = 1) -> None:
        self.spec = spec
        self._size = size
        self._changed = threading.Condition()
        self._idle: deque[WorkerHandle] = deque()
        self._workers: set[WorkerHandle] = set()
        self._ordered = 0  # workers that the keeper is still to start
        self._waiting = 0  # callers that found no idle worker
        self._wanted = 0  # workers there should be by now; each takes a second of a core to start
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None
        self._closed = self._keeper_ended = False
        self._starts_fail = False
        self._refusals = 0
        self._refusal = WorkerError("worker-unavailable")
        self._deaths = Deaths()

    def start(self) -> None:
        """Spawn all workers in the background; without it `call` spawns as many as are asked at once."""
        with self._changed:
            if self._keeper is None and not self._closed:
                self._start_keeper()
                self._wanted = self._size
                self._order_missing()

    def close(self) -> None:
        """End all workers, also those in the middle of a task."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
            keeper = self._keeper
        self._orders.put(None)
        if keeper is not None:
            keeper.join()

    def layers(self, job: Job) -> list[str]:
        """Return the sandbox layers that are active in a worker, outermost first (for the self-test)."""
        worker = self._take(job)
        try:
            worker.make_ready(job)
            return list(worker.layers or [])
        finally:
            self._give_back(worker)

    def call(
        self,
        task: str,
        arguments: dict[str, Any],
        *,
        job: Job,
        data: Buffer | None = None,
        file: int | None = None,
        cpu_seconds: float = 20.0,
        subject: Subject | None = None,
        most_bytes: int | None = None,
        on_part: Callable[[dict[str, Any], bytearray], None] | None = None,
    ) -> Answer:
        """Run one task in a free worker and return its answer.

        `data` and an open descriptor `file` go along; parts arrive in `on_part`, in the calling thread. `cpu_seconds`
        bounds each item the task names, or the whole call; `most_bytes` bounds the bytes of its answer. `subject` is
        what is worked on.

        Raises what the task raised (`task-failed` for anything but a `ScanshelfError`), `Cancelled` within two seconds
        of the job's end, and `WorkerError` with `item` in its facts when the worker was lost twice - or once, if parts
        had been delivered already, because they would be delivered again. What a task fails over has its `item` too.
        """
        request = Request(task, arguments, data, file, cpu_seconds, on_part, most_bytes)
        before = self._deaths.of(subject)
        deaths = list(before)
        while len(deaths) < 2:
            try:
                answer = self._call_once(request, job)
            except WorkerLostError as lost:
                deaths.append(lost)
                self._remember(subject, deaths)
                if lost.parts:
                    break
            except ScanshelfError:
                self._forgive(subject, deaths)
                raise
            else:
                self._forgive(subject, deaths)
                return answer
        raise WorkerError(deaths[-1].code, item=deaths[-1].item)

    def _remember(self, subject: Subject | None, deaths: list[WorkerLostError]) -> None:
        with contextlib.suppress(OSError, ScanshelfError):  # what cannot be read any more is not asked for again
            self._deaths.remember(subject, list(deaths))

    def _forgive(self, subject: Subject | None, deaths: list[WorkerLostError]) -> None:
        """Forget a death of which what was worked on proves innocent: somebody else killed that worker."""
        if deaths:
            self._remember(subject, [])

    def _call_once(self, request: Request, job: Job) -> Answer:
        attempts = 1 if self._starts_fail else _START_ATTEMPTS
        while True:
            worker = self._take(job)
            try:
                worker.make_ready(job)
                self._starts_fail = False
                if not worker.has_died():  # while it was idle, for which this call is not to blame
                    return worker.call(request, job)
            except WorkerError:
                attempts -= worker.start_failure is not None
                if worker.start_failure is None or attempts <= 0:
                    self._starts_fail = worker.start_failure is not None
                    raise
            finally:
                self._give_back(worker)

    def _take(self, job: Job) -> WorkerHandle:
        """Wait for a free worker; raises `WorkerError` where there is none and the system lets none begin."""
        with self._changed, self._one_more_waits():
            before = self._refusals
            while True:
                job.check()
                if self._closed:
                    raise WorkerError("worker-unavailable", kind="closed")
                if self._idle:
                    return self._idle.pop()
                if self._refusals == before:
                    self._start_keeper()
                    self._wanted = max(self._wanted, min(self._size, len(self._workers) + self._waiting))
                    self._order_missing()
                elif not self._workers and not self._ordered:
                    raise self._refusal
                self._changed.wait(_WAIT_SECONDS)

    @contextlib.contextmanager
    def _one_more_waits(self) -> Iterator[None]:
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def _start_keeper(self) -> None:
        if self._keeper is not None:
            return
        keeper = threading.Thread(target=self._keep, name=f"keeper of {self.spec.tasks}", daemon=True)
        try:
            keeper.start()
        except RuntimeError as error:  # no more threads
            raise WorkerError("worker-unavailable", kind=str(error)) from error
        self._keeper = keeper

    def _order_missing(self) -> None:
        while len(self._workers) + self._ordered < self._wanted and not self._closed:
            self._ordered += 1
            self._orders.put(self._spawn)

    def _give_back(self, worker: WorkerHandle) -> None:
        with self._changed:
            if worker.usable and not self._closed:
                self._idle.append(worker)
                self._changed.notify()
                if self.spec.linger_seconds is not None:
                    self._orders.put(_look_again)
                return
            self._workers.discard(worker)
            if worker.start_failure is None:
                self._order_missing()
            kept = not self._keeper_ended
            if kept:
                self._orders.put(worker.bury)
            self._changed.notify()
        if not kept:
            worker.bury()

    def _keep(self) -> None:
        while (order := self._next_order()) is not None:
            self._carry_out(order)
        self._end_idle_workers()
        self._end_busy_workers(time.monotonic() + _CLOSE_SECONDS)

    def _next_order(self) -> Callable[[], None] | None:
        """Wait for an order; where nothing has been asked for so long, the idle workers go meanwhile."""
        try:
            return self._orders.get(timeout=self.spec.linger_seconds if self._idle else None)
        except queue.Empty:
            return self._end_idle_workers

    def _carry_out(self, order: Callable[[], None]) -> None:
        try:
            order()
        except Exception:  # without its keeper the pool would let every caller wait for ever
            log.exception("a worker could not be started or buried")

    def _end_idle_workers(self) -> None:
        with self._changed:
            idle = list(self._idle)
            self._idle.clear()
            self._workers.difference_update(idle)
            self._wanted = len(self._workers)
        for worker in idle:
            worker.ask_to_quit()
        for worker in idle:
            self._carry_out(partial(worker.bury, grace_seconds=0.5))

    def _end_busy_workers(self, deadline: float) -> None:
        """Kill what is in the middle of a task; the threads that wait for it notice, and give the worker back."""
        with self._changed:
            for worker in self._workers:
                worker.kill()
        while self._workers and time.monotonic() < deadline:
            self._bury_next(max(0.0, deadline - time.monotonic()))
        with self._changed:
            self._keeper_ended = True  # who comes later buries for himself
            late = list(self._workers)
        while self._bury_next(0.0):
            continue
        for worker in late:
            worker.reap()

    def _bury_next(self, seconds: float) -> bool:
        try:
            order = self._orders.get(timeout=seconds) if seconds else self._orders.get_nowait()
        except queue.Empty:
            return False
        if order is not None:
            self._carry_out(order)
        return True

    def _spawn(self) -> None:
        worker = refusal = None
        if not self._closed:
            try:
                worker = WorkerHandle(self.spec)
            except (OSError, RuntimeError, MemoryError) as error:  # no process, memory, descriptor or thread to be had
                refusal = WorkerError("worker-unavailable", kind=_name(error))
        with self._changed:
            self._ordered -= 1
            if worker is not None:
                self._workers.add(worker)
                self._idle.appendleft(worker)
            if refusal is not None:
                self._refusal = refusal
                self._refusals += 1
            self._changed.notify_all()


def _look_again() -> None:
    """Do nothing but let the keeper see how things are."""


def _name(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return type(error).__name__
