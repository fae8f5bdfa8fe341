"""The practice shuts an account, and opens it again: a lost phone, a stranger's hand, somebody who left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    AuthorizationCodeRow,
    DeviceGrantRow,
    TokenFamilyRow,
)


def block(
    session: Session, account_id: str, actor: str | None, now: datetime, practice: int | None = None
) -> AccountRow:  # fmt: skip
    """End every way in at once; twice is as once. Raises `Problem("not-found")` for an account that was deleted.

    Of several practices of a patient each that blocks has to open the account again.
    """
    account = _held(session, account_id)
    for link in _links(session, account):
        if link.person.practice == practice and link.blocked_at is None:
            link.blocked_at = now
    if account.state != "blocked":
        account.state = "blocked"
        living = (TokenFamilyRow.account == account.id, TokenFamilyRow.ended_at.is_(None))
        session.execute(update(TokenFamilyRow).where(*living).values(ended_at=now, end_reason="blocked"))
        for waiting in (AuthorizationCodeRow, DeviceGrantRow):
            session.execute(delete(waiting).where(waiting.account == account.id))
        note(session, account=account.id, kind="blocked", at=now, actor=actor)
    return account


def unblock(
    session: Session, account_id: str, actor: str | None, now: datetime, practice: int | None = None
) -> AccountRow:  # fmt: skip
    """Let somebody in again, as before; whoever was invited is invited.

    What another practice blocked stays so: `Problem("conflict", reason="blocked-elsewhere")`.
    """
    account = _held(session, account_id)
    links = [link for link in _links(session, account) if link.blocked_at is not None]
    ours = [link for link in links if link.person.practice == practice]
    if links and not ours:
        raise Problem("conflict", reason="blocked-elsewhere")
    for link in ours:
        link.blocked_at = None
    if account.state == "blocked" and len(ours) == len(links):
        account.state = "active" if account.activated_at is not None else "invited"
        note(session, account=account.id, kind="unblocked", at=now, actor=actor)
    return account


def _links(session: Session, account: AccountRow) -> list[AccountPatientRow]:
    """Give whom an account stands for, as it is while the account is held."""
    asked = select(AccountPatientRow).where(AccountPatientRow.account == account.id)
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def _held(session: Session, account_id: str) -> AccountRow:
    account = held(session, AccountRow, account_id)
    if account is None or account.state == "closed":
        raise Problem("not-found")
    return account
