"""Notes a change of address and writes to both: the old one may undo it, the new one has to confirm it.

Whoever has somebody's token for a quarter of an hour must not get the account by it: the new address opens no forgotten
password before it is confirmed, nor within three days where there was another one before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, EmailChangeRow
from portal.server.base.tokens import new_id, new_token, token_hash
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell_at

UNDO_TIME = timedelta(days=14)
UNDO_PATH, CONFIRM_PATH = "/email/undo", "/email/confirm"


def note_email_change(
    session: Session, settings: ServerSettings, account: AccountRow, new: str | None, now: datetime
) -> None:
    """Note that a person changes the address of their account, which has the old one still, and write the letters."""
    undo, confirm = (new_token() if account.email else None), (new_token() if new else None)
    row = EmailChangeRow(
        id=new_id(),
        account=account.id,
        old_email=account.email,
        old_email_folded=account.email.lower() if account.email else None,
        new_email=new,
        changed_at=now,
        expires_at=now + UNDO_TIME,
        undo_hash=token_hash(undo) if undo else None,
        confirm_hash=token_hash(confirm) if confirm else None,
    )
    session.add(row)
    facts = {"at": moment_words(session, account, now), "until": moment_words(session, account, row.expires_at)}
    if account.email:
        told = Told("email-changed", facts, f"{settings.public_url}{UNDO_PATH}/{undo}")
        tell_at(session, settings, account, account.email, told, now)
    if new:
        told = Told("email-confirm", facts, f"{settings.public_url}{CONFIRM_PATH}/{confirm}")
        tell_at(session, settings, account, new, told, now)
