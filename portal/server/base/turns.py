"""Taking turns where work is heavy: a few at once, and of one caller never all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio


class Turns:
    """Lets `at_once` work, of one caller `of_one`; who has many questions waits for their own ones alone."""

    def __init__(self, at_once: int, of_one: int) -> None:
        self._of_one = of_one
        self._all = anyio.CapacityLimiter(at_once)
        self._callers: dict[str, tuple[anyio.CapacityLimiter, int]] = {}

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait for a place."""
        own, waiting = self._callers.get(who, (anyio.CapacityLimiter(self._of_one), 0))
        self._callers[who] = (own, waiting + 1)
        try:
            # a limiter counts by borrower, and one task may be in several turns
            place = object()
            async with _held(own, place), _held(self._all, place):
                yield
        finally:
            own, waiting = self._callers.pop(who)
            if waiting > 1:
                self._callers[who] = (own, waiting - 1)


@asynccontextmanager
async def _held(limiter: anyio.CapacityLimiter, place: object) -> AsyncIterator[None]:
    await limiter.acquire_on_behalf_of(place)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(place)
