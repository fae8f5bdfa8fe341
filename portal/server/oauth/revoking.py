"""Ending a token, whatever kind it is (RFC 7009): who has it may end it, and it opens nothing from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.share_sessions import end_session
from portal.server.base.tables import AccessTokenRow, RefreshTokenRow, StaffTokenRow, TokenFamilyRow
from portal.server.base.tokens import token_hash
from portal.server.people.machine_tokens import end_tokens


def revoke(session: Session, token: str, now: datetime) -> None:
    """End a sign-in, a machine's or the practice's token, or a share's session; an unknown one is as good as ended.

    All of these are bearer tokens: whoever holds one needs no other proof, and no client's name, to give it up.
    """
    hashed = token_hash(token)
    for table in (RefreshTokenRow, AccessTokenRow):
        query = select(TokenFamilyRow).join(table, table.family == TokenFamilyRow.id).where(table.token_hash == hashed)
        family = session.scalars(query).first()
        if family is not None:
            end_tokens(session, family, now)
    staff = session.get(StaffTokenRow, hashed)
    if staff is not None and staff.revoked_at is None:
        staff.revoked_at = now
    end_session(session, token, now)
