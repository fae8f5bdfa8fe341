"""Where a share is: the four words, what ended it, and whether it can be opened: nothing else decides that."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import ColumnElement, and_

from portal.server.base.tables import ShareRow
from portal.wire.sharing import ShareStatus
from portal.wire.well_known import Limits

Ending = Literal["revoked", "expired", "used-up"]


class Sharing(Protocol):
    """What the status depends on."""

    expires_at: datetime
    max_accesses: int
    accesses_used: int
    revoked_at: datetime | None


def ending(share: Sharing, now: datetime) -> Ending | None:
    """Say what ended a share; None while it lives. Revoking counts before the date, the date before the count."""
    if share.revoked_at is not None:
        return "revoked"
    if now >= share.expires_at:
        return "expired"
    return "used-up" if share.accesses_used >= share.max_accesses else None


def lives(share: Sharing, now: datetime) -> bool:
    """Say whether what was opened stays open: one that is used up opens no more, and ends nothing."""
    return ending(share, now) in (None, "used-up")


def opens(now: datetime) -> ColumnElement[bool]:
    """Give the condition on `ShareRow` under which a share can be opened now: that nothing ended it (`ending`)."""
    counts = ShareRow.accesses_used < ShareRow.max_accesses
    return and_(ShareRow.revoked_at.is_(None), ShareRow.expires_at > now, counts)


def status(share: Sharing, now: datetime) -> ShareStatus:
    """Give the status word: Revoked before Expired (by date or count) before Viewed before Active."""
    ended = ending(share, now)
    if ended is not None:
        return "revoked" if ended == "revoked" else "expired"
    return "viewed" if share.accesses_used else "active"


class Guessed(Protocol):
    """How many wrong codes came with the link, and how many were typed after the locator."""

    wrong_codes: int
    wrong_typed_codes: int


def link_locked(share: Guessed, limits: Limits) -> bool:
    """Say whether too many wrong codes came with the link: for good, and for every way in."""
    return share.wrong_codes >= limits.wrong_codes_most


def typed_locked(share: Guessed, limits: Limits) -> bool:
    """Say whether typed share codes are shut, until the owner allows them again; the link is not touched by this."""
    return share.wrong_typed_codes >= limits.wrong_codes_most
