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

_NEAR_BEHIND, _FAR_BEHIND = 8, 24  # frames of a clip


def default_limit() -> int:
    """Return a quarter of this computer's memory, at most 2 GiB."""
    return min(int(psutil.virtual_memory().total) // 4, _LARGEST)


class FrameCache(Generic[T]):
    """Holds frames by key; what lies farthest from the shown frame goes first. Used from one thread."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._rank: dict[Hashable, int] = {}
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

    def focus(self, order: Sequence[Hashable]) -> None:
        """Say which frames matter now, the most wanted first."""
        self._rank = {key: rank for rank, key in enumerate(order)}

    def put(self, key: Hashable, item: T) -> bool:
        """Hold a frame; frames that matter less make room. False if this one matters least and does not fit."""
        self.discard(key)
        if item.nbytes > self.limit and self._rank.get(key) != 0:
            return False
        self._held[key] = item
        self.nbytes += item.nbytes
        while self.nbytes > self.limit and len(self._held) > 1:
            self.discard(self._least_wanted())
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


def clip_order(index: int, count: int, direction: int) -> Iterator[int]:
    """Yield all indices, the shown one and the one before it first: some near ones, then on to the end, then the start.

    For clips, which are decoded forwards from a key picture: far back, each frame by itself would cost its whole way,
    and the one before a key picture costs a whole group, which is begun while the person looks at the key picture.
    """
    behind = _FAR_BEHIND if direction < 0 else _NEAR_BEHIND
    first = max(index - behind, 0)
    near = [
        first + place for place in read_ahead_order(index - first, min(count, index + behind + 1) - first, direction)
    ]
    if index > 0:
        near.remove(index - 1)
        near.insert(1, index - 1)
    yield from near
    yield from range(min(count, index + behind + 1), count)
    yield from range(first)


def read_ahead_order(index: int, count: int, direction: int) -> Iterator[int]:
    """Yield all indices, the shown one first, then outwards: two in the direction of scrolling for one behind."""
    step = -1 if direction < 0 else 1
    yield index
    ahead, behind = index + step, index - step
    while 0 <= ahead < count or 0 <= behind < count:
        for _ in range(2):
            if 0 <= ahead < count:
                yield ahead
            ahead += step
        if 0 <= behind < count:
            yield behind
        behind -= step
