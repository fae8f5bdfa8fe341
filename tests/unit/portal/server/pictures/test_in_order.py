"""Several answers are asked for at once and given in order; what nobody wants any more is let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

import pytest

from portal.server.pictures.in_order import in_order


class Slow:
    """Answers when it is let, and counts what is under way."""

    def __init__(self) -> None:
        self.open: dict[int, asyncio.Event] = {}
        self.most = 0
        self.let_go: list[int] = []

    async def answer(self, number: int) -> int:
        self.open[number] = asyncio.Event()
        self.most = max(self.most, len(self.open))
        try:
            await self.open[number].wait()
        except asyncio.CancelledError:
            self.let_go.append(number)
            raise
        finally:
            del self.open[number]
        return number

    def asked(self, count: int) -> list[Callable[[], Awaitable[int]]]:
        return [partial(self.answer, number) for number in range(count)]

    async def begun(self, count: int) -> None:
        while len(self.open) < count:
            await asyncio.sleep(0)


async def _in_order() -> None:
    slow = Slow()

    async def release() -> None:
        await slow.begun(2)
        slow.open[1].set()  # the second is ready first
        while 1 in slow.open:
            await asyncio.sleep(0)
        for number in (0, 2, 3, 4):
            while number not in slow.open:
                await asyncio.sleep(0)
            slow.open[number].set()

    releasing = asyncio.ensure_future(release())
    assert [number async for number in in_order(slow.asked(5), at_once=2)] == [0, 1, 2, 3, 4]
    await releasing
    assert slow.most == 2


async def _let_go() -> None:
    slow = Slow()
    async with aclosing(in_order(slow.asked(5), at_once=3)) as answers:
        first = asyncio.ensure_future(anext(answers))
        await slow.begun(3)
        slow.open[0].set()
        assert await first == 0
    assert (slow.open, slow.let_go) == ({}, [1, 2])


async def _one_fails() -> None:
    slow = Slow()

    async def fail() -> int:
        await slow.begun(1)
        raise LookupError

    with pytest.raises(LookupError):
        async for _ in in_order([fail, partial(slow.answer, 1)], at_once=2):
            pass
    assert (slow.open, slow.let_go) == ({}, [1])


@pytest.mark.parametrize("told", [_in_order, _let_go, _one_fails])
def test_answers_come_in_order_and_none_is_left_behind(told: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        await asyncio.wait_for(told(), 60)

    asyncio.run(within())
