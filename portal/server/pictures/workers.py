"""The workers that decode and draw, used in turns by all who look: through DICOMweb and on the recipient's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync

from core.errors import ScanshelfError, WorkerError
from portal.server.base.problems import Problem
from portal.server.services import Services

T = TypeVar("T")


async def _stays() -> bool:
    return False


async def in_turn(
    services: Services, who: str, work: Callable[[], T], has_left: Callable[[], Awaitable[bool]] = _stays
) -> T:
    """Do what blocks in a thread, when it is the caller's turn; nothing is made for somebody who has left by then.

    There is one set of turns, as there is one set of workers: who looks two ways at once gets no more of them.
    """
    async with services.worker_turns.turn(who):
        if await has_left():
            raise Problem("unavailable")
        return await run_sync(work, limiter=anyio.CapacityLimiter(1))


@contextmanager
def worker_problems() -> Iterator[None]:
    """Turn what workers and disk say into problems; `reason` is the code of what is wrong with an object."""
    try:
        yield
    except WorkerError as error:
        if error.code == "worker-unavailable":
            raise Problem("unavailable", headers={"Retry-After": "5"}) from error
        raise Problem("not-found", reason=error.code) from error
    except ScanshelfError as error:
        raise Problem("not-found", reason=error.code) from error
    except OSError as error:
        raise Problem("unavailable", headers={"Retry-After": "30"}) from error
