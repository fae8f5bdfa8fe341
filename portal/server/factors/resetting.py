"""The practice takes a lost second factor away, once it knows who asks; the person is told by letter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, AuthenticatorRow, PasskeyRow
from portal.server.factors.proving import has_second_factor
from portal.server.factors.recovery_codes import forget_recovery_codes
from portal.server.factors.steps import end_steps
from portal.server.factors.telling import tell_factor


def reset_factor(session: Session, settings: ServerSettings, account: AccountRow, now: datetime) -> None:
    """Let the password alone open an account again; raises `Problem("not-found")` where nothing else was asked for."""
    if account.state != "active" or not has_second_factor(session, account.id):
        raise Problem("not-found")
    forget_factors(session, account.id)
    tell_factor(session, settings, account, "factor-reset", now)


def forget_factors(session: Session, account: str) -> None:
    """Take away whatever an account has besides its password."""
    row = session.get(AuthenticatorRow, account)
    if row is not None:
        session.delete(row)
    session.execute(delete(PasskeyRow).where(PasskeyRow.account == account))
    forget_recovery_codes(session, account)
    end_steps(session, account)
