"""Challenges for passkeys: sealed by the server, so that asking for one writes nothing; each is good once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.rows import found_or_added
from portal.server.base.tables import UsedChallengeRow

CHALLENGE_TIME = timedelta(minutes=10)
RANDOM_BYTES, MOMENT_BYTES = 16, 8


def new_challenge(key: bytes, purpose: str, now: datetime) -> bytes:
    """Make a challenge for one purpose, which says itself of when it is."""
    head = int(now.timestamp()).to_bytes(MOMENT_BYTES, "big") + secrets.token_bytes(RANDOM_BYTES)
    return head + _seal(key, purpose, head)


def use_challenge(session: Session, key: bytes, purpose: str, challenge: bytes, now: datetime) -> bool:
    """Use a challenge up; says whether it was ours, of this purpose, not too old, and used by nobody before."""
    head, seal = challenge[: MOMENT_BYTES + RANDOM_BYTES], challenge[MOMENT_BYTES + RANDOM_BYTES :]
    if not hmac.compare_digest(seal, _seal(key, purpose, head)):
        return False
    age = now.timestamp() - int.from_bytes(head[:MOMENT_BYTES], "big")
    if not -1 <= age < CHALLENGE_TIME.total_seconds():
        return False
    hashed = hashlib.sha256(challenge).hexdigest()
    _, added = found_or_added(
        session,
        select(UsedChallengeRow).where(UsedChallengeRow.challenge_hash == hashed),
        lambda: UsedChallengeRow(challenge_hash=hashed, expires_at=now + CHALLENGE_TIME),
    )
    return added


def _seal(key: bytes, purpose: str, head: bytes) -> bytes:
    return hmac.new(key, b"passkey:" + purpose.encode() + b":" + head, hashlib.sha256).digest()
