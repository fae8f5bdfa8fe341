"""Token families: all tokens of one sign-in, which live and end together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.server.access.lapsing import is_lapsed
from portal.server.activity.log import note
from portal.server.base.rows import held
from portal.server.base.tables import AccessTokenRow, AccountRow, RefreshTokenRow, TokenFamilyRow
from portal.server.base.tokens import new_id, new_token, token_hash
from portal.server.oauth.refusals import Refusal

ACCESS_TIME = timedelta(minutes=15)
REFRESH_TIME = timedelta(days=90)
LOST_TIME = timedelta(seconds=30)  # how long an answer that did not arrive is given once more


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the token endpoint gives; the tokens are shown this once."""

    access_token: str
    refresh_token: str
    user_name: str
    expires_in: int = int(ACCESS_TIME.total_seconds())
    token_type: str = "Bearer"

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)


def begin_family(session: Session, account: str, client_id: str, how: str, now: datetime) -> TokenFamilyRow:
    """Sign somebody in: a new family, noted in the activity."""
    family = TokenFamilyRow(id=new_id(), account=account, client_id=client_id, created_at=now)
    session.add(family)
    row = session.get_one(AccountRow, account)
    row.last_sign_in_at = now
    session.flush()
    note(session, account=account, kind="signed-in", at=now, actor=row.user_name, details={"how": how})
    return family


def give_tokens(session: Session, family: TokenFamilyRow, now: datetime) -> TokenAnswer:
    """Make the next access and refresh token of a family; what is past its time is forgotten."""
    for table in (AccessTokenRow, RefreshTokenRow):
        session.execute(delete(table).where(table.family == family.id, table.expires_at <= now))
    access, refresh = new_token(), new_token()
    shared = {"family": family.id, "created_at": now}
    session.add(AccessTokenRow(token_hash=token_hash(access), expires_at=now + ACCESS_TIME, **shared))
    session.add(RefreshTokenRow(token_hash=token_hash(refresh), expires_at=now + REFRESH_TIME, **shared))
    user_name = session.get_one(AccountRow, family.account).user_name
    return TokenAnswer(access, refresh, user_name or "")


def end_family(session: Session, family_id: str | None, reason: str, now: datetime) -> None:
    """End all tokens of a sign-in at once."""
    family = None if family_id is None else session.get(TokenFamilyRow, family_id)
    if family is not None and family.ended_at is None:
        family.ended_at, family.end_reason = now, reason


def refresh(session: Session, token: str, client_id: str, now: datetime) -> TokenAnswer | Refusal:
    """Give new tokens for a refresh token, which works once: a second use means that somebody has a copy.

    But an answer may be lost on the way: within `LOST_TIME`, and while nobody used the token that was given, there is
    another pair, and the one before opens nothing any more.

    A refusal is returned, not raised, so that what it ended is kept.
    """
    row = held(session, RefreshTokenRow, token_hash(token))
    family = None if row is None else session.get(TokenFamilyRow, row.family)
    if row is None or family is None or family.client_id != client_id:
        return Refusal("invalid_grant")
    if row.used_at is not None and not _was_lost(session, row, row.used_at, now):
        end_family(session, family.id, "refresh-reused", now)
        return Refusal("invalid_grant")
    if family.ended_at is not None or row.expires_at <= now:
        return Refusal("invalid_grant")
    if refusal := closed(session, family.account, now):
        return refusal
    answer = give_tokens(session, family, now)
    row.used_at, row.successor = row.used_at or now, token_hash(answer.refresh_token)
    return answer


def _was_lost(session: Session, row: RefreshTokenRow, used_at: datetime, now: datetime) -> bool:
    """Say whether the answer to a used token seems lost; what was in it ends then, whoever has it."""
    given = None if row.successor is None else held(session, RefreshTokenRow, row.successor)
    if given is None or given.used_at is not None or now - used_at > LOST_TIME:
        return False
    given.used_at = now
    pair = (AccessTokenRow.family == row.family, AccessTokenRow.created_at == given.created_at)
    session.execute(delete(AccessTokenRow).where(*pair))
    return True


def closed(session: Session, account: str, now: datetime) -> Refusal | None:
    """Say why nobody may sign in to an account, if so; one that rests is told apart, since the practice can open it."""
    row = session.get(AccountRow, account)
    if row is None or row.state != "active":
        return Refusal("invalid_grant")
    return Refusal("invalid_grant", "account-lapsed") if is_lapsed(row, now) else None
