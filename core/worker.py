"""Worker processes: where foreign bytes are read and decoded, so that the window's process never does.

A pool holds a few long-lived, sandboxed processes that run the tasks of one module. A worker that dies, hangs or takes
too much is killed and replaced, and the call is made once more; what killed two workers is refused from then on.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.errors import WorkerError
from core.job import Job
from core.task import Task, TaskCall
from core.worker_handle import Answer, Request, WorkerHandle, WorkerLostError
from core.worker_process import WorkerSpec

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Answer", "Task", "TaskCall", "WorkerPool", "WorkerSpec"]

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
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None
        self._closed = False
        self._start_failures = 0
        self._start_failure: WorkerError | None = None
        self._deaths: dict[str, list[WorkerLostError]] = {}

    def start(self) -> None:
        """Spawn the workers in the background; `call` does it too when nobody has."""
        with self._changed:
            if self._keeper is not None or self._closed:
                return
            self._keeper = threading.Thread(target=self._keep, name=f"keeper of {self.spec.tasks}", daemon=True)
            for _ in range(self._size):
                self._orders.put(self._spawn)
            self._keeper.start()

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
        subject: str = "",
        on_part: Callable[[dict[str, Any], bytearray], None] | None = None,
    ) -> Answer:
        """Run one task in a free worker and return its answer.

        `data` and an open descriptor `file` go along; parts arrive in `on_part`, in the calling thread. `cpu_seconds`
        bounds each item the task names, or the whole call. `subject` names what is worked on (a hash, never shown).

        Raises what the task raised (`task-failed` for anything but a `ScanshelfError`), `Cancelled` within two seconds
        of the job's end, and `WorkerError` with `item` in its facts when the worker was lost twice - or once, if parts
        had been delivered already, because they would be delivered again.
        """
        self.start()
        request = Request(task, arguments, data, file, cpu_seconds, on_part)
        deaths = self._deaths.get(subject, [])
        while len(deaths) < 2:
            try:
                return self._call_once(request, job)
            except WorkerLostError as lost:
                if subject:  # only what killed a worker is remembered
                    deaths = self._deaths.setdefault(subject, deaths)
                deaths.append(lost)
                if lost.parts:
                    break
        raise WorkerError(deaths[-1].code, item=deaths[-1].item)

    def _call_once(self, request: Request, job: Job) -> Answer:
        while True:
            worker = self._take(job)
            try:
                worker.make_ready(job)
                self._start_failures = 0
                if not worker.has_died():  # while it was idle, for which this call is not to blame
                    return worker.call(request, job)
            except WorkerError:
                if worker.start_failure is None:
                    raise
            finally:
                self._give_back(worker)

    def _take(self, job: Job) -> WorkerHandle:
        self.start()
        with self._changed:
            while True:
                job.check()
                if self._start_failure is not None:
                    raise self._start_failure
                if self._closed:
                    raise WorkerError("worker-unavailable", kind="closed")
                if self._idle:
                    return self._idle.pop()
                self._changed.wait(_WAIT_SECONDS)

    def _give_back(self, worker: WorkerHandle) -> None:
        with self._changed:
            if worker.usable and not self._closed:
                self._idle.append(worker)
            else:
                self._workers.discard(worker)
                self._count_start_failure(worker)
                if not self._closed:
                    self._orders.put(self._spawn)
                self._orders.put(worker.bury)
            self._changed.notify()

    def _count_start_failure(self, worker: WorkerHandle) -> None:
        if worker.start_failure is not None:
            self._start_failures += 1
            if self._start_failures >= _START_ATTEMPTS:
                self._start_failure = worker.start_failure

    def _keep(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                order()
            except Exception as error:  # noqa: BLE001 - without its keeper the pool would let every caller wait for ever
                self._give_up(error)
        self._end_idle_workers()
        self._end_busy_workers(time.monotonic() + _CLOSE_SECONDS)

    def _end_idle_workers(self) -> None:
        with self._changed:
            idle = list(self._idle)
            self._idle.clear()
            self._workers.difference_update(idle)
        for worker in idle:
            worker.ask_to_quit()
        for worker in idle:
            worker.bury(grace_seconds=0.5)

    def _end_busy_workers(self, deadline: float) -> None:
        """Kill what is in the middle of a task; the threads that wait for it notice, and give the worker back."""
        with self._changed:
            busy = list(self._workers)
        for worker in busy:
            worker.kill()
        for _ in busy:
            with contextlib.suppress(queue.Empty):
                order = self._orders.get(timeout=max(0.0, deadline - time.monotonic()))
                if order is not None:
                    order()

    def _give_up(self, error: Exception) -> None:
        with self._changed:
            self._start_failure = WorkerError("worker-unavailable", kind=type(error).__name__)
            self._changed.notify_all()

    def _spawn(self) -> None:
        worker = WorkerHandle(self.spec)
        with self._changed:
            self._workers.add(worker)
            self._idle.appendleft(worker)
            self._changed.notify()
