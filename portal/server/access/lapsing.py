"""An account nobody signed in to for a year rests: nothing is deleted, and the practice can open it again (A8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.server.base.tables import AccountRow

RESTS_AFTER = timedelta(days=365)


def used_at(account: AccountRow) -> datetime:
    """Give when somebody was last there in person; what a program does in the background is no sign-in."""
    seen = (account.created_at, account.activated_at, account.last_sign_in_at, account.reinstated_at)
    return max(moment for moment in seen if moment is not None)


def rests_at(account: AccountRow) -> datetime:
    """Give when the account rests if nobody signs in."""
    return used_at(account) + RESTS_AFTER


def is_lapsed(account: AccountRow, now: datetime) -> bool:
    """Say whether an account rests."""
    return account.state == "active" and rests_at(account) <= now
