"""What is another than before, as a value: told once by who changed it, so that nobody has to ask for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed: studies of the shelf (`person:key` each), how some uploads stand, or some shares, by their ids.

    A study changes where it comes or goes, and where what is said beside it does, such as how often it is shared.
    `shelf` is all of the shelf, where nobody knows what of it. Empty is nothing.
    """

    studies: frozenset[str] = frozenset()
    uploads: frozenset[str] = frozenset()
    shares: frozenset[str] = frozenset()
    shelf: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.studies | other.studies,
            self.uploads | other.uploads,
            self.shares | other.shares,
            self.shelf or other.shelf,
        )

    def __bool__(self) -> bool:
        return self.shelf or bool(self.studies or self.uploads or self.shares)

    @property
    def of_shelf(self) -> bool:
        """Tell whether anything of the shelf changed."""
        return self.shelf or bool(self.studies)

    def may_be_of(self, uids: Iterable[str | None]) -> bool:
        """Tell whether a study of these Study Instance UIDs changed, or may have; one without a UID always may."""
        changed = {study.partition(":")[2] for study in self.studies}
        return self.shelf or (bool(changed) and any(uid is None or uid in changed for uid in uids))


Tell = Callable[[Changes], None]
NOTHING = Changes()


class Gathered:
    """Takes changes from any thread and hands them on through `post`, joined: one call for all that came until then."""

    def __init__(self, post: Callable[[Callable[[], None]], None], tell: Tell) -> None:
        self._post, self._tell = post, tell
        self._lock = threading.Lock()
        self._waiting = NOTHING
        self._own = threading.local()

    def note(self, changes: Changes) -> None:
        """Take some changes; from any thread, never waits for who hears of them."""
        held: Changes | None = getattr(self._own, "held", None)
        if held is not None:
            self._own.held = held | changes
            return
        with self._lock:
            due = bool(changes) and not self._waiting
            self._waiting |= changes
        if due:
            self._post(self._hand_on)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tell what the calling thread notes meanwhile once it is over, however it ends."""
        self._own.held = NOTHING
        try:
            yield
        finally:
            held, self._own.held = self._own.held, None
            self.note(held)

    def _hand_on(self) -> None:
        with self._lock:
            changes, self._waiting = self._waiting, NOTHING
        self._tell(changes)
