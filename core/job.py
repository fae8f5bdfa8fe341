"""How work reports to the outside and is stopped from there."""

from __future__ import annotations

import threading
from typing import Protocol

from core.errors import Cancelled


class Job(Protocol):
    """The one argument by which a long function tells its progress and learns that it should stop."""

    def report(self, done: int, total: int, step: str) -> None:
        """Tell progress: `done` of `total` items or bytes in `step` (a code; words are in `app/words/messages.py`)."""

    def check(self) -> None:
        """Raise `Cancelled` if the person stopped the job."""


class QuietJob:
    """A job nobody watches; it can still be stopped from another thread."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def report(self, done: int, total: int, step: str) -> None:
        """Tell nobody."""

    def check(self) -> None:
        """Raise `Cancelled` after `stop`."""
        if self._stopped.is_set():
            raise Cancelled

    def stop(self) -> None:
        """Ask the work to end at its next check."""
        self._stopped.set()
