"""The authenticator app of an account: begun, confirmed by a first code, taken away again."""

from __future__ import annotations

import io
from datetime import datetime

import segno
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, AuthenticatorRow
from portal.server.factors.one_time_codes import app_address, fitting_counter, new_secret, typed_secret
from portal.server.factors.proving import has_second_factor
from portal.server.factors.recovery_codes import (
    forget_recovery_codes,
    make_recovery_codes,
)
from portal.server.factors.sealing import seal, unseal
from portal.server.factors.steps import end_steps
from portal.server.factors.telling import tell_factor
from portal.server.services import Services
from portal.wire.second_factor import NewAuthenticator, RecoveryCodes


def begin_authenticator(session: Session, services: Services, account_id: str, now: datetime) -> NewAuthenticator:
    """Make a secret for an app; nothing is asked for at a sign-in before a first code confirmed it."""
    account = held(session, AccountRow, account_id)
    assert account is not None
    row = session.get(AuthenticatorRow, account_id)
    if row is not None and row.confirmed_at is not None:
        raise Problem("conflict", reason="has-authenticator")
    secret = new_secret()
    sealed_secret = seal(services.secret, account_id, secret)
    if row is None:
        session.add(AuthenticatorRow(account=account_id, sealed_secret=sealed_secret, created_at=now, last_counter=0))
    else:
        row.sealed_secret, row.created_at, row.last_counter = sealed_secret, now, 0
    address = app_address(secret, services.settings.name, account.user_name or "")
    return NewAuthenticator(address, typed_secret(secret), _qr(address))


def confirm_authenticator(
    session: Session, services: Services, account_id: str, typed: str, now: datetime
) -> RecoveryCodes:
    """Switch it on by a first code, and give the recovery codes, this once."""
    account = held(session, AccountRow, account_id)
    row = session.get(AuthenticatorRow, account_id)
    if account is None or row is None or row.confirmed_at is not None:
        raise Problem("not-found")
    secret = unseal(services.secret, account_id, row.sealed_secret)
    counter = fitting_counter(secret, typed, now, row.last_counter)
    if counter is None:
        raise Problem("not-proved", field="code")
    row.confirmed_at, row.last_counter = now, counter
    end_steps(session, account_id)
    tell_factor(session, services.settings, account, "factor-on", now)
    return RecoveryCodes(make_recovery_codes(session, services.secret, account_id, now))


def renew_recovery_codes(session: Session, services: Services, account_id: str, now: datetime) -> RecoveryCodes:
    """Give ten new codes; those of before open nothing any more."""
    if not has_second_factor(session, account_id):
        raise Problem("not-found")
    note(session, account=account_id, kind="recovery-codes-made", at=now)
    return RecoveryCodes(make_recovery_codes(session, services.secret, account_id, now))


def remove_authenticator(session: Session, services: Services, account_id: str, now: datetime) -> None:
    """Switch it off."""
    account = held(session, AccountRow, account_id)
    row = session.get(AuthenticatorRow, account_id)
    if account is None or row is None or row.confirmed_at is None:
        raise Problem("not-found")
    session.delete(row)
    session.flush()
    if not has_second_factor(session, account_id):
        forget_recovery_codes(session, account_id)
    tell_factor(session, services.settings, account, "factor-off", now)


def _qr(address: str) -> str:
    out = io.BytesIO()
    picture = segno.make(address, error="m")
    picture.save(out, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode("utf-8")
