"""The server's clock: it alone decides what has expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Give the time now, in UTC."""
    return datetime.now(UTC)
