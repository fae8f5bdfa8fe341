"""Opens an account again that rests (A8), or whose person no longer wants it deleted (A7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow


def reinstate(
    session: Session, account: AccountRow, now: datetime, actor: str | None = None, practice: int | None = None
) -> None:
    """Let the year begin anew; raises `Problem("not-found")` for an account that is not taken over, or closed.

    One practice of several does not take back what was asked of all: `Problem("conflict", reason="asked-of-several")`.
    """
    if account.state != "active":
        raise Problem("not-found")
    elsewhere = any(link.person.practice != practice for link in account.patients)
    if practice is not None and account.deletion_asked_at is not None and elsewhere:
        raise Problem("conflict", reason="asked-of-several")
    account.reinstated_at, account.deletion_asked_at = now, None
    note(session, account=account.id, kind="reinstated", at=now, actor=actor)
