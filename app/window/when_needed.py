"""What is made when it is first needed, so that the window is there at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class WhenNeeded(Generic[T]):
    """Gives one thing, made at the first call; `made` has it only where that was."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._then: list[Callable[[T], object]] = []
        self.made: T | None = None

    def __call__(self) -> T:
        """Give it, made now where it was not yet."""
        if self.made is None:
            made = self.made = self._make()
            for act in self._then:
                act(made)
            return made
        return self.made

    def then(self, act: Callable[[T], object]) -> None:
        """Have something done with it as soon as it is made."""
        self._then.append(act)
