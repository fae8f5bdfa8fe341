"""The hash chain over an account's activity: a line that was changed, taken out or put in later is found (L1).

Each line's hash is made of its words and of the hash of the line before; the account keeps that of its last line, so
that the end cannot be cut off either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says, as it is kept."""

    at: datetime
    account: str
    kind: str
    share: str | None
    actor: str | None
    details: Mapping[str, Any]
    exams: Iterable[str]


def link(previous: str, line: Line) -> str:
    """Give the hash of a line that follows on `previous` (SHA-256, hexadecimal)."""
    said = [
        previous,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.account,
        line.kind,
        line.share,
        line.actor,
        dict(line.details),
        sorted(set(line.exams)),
    ]
    words = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(words.encode("ascii")).hexdigest()
