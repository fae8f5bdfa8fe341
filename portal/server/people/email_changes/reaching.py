"""Which accounts an e-mail address opens again that forgot their password, and where the letter goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.tables import AccountRow, EmailChangeRow

OLD_ADDRESS_TIME = timedelta(hours=72)  # the address of before opens the account, and the new one does not


def reached_by(session: Session, address: str, now: datetime) -> Iterator[tuple[AccountRow, str]]:
    """Give the accounts that can be recovered by an address, each with the address as the account has it."""
    folded = address.lower()
    for account in session.scalars(select(AccountRow).where(AccountRow.email_folded == folded)):
        if account.email and _is_trusted(session, account, now):
            yield account, account.email
    before = (
        EmailChangeRow.old_email_folded == folded,
        EmailChangeRow.undone_at.is_(None),
        EmailChangeRow.changed_at > now - OLD_ADDRESS_TIME,
    )
    asked = select(EmailChangeRow).where(*before).order_by(EmailChangeRow.changed_at)
    for change in {row.account: row for row in session.scalars(asked)}.values():
        account = session.get_one(AccountRow, change.account)
        if change.old_email and account.email_folded != folded:
            yield account, change.old_email


def _is_trusted(session: Session, account: AccountRow, now: datetime) -> bool:
    """Say whether an account may be recovered by the address it has; what the practice entered always may."""
    asked = select(EmailChangeRow).where(EmailChangeRow.account == account.id, EmailChangeRow.undone_at.is_(None))
    change = session.scalars(asked.order_by(EmailChangeRow.changed_at.desc()).limit(1)).first()
    if change is None or change.new_email != account.email or account.email_changed_at != change.changed_at:
        return True
    if change.confirmed_at is None:
        return False
    return change.old_email is None or now >= change.changed_at + OLD_ADDRESS_TIME
