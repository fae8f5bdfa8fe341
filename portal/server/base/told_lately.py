"""What is to be told once an hour, whichever process of the server sees it, and what is counted to be told."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import Counter
from datetime import datetime, timedelta

from portal.server.base.networks import network_of
from portal.server.base.problems import Problem
from portal.server.base.tries import Tries

ONCE_IN = timedelta(hours=1)
MOST_REMEMBERED = 20_000
TOLD = "told"


class ToldLately:
    """Remembers what was told; the database is asked for what this process does not know of. Thread-safe."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries.having({TOLD: "1 per hour"})
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
        try:
            self._tries.take(TOLD, *what)
        except Problem:
            return False
        return True


class WrongCodes:
    """Counts wrong codes by where they come from, until somebody takes the sums. Thread-safe; keeps no address."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()

    def add(self, address: str) -> None:
        """Count one."""
        place = hmac.new(self._secret, f"place:{network_of(address)}".encode(), hashlib.sha256).hexdigest()[:16]
        with self._lock:
            full = len(self._counted) >= MOST_REMEMBERED and place not in self._counted
            self._counted["" if full else place] += 1

    def take(self) -> dict[str, int]:
        """Give what was counted since, and begin anew."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        return dict(counted)
