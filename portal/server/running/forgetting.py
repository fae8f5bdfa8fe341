"""Forgets, at every start, what has long ended: tokens, codes, sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import InstrumentedAttribute

from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.tables import (
    AccessTokenRow,
    AuthorizationCodeRow,
    Base,
    BrowserSessionRow,
    DeviceGrantRow,
    NoticeRow,
    RecoveryRow,
    RefreshTokenRow,
    ShareSessionRow,
    SignInStepRow,
    UsedChallengeRow,
)

# Kept for a while after their end, so that a second use is still recognised as one.
KEPT = timedelta(days=2)
LETTERS_KEPT = timedelta(days=90)
TOLD_ONCE = ("report", "lapse-warning", "share-ends")

_ENDS: tuple[tuple[type[Base], InstrumentedAttribute[datetime]], ...] = (
    (AccessTokenRow, AccessTokenRow.expires_at),
    (RefreshTokenRow, RefreshTokenRow.expires_at),
    (AuthorizationCodeRow, AuthorizationCodeRow.expires_at),
    (BrowserSessionRow, BrowserSessionRow.expires_at),
    (DeviceGrantRow, DeviceGrantRow.expires_at),
    (ShareSessionRow, ShareSessionRow.expires_at),
    (RecoveryRow, RecoveryRow.expires_at),
    (SignInStepRow, SignInStepRow.expires_at),
    (UsedChallengeRow, UsedChallengeRow.expires_at),
)


def forget_ended(database: Database, clock: Clock) -> None:
    """Delete rows that ended two days ago or earlier; activity and shares are kept for good."""
    before = clock() - KEPT
    with database.writing() as session:
        for table, ended in _ENDS:
            session.execute(delete(table).where(ended < before))
        # what is told once must be known to have been told
        old = (NoticeRow.ended_at < clock() - LETTERS_KEPT, NoticeRow.kind.not_in(TOLD_ONCE))
        session.execute(delete(NoticeRow).where(*old))
