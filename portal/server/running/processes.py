"""Several processes that answer at one address: begun together, begun anew where one dies, ended together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import PortalError

PAUSE_SECONDS = 1.0  # before another takes the place of one that ended before it answered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crew:
    """How many processes are wanted, and the words that begin one; the number of the listener is added."""

    many: int
    command: Sequence[str]
    folder: Path | None = None  # from where


class Processes:
    """Begins processes that listen where this one is bound, and keeps as many until it is told to end.

    Each holds what this one holds of the data folder, and ends when this one is gone: its input ends then.
    """

    def __init__(self, crew: Crew, listener: socket.socket, held: Sequence[int], ready: Callable[[], None]) -> None:
        self._crew, self._listener, self._held, self._ready = crew, listener, tuple(held), ready
        self._changed = threading.Lock()
        self._ending = threading.Event()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._waited_for = crew.many
        self._failed = False

    def answer(self) -> None:
        """Answer until SIGTERM or SIGINT; raises `PortalError("portal-process-ended")` where one never began to."""
        with _signals() as (wait, wake):
            keepers = [threading.Thread(target=self._keep, args=(wake,)) for _ in range(self._crew.many)]
            for keeper in keepers:
                keeper.start()
            wait()
            self._end()
            for keeper in keepers:
                keeper.join()
        if self._failed:
            raise PortalError("portal-process-ended")

    def _keep(self, wake: Callable[[], None]) -> None:
        while (process := self._begin()) is not None:
            assert process.stdout is not None
            answers = bool(process.stdout.readline())
            self._note(answers, wake)
            status = process.wait()
            self._forget(process)
            if not self._ending.is_set():
                log.error("a process that answers ended with %s; another takes its place", status)
                self._ending.wait(0 if answers else PAUSE_SECONDS)

    def _begin(self) -> subprocess.Popen[bytes] | None:
        number = self._listener.fileno()
        with self._changed:
            if self._ending.is_set():
                return None
            process = subprocess.Popen(
                [*self._crew.command, str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=self._crew.folder,
                pass_fds=(number, *self._held),
            )
            self._running.add(process)
            return process

    def _note(self, answers: bool, wake: Callable[[], None]) -> None:
        """Tell that all answer once the last one does; at the start one that does not ends them all."""
        with self._changed:
            if self._ending.is_set() or self._waited_for <= 0:
                return
            self._waited_for -= 1
            self._failed = self._failed or not answers
            failed, all_there = self._failed, self._waited_for == 0
        if failed:
            wake()
        elif all_there:
            self._ready()

    def _end(self) -> None:
        with self._changed:
            self._ending.set()
            for process in self._running:
                process.terminate()

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        with self._changed:
            self._running.discard(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def _signals() -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Give what waits for SIGTERM or SIGINT, and what ends that wait; the system writes what comes into a pipe."""
    mine, theirs = os.pipe()
    os.set_blocking(theirs, False)
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGINT, signal.SIGTERM)}
    pipe_before = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    try:
        yield lambda: _ignore(os.read(mine, 1)), lambda: _ignore(os.write(theirs, b"\0"))
    finally:
        signal.set_wakeup_fd(pipe_before)
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(mine)
        os.close(theirs)


def _ignore(_: object) -> None:
    """Give nothing."""
