"""What was made lately, up to a size: the same image asked for again needs no worker."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class RecentlyMade(Generic[T]):
    """The newest used things whose sizes together stay below `most`. Thread-safe."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._most = most
        self._size = size
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """Return a thing that is still here."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key]

    def put(self, key: Hashable, thing: T) -> None:
        """Keep a thing; the longest unused make room."""
        with self._lock:
            if key in self._things:
                return
            self._things[key] = thing
            self._total += self._size(thing)
            while self._total > self._most:
                _, gone = self._things.popitem(last=False)
                self._total -= self._size(gone)
