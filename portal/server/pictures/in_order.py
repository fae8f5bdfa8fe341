"""Several answers asked of the workers at once, and given one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def in_order(asked: Iterable[Callable[[], Awaitable[T]]], at_once: int) -> AsyncGenerator[T, None]:
    """Give the answers in the order of the questions, of which `at_once` are under way.

    Where one fails, or nobody wants the rest any more, those that were begun are let go.
    """
    under_way: deque[asyncio.Future[T]] = deque()
    try:
        for ask in asked:
            under_way.append(asyncio.ensure_future(ask()))
            if len(under_way) >= at_once:
                yield await under_way[0]
                under_way.popleft()
        while under_way:
            yield await under_way[0]
            under_way.popleft()
    finally:
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
