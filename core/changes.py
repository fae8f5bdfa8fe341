"""What is another than before, as a value: told once by who changed it, so that nobody has to ask for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed: what the shelf holds, how some uploads stand, or some shares, by their ids; empty is nothing."""

    shelf: bool = False
    uploads: frozenset[str] = frozenset()
    shares: frozenset[str] = frozenset()

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.shelf or other.shelf, self.uploads | other.uploads, self.shares | other.shares)

    def __bool__(self) -> bool:
        return self.shelf or bool(self.uploads or self.shares)


Tell = Callable[[Changes], None]
NOTHING = Changes()


class Gathered:
    """Takes changes from any thread and hands them on through `post`, joined: one call for all that came until then."""

    def __init__(self, post: Callable[[Callable[[], None]], None], tell: Tell) -> None:
        self._post, self._tell = post, tell
        self._lock = threading.Lock()
        self._waiting = NOTHING

    def note(self, changes: Changes) -> None:
        """Take some changes; from any thread, never waits for who hears of them."""
        with self._lock:
            due = bool(changes) and not self._waiting
            self._waiting |= changes
        if due:
            self._post(self._hand_on)

    def _hand_on(self) -> None:
        with self._lock:
            changes, self._waiting = self._waiting, NOTHING
        self._tell(changes)
