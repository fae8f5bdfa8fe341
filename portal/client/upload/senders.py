"""Several threads that each bring instances to the server, and what is said of them as it comes."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from core.errors import Cancelled
from library.index.rows import ItemNote
from portal.client.upload.order import Ours
from portal.client.upload.pace import PARALLEL_MOST, Pace

Work = Callable[[tuple[Ours, ...]], Sequence[ItemNote]]
Draw = Callable[[deque[Ours]], tuple[Ours, ...]]  # what goes next, taken out of what waits

_NAP = 0.1
_FAREWELL = 1.5


class Senders:
    """Works through instances in order; leaving its `with` block stops and ends all threads."""

    def __init__(self, work: Work, draw: Draw, pace: Pace, stopped: threading.Event) -> None:
        self._work, self._draw, self._pace, self._stopped = work, draw, pace, stopped
        self._waiting: deque[Ours] = deque()
        self._drawing = threading.Lock()
        self._said: queue.SimpleQueue[ItemNote | BaseException] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"upload-{number}", daemon=True) for number in range(PARALLEL_MOST)
        ]

    def notes(self, items: Sequence[Ours]) -> Iterator[ItemNote | None]:
        """Give a note for each instance as it comes, and None now and then while none does; raises what ends all."""
        self._waiting.extend(items)
        for thread in self._threads[: len(items)]:
            thread.start()
        left = len(items)
        while left:
            try:
                said = self._said.get(timeout=_NAP)
            except queue.Empty:
                yield None
                continue
            if isinstance(said, BaseException):
                raise said
            left -= 1
            yield said

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._drawing:
                    if not self._waiting:
                        return
                    pack = self._draw(self._waiting)
                for note in self._paced(pack):
                    self._said.put(note)
            except Cancelled:
                return
            except BaseException as problem:  # noqa: BLE001 - raised again by the thread that waits for the notes
                self._said.put(problem)
                return

    def _paced(self, pack: tuple[Ours, ...]) -> Sequence[ItemNote]:
        size = sum(ours.size for ours in pack)
        self._pace.enter(size, self._stopped)
        try:
            return self._work(pack)
        finally:
            self._pace.leave(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        until = time.monotonic() + _FAREWELL  # one that waits for a silent server ends with its answer or its time
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
