"""Tokens of a person's account: those for their own programs, which live for days, and all that open it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from portal.server.access.lapsing import is_lapsed
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import AccessTokenRow, AccountRow, BrowserSessionRow, RefreshTokenRow, TokenFamilyRow
from portal.server.base.tokens import new_id, new_token, token_hash
from portal.server.people.user_names import folded_name
from portal.wire.accounts import AccountToken, AccountTokens
from portal.wire.moments import utc_text

MACHINE_CLIENT = "machine"
DAYS_MOST = 365  # as long as an account may rest before it lapses
LABEL_LONGEST = 100


@dataclass(frozen=True, slots=True)
class MachineToken:
    """A token, shown once; `id` is what it is ended by."""

    token: str
    expires_at: datetime
    id: str


def machine_token(session: Session, user_name: str, days: int, now: datetime, label: str | None = None) -> MachineToken:
    """Make a token for an active account; raises `Problem`: "not-found" without one of this name, "account-lapsed"."""
    account = account_named(session, user_name)
    if account.state != "active":
        raise Problem("not-found")
    if is_lapsed(account, now):
        raise Problem("account-lapsed")
    label = (label or "").strip()[:LABEL_LONGEST] or None
    family = TokenFamilyRow(id=new_id(), account=account.id, client_id=MACHINE_CLIENT, label=label, created_at=now)
    session.add(family)
    session.flush()
    made = MachineToken(new_token(), now + timedelta(days=days), family.id)
    hashed = token_hash(made.token)
    session.add(AccessTokenRow(token_hash=hashed, family=family.id, created_at=now, expires_at=made.expires_at))
    details = {"expires_on": made.expires_at.date().isoformat(), **_named(family)}
    note(session, account=account.id, kind="token-created", at=now, details=details)
    return made


def account_named(session: Session, user_name: str) -> AccountRow:
    """Find an account by its user name; raises `Problem("not-found")`."""
    query = select(AccountRow).where(AccountRow.user_name_folded == folded_name(user_name))
    account = session.scalars(query).first()
    if account is None:
        raise Problem("not-found")
    return account


def living_tokens(session: Session, account: str, now: datetime, own: str | None = None) -> AccountTokens:
    """List what opens an account now, the newest first: machine tokens, and the sign-ins of people; `own` is marked."""
    ends = union_all(
        select(AccessTokenRow.family, AccessTokenRow.expires_at),
        select(RefreshTokenRow.family, RefreshTokenRow.expires_at).where(RefreshTokenRow.used_at.is_(None)),
        select(BrowserSessionRow.family, BrowserSessionRow.expires_at),
    ).subquery()
    asked = (
        select(TokenFamilyRow, func.max(ends.c.expires_at))
        .join(ends, ends.c.family == TokenFamilyRow.id)
        .where(TokenFamilyRow.account == account, TokenFamilyRow.ended_at.is_(None), ends.c.expires_at > now)
        .group_by(TokenFamilyRow.id)
        .order_by(TokenFamilyRow.created_at.desc(), TokenFamilyRow.id)
    )
    found = [(family, until) for family, until in session.execute(asked)]
    used = _renewed(session, [family.id for family, _until in found])
    return AccountTokens(tuple(_shape(family, until, own, used.get(family.id)) for family, until in found))


def _renewed(session: Session, families: Sequence[str]) -> dict[str, datetime]:
    """Give when the tokens of sign-ins were last made anew."""
    asked = select(RefreshTokenRow.family, func.max(RefreshTokenRow.created_at))
    rows = session.execute(asked.where(RefreshTokenRow.family.in_(families)).group_by(RefreshTokenRow.family))
    return {row[0]: row[1] for row in rows}


def end_token(session: Session, account: str, token_id: str, now: datetime) -> None:
    """End one of an account's tokens or sign-ins by its id; raises `Problem("not-found")`; twice is as once."""
    family = session.get(TokenFamilyRow, token_id)
    if family is None or family.account != account:
        raise Problem("not-found")
    end_tokens(session, family, now)


def end_all_others(session: Session, account: str, own: str | None, now: datetime) -> None:
    """End whatever opens an account, sign-ins and tokens of programs, but for the one this is asked with."""
    living = (TokenFamilyRow.account == account, TokenFamilyRow.ended_at.is_(None), TokenFamilyRow.id != own)
    for family in session.scalars(select(TokenFamilyRow).where(*living).order_by(TokenFamilyRow.created_at)):
        end_tokens(session, family, now)


def end_tokens(session: Session, family: TokenFamilyRow, now: datetime) -> None:
    """End all tokens of a family at once, and have the activity say so."""
    if family.ended_at is not None:
        return
    family.ended_at, family.end_reason = now, "revoked"
    kind = "token-revoked" if family.client_id == MACHINE_CLIENT else "signed-out"
    note(session, account=family.account, kind=kind, at=now, details=_named(family))  # type: ignore[arg-type]


def end_sign_ins(session: Session, account: str, now: datetime) -> None:
    """End every sign-in of an account, in browsers and on desktops; the person's own programs keep their tokens."""
    living = (TokenFamilyRow.account == account, TokenFamilyRow.ended_at.is_(None))
    for family in session.scalars(select(TokenFamilyRow).where(*living, TokenFamilyRow.client_id != MACHINE_CLIENT)):
        end_tokens(session, family, now)


def _named(family: TokenFamilyRow) -> dict[str, str]:
    return {"label": family.label} if family.label else {}


def _shape(family: TokenFamilyRow, until: datetime, own: str | None, used: datetime | None) -> AccountToken:
    return AccountToken(
        id=family.id,
        kind="machine" if family.client_id == MACHINE_CLIENT else "sign-in",
        created_at=utc_text(family.created_at),
        expires_at=utc_text(until),
        label=family.label,
        this=family.id == own,
        last_used_at=None if used is None else utc_text(used),
    )
