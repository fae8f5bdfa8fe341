"""Who stays connected where many are: of one address only so many, and where there is no place, who does nothing goes.

After those who ask nothing goes who keeps the server waiting in the middle of a question or of an answer, of whoever
has more connections than the new one's address. A proxy on this computer brings everybody's requests over few
connections, and counts its own visitors itself.
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
    idle_since: float | None  # None while a request is asked or answered

    @property
    def stalled_since(self) -> float | None:
        """Since when its client neither sends on nor takes what it asked for; None where the server is to do more."""

    @property
    def ended(self) -> bool:
        """Whether it is being closed: it is still listed for a moment."""

    def end(self) -> None:
        """Close it."""


def make_room(new: Visitor, all_of_them: Iterable[Visitor], *, behind_proxy: bool = False) -> None:
    """End one connection where the new one is too many: one that waits for nothing, else the new one itself."""
    here = [each for each in all_of_them if not each.ended]
    own = [each for each in here if each.network == new.network]
    if len(own) > OF_ONE_ADDRESS and not behind_proxy:
        (_longest_idle(own, new) or new).end()
    elif len(here) > MOST_CONNECTIONS:
        (_longest_idle(_crowd(here, new), new) or _longest_stalled(here, len(own)) or new).end()


def _crowd(here: list[Visitor], new: Visitor) -> list[Visitor]:
    """Give those of the address that has most idle ones."""
    idle = Counter(each.network for each in here if each.idle_since is not None and each is not new)
    largest = max(idle, key=idle.__getitem__, default="")
    return [each for each in here if each.network == largest]


def _longest_idle(some: list[Visitor], new: Visitor) -> Visitor | None:
    idle = [each for each in some if each.idle_since is not None and each is not new]
    return min(idle, key=lambda each: each.idle_since or 0.0, default=None)


def _longest_stalled(here: list[Visitor], own: int) -> Visitor | None:
    """Find whom to wait for no longer, among the addresses with the most connections and more than `own`."""
    size = Counter(each.network for each in here)
    stalled = [each for each in here if each.stalled_since is not None and size[each.network] > own]
    return min(stalled, key=lambda each: (-size[each.network], each.stalled_since or 0.0), default=None)
