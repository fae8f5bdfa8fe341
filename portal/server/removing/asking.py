"""A person asks for the end of their account: shares die at once, the practice does the rest (A7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, PatientRow, ShareRow
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell
from portal.server.sharing.editing import revoke


def ask_deletion(session: Session, settings: ServerSettings, account_id: str, now: datetime) -> AccountRow:
    """Note the wish and end all shares; twice is as once."""
    account = held(session, AccountRow, account_id)
    assert account is not None
    if account.deletion_asked_at is None:
        account.deletion_asked_at = now
        note(session, account=account.id, kind="deletion-asked", at=now)
        tell(session, settings, account, Told("deletion-asked", {"at": moment_words(session, account, now)}), now)
    end_shares(session, account.id, now)
    return account


def end_shares(session: Session, account: str, now: datetime, practice: int | None = None) -> None:
    """End every share of an account at once, or those of exams of one practice."""
    living = select(ShareRow).where(ShareRow.account == account, ShareRow.revoked_at.is_(None))
    if practice is not None:
        living = living.where(ShareRow.patient.in_(select(PatientRow.id).where(PatientRow.practice == practice)))
    for share in session.scalars(living):
        revoke(session, share, now)
