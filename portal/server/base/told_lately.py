"""What is to be told once an hour, however often it happens; kept in memory."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

ONCE_IN = timedelta(hours=1)
MOST_REMEMBERED = 20_000


class ToldLately:
    """Remembers what was told. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[tuple[str, ...], datetime] = {}

    def is_new(self, now: datetime, *what: str) -> bool:
        """Say whether this was not told within the hour, and remember that it is told now."""
        with self._lock:
            if what in self._told and now - self._told[what] < ONCE_IN:
                return False
            if len(self._told) >= MOST_REMEMBERED:
                self._told.clear()
            self._told[what] = now
            return True
