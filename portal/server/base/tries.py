"""How often the same thing may be tried within a while, per name and per address; kept in memory."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from portal.server.base.problems import Problem


class Tries:
    """Counts tries; `check` ends a request that tries too often with 429 and when to come back."""

    def __init__(self, rates: dict[str, str]) -> None:
        self._rates = {name: parse(rate) for name, rate in rates.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, rate: str, *who: str) -> None:
        """Raise `Problem("too-many-tries")` where `who` has no try left; counts nothing."""
        item = self._rates[rate]
        if not self._limiter.test(item, rate, *who):
            raise self._too_many(item, rate, *who)

    def count(self, rate: str, *who: str) -> None:
        """Count one try of `who`."""
        self._limiter.hit(self._rates[rate], rate, *who)

    def take(self, rate: str, *who: str) -> None:
        """Count one try, or raise where none is left; both in one step, however many come at once."""
        item = self._rates[rate]
        if not self._limiter.hit(item, rate, *who):
            raise self._too_many(item, rate, *who)

    def forget(self, rate: str, *who: str) -> None:
        """Give `who` all tries again."""
        self._limiter.clear(self._rates[rate], rate, *who)

    def _too_many(self, item: RateLimitItem, *who: str) -> Problem:
        reset = self._limiter.get_window_stats(item, *who).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return Problem("too-many-tries", headers={"Retry-After": str(seconds)}, retry_after=seconds)
