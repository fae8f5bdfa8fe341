"""Frames kept in memory, bounded in bytes, nearest to the shown one first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

import psutil

_LARGEST = 2 * 1024**3


class Sized(Protocol):
    """Something that knows how many bytes of memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


T = TypeVar("T", bound=Sized)


def default_limit() -> int:
    """Return a quarter of this computer's memory, at most 2 GiB."""
    return min(int(psutil.virtual_memory().total) // 4, _LARGEST)


class FrameCache(Generic[T]):
    """Holds frames by key for any number of viewports; what lies farthest from all shown frames goes first.

    Used from one thread.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._rank: dict[Hashable, int] = {}  # the best any viewport gives
        self._ranks: dict[Hashable, dict[Hashable, int]] = {}  # by viewport
        self.nbytes = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._held

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> T | None:
        """Return a frame if it is held."""
        item = self._held.get(key)
        if item is not None:
            self._held.move_to_end(key)
        return item

    def __iter__(self) -> Iterator[Hashable]:
        return iter(list(self._held))

    def focus(self, order: Sequence[Hashable], viewport: Hashable = None) -> None:
        """Say which frames matter to a viewport now, the most wanted first."""
        self._ranks[viewport] = {key: rank for rank, key in enumerate(order)}
        rankings = [ranks for ranks in self._ranks.values() if ranks]
        self._rank = rankings[0] if len(rankings) == 1 else _best(rankings)

    def put(self, key: Hashable, item: T) -> bool:
        """Hold a frame; frames that matter less make room. False if this one matters least and does not fit."""
        self.discard(key)
        if item.nbytes > self.limit and self._rank.get(key) != 0:
            return False
        self._held[key] = item
        self.nbytes += item.nbytes
        while self.nbytes > self.limit and len(self._held) > 1:
            least = self._least_wanted()
            if self._rank.get(least) == 0:
                break  # each viewport keeps what it shows
            self.discard(least)
        return key in self._held

    def room_for(self, rank: int, nbytes: int) -> bool:
        """Tell whether a frame of `rank` could be held without putting out one that matters more."""
        kept = sum(item.nbytes for key, item in self._held.items() if self._rank.get(key, rank + 1) < rank)
        return kept + nbytes <= self.limit

    def discard(self, key: Hashable) -> None:
        """Let go of a frame."""
        item = self._held.pop(key, None)
        if item is not None:
            self.nbytes -= item.nbytes

    def clear(self) -> None:
        """Let go of everything."""
        self._held.clear()
        self.nbytes = 0

    def _least_wanted(self) -> Hashable:
        """Return the oldest frame nobody speaks of, else the one of the highest rank."""
        for key in self._held:
            if key not in self._rank:
                return key
        return max(self._held, key=lambda key: self._rank[key])


def _best(rankings: Sequence[dict[Hashable, int]]) -> dict[Hashable, int]:
    best: dict[Hashable, int] = {}
    for ranks in rankings:
        for key, rank in ranks.items():
            best[key] = min(rank, best.get(key, rank))
    return best
