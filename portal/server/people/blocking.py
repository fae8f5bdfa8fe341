"""The practice shuts an account, and opens it again: a lost phone, a stranger's hand, somebody who left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, AuthorizationCodeRow, DeviceGrantRow, TokenFamilyRow


def block(session: Session, account_id: str, actor: str | None, now: datetime) -> AccountRow:
    """End every way in at once; twice is as once. Raises `Problem("not-found")` for an account that was deleted."""
    account = _held(session, account_id)
    if account.state != "blocked":
        account.state = "blocked"
        living = (TokenFamilyRow.account == account.id, TokenFamilyRow.ended_at.is_(None))
        session.execute(update(TokenFamilyRow).where(*living).values(ended_at=now, end_reason="blocked"))
        for waiting in (AuthorizationCodeRow, DeviceGrantRow):
            session.execute(delete(waiting).where(waiting.account == account.id))
        note(session, account=account.id, kind="blocked", at=now, actor=actor)
    return account


def unblock(session: Session, account_id: str, actor: str | None, now: datetime) -> AccountRow:
    """Let somebody in again, as before; whoever was invited is invited."""
    account = _held(session, account_id)
    if account.state == "blocked":
        account.state = "active" if account.activated_at is not None else "invited"
        note(session, account=account.id, kind="unblocked", at=now, actor=actor)
    return account


def _held(session: Session, account_id: str) -> AccountRow:
    account = held(session, AccountRow, account_id)
    if account is None or account.state == "closed":
        raise Problem("not-found")
    return account
