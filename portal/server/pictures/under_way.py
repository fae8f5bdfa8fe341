"""What is being made just now: nobody makes the same a second time meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """Lets one thread at a time work on each name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Wait until nobody else works on this."""
        with self._lock:
            turn, waiting = self._names.get(name, (threading.Lock(), 0))
            self._names[name] = (turn, waiting + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._names.pop(name)
                if waiting > 1:
                    self._names[name] = (turn, waiting - 1)
