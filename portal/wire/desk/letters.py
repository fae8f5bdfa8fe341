"""Letters and text messages as the practice's desk sees them, and what stands on printed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.wire.people import Person

LetterState = Literal["waiting", "sent", "given-up", "settled"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice, never its words; `again` says that it can be written anew."""

    id: str
    kind: str
    channel: str
    address: str
    state: LetterState
    tries: int
    created_at: str
    trouble: str | None = None
    ended_at: str | None = None
    patient: int | None = None
    person: Person | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Letters:
    """`GET staff/notices`: newest first."""

    letters: tuple[Letter, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """`GET|PATCH staff/practice/card`: how people reach the practice; what is left out stays, "" takes it away."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    letterhead: str | None = None  # lines at the top of printed letters
