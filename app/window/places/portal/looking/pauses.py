"""How long to wait before a portal is asked again: longer and longer while nothing is new there."""

from __future__ import annotations

FIRST_MS = 5_000
LONGEST_MS = 60_000


class Pauses:
    """The pause between two looks, in milliseconds."""

    def __init__(self) -> None:
        self.now = FIRST_MS

    def begin(self) -> int:
        """Begin with the shortest: something was done here, or somebody came to look."""
        self.now = FIRST_MS
        return self.now

    def after(self, *, news: bool) -> int:
        """Give the pause after a look that brought something new, or nothing."""
        self.now = FIRST_MS if news else min(2 * self.now, LONGEST_MS)
        return self.now
