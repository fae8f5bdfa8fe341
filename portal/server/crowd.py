"""Who stays connected where many are: of one address only so many, and where there is no place, who does nothing goes.

A proxy on this computer brings everybody's requests over few connections, and counts its own visitors itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

MOST_CONNECTIONS = 800
OF_ONE_ADDRESS = 100


class Visitor(Protocol):
    """One connection."""

    network: str
    idle_since: float | None  # None while a request is answered

    def end(self) -> None:
        """Close it."""


def make_room(new: Visitor, all_of_them: Iterable[Visitor], *, behind_proxy: bool = False) -> None:
    """End one connection where the new one is too many: one that waits for nothing, else the new one itself."""
    here = list(all_of_them)
    own = [each for each in here if each.network == new.network]
    if len(own) > OF_ONE_ADDRESS and not behind_proxy:
        _longest_idle(own, new).end()
    elif len(here) > MOST_CONNECTIONS:
        crowd = Counter(each.network for each in here if each.idle_since is not None and each is not new)
        largest = max(crowd, key=crowd.__getitem__, default="")
        _longest_idle([each for each in here if each.network == largest], new).end()


def _longest_idle(some: list[Visitor], new: Visitor) -> Visitor:
    idle = [each for each in some if each.idle_since is not None and each is not new]
    return min(idle, key=lambda each: each.idle_since or 0.0, default=new)
