"""Access tokens for a person's own programs, made on the server's own computer; they live for days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.accounts.names import folded_name
from portal.server.problems import Problem
from portal.server.tables import AccessTokenRow, AccountRow, TokenFamilyRow
from portal.server.tokens import new_id, new_token, token_hash

MACHINE_CLIENT = "machine"


@dataclass(frozen=True, slots=True)
class MachineToken:
    """A token, shown once."""

    token: str
    expires_at: datetime


def machine_token(session: Session, user_name: str, days: int, now: datetime) -> MachineToken:
    """Make a token for an active account; raises `Problem("not-found")` where there is none of this name."""
    query = select(AccountRow).where(AccountRow.user_name_folded == folded_name(user_name))
    account = session.scalars(query.where(AccountRow.state == "active")).first()
    if account is None:
        raise Problem("not-found")
    family = TokenFamilyRow(id=new_id(), account=account.id, client_id=MACHINE_CLIENT, created_at=now)
    session.add(family)
    session.flush()
    made = MachineToken(new_token(), now + timedelta(days=days))
    hashed = token_hash(made.token)
    session.add(AccessTokenRow(token_hash=hashed, family=family.id, created_at=now, expires_at=made.expires_at))
    return made
