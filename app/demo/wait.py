"""What a played scene waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """What the play waits for before it goes on."""

    what: str
    until: Callable[[], bool]
    settle: float = 0.4  # seconds after that, for fades and small pictures
