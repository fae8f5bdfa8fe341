"""What lies between the password and the second factor: a token that says whose password was right, for ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, SignInStepRow
from portal.server.base.tokens import new_token, token_hash

STEP_TIME = timedelta(minutes=10)


def begin_step(session: Session, account: str, now: datetime) -> str:
    """Note that somebody gave the right password; gives the token the next page carries."""
    session.execute(delete(SignInStepRow).where(SignInStepRow.account == account, SignInStepRow.expires_at <= now))
    token = new_token()
    session.add(
        SignInStepRow(token_hash=token_hash(token), account=account, created_at=now, expires_at=now + STEP_TIME)
    )
    return token


def account_of_step(session: Session, token: str, now: datetime) -> str | None:
    """Give whose password was right, while the step lasts and the account may be signed in to."""
    row = session.get(SignInStepRow, token_hash(token))
    if row is None or row.expires_at <= now:
        return None
    account = session.get(AccountRow, row.account)
    return row.account if account is not None and account.state == "active" else None


def end_step(session: Session, token: str) -> bool:
    """End a step that led in; says whether it was there still: of two who take it at once one gets in."""
    row = held(session, SignInStepRow, token_hash(token))
    if row is None:
        return False
    session.delete(row)
    return True


def end_steps(session: Session, account: str) -> None:
    """End all steps of an account: whoever was on the way in begins anew."""
    session.execute(delete(SignInStepRow).where(SignInStepRow.account == account))
