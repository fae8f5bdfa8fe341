"""What every way of sending is asked, and how it says that it could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice on its way; `id` stays the same at every try, so that a reader's program can tell a double."""

    id: str
    address: str
    subject: str | None
    text: str
    html: str | None
    off: str | None = None  # switches letters of this kind off, at once where it is sent a POST (RFC 8058)


class NotSentError(Exception):
    """It was not sent; `for_good` where another try would end the same. `reason` has nobody's words in it."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class Way(Protocol):
    """One way a notice takes."""

    def send(self, letter: Letter) -> None:
        """Hand it on; returns when it was taken, raises `NotSentError` otherwise."""
