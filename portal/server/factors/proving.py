"""The second step of a sign-in: a code of the app or a recovery code, each good once; tries are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, AuthenticatorRow, PasskeyRow
from portal.server.factors.one_time_codes import fitting_counter
from portal.server.factors.recovery_codes import recovery_codes_left, use_recovery_code
from portal.server.factors.sealing import unseal
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell
from portal.server.services import Services


def has_second_factor(session: Session, account: str) -> bool:
    """Say whether the password alone does not open an account."""
    passkey = select(PasskeyRow.id).where(PasskeyRow.account == account).limit(1)
    return has_app(session, account) or session.scalars(passkey).first() is not None


def has_app(session: Session, account: str) -> bool:
    """Say whether an authenticator app is asked for its code."""
    row = session.get(AuthenticatorRow, account)
    return row is not None and row.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Proving:
    """Checks second factors."""

    services: Services

    def prove(self, account: str, typed: str, address: str) -> bool:
        """Say whether a typed code proves the account, and use it up; raises `Problem("too-many-tries")`.

        A try is counted before the code is looked at, so that many at once get no more tries than one by one.
        """
        tries = self.services.tries
        tries.check("factor-by-address", address)
        tries.take("factor-by-account-and-day", account)
        tries.take("factor-by-account", account)
        with self.services.database.writing() as session:
            now = self.services.clock()
            held(session, AccountRow, account)  # of two with the same code the second finds it used
            fits = self._app_code(session, account, typed, now) or self._recovery_code(session, account, typed, now)
            if not fits:
                note(session, account=account, kind="wrong-factor", at=now)
        if fits:
            tries.forget("factor-by-account", account)
            tries.forget("factor-by-account-and-day", account)
        else:
            tries.count("factor-by-address", address)
        return fits

    def demand(self, account: str, typed: str, address: str) -> None:
        """Raise `Problem("not-proved")` where it does not."""
        if not self.prove(account, typed, address):
            raise Problem("not-proved", field="code")

    def _app_code(self, session: Session, account: str, typed: str, now: datetime) -> bool:
        row = session.get(AuthenticatorRow, account, populate_existing=True)
        if row is None or row.confirmed_at is None:
            return False
        secret = unseal(self.services.secret, account, row.sealed_secret)
        counter = fitting_counter(secret, typed, now, row.last_counter)
        if counter is None:
            return False
        row.last_counter = counter
        return True

    def _recovery_code(self, session: Session, account: str, typed: str, now: datetime) -> bool:
        if not use_recovery_code(session, self.services.secret, account, typed, now):
            return False
        session.flush()
        row, left = session.get_one(AccountRow, account), recovery_codes_left(session, account)
        note(session, account=account, kind="recovery-code-used", at=now, details={"left": left})
        facts = {"at": moment_words(session, row, now), "left": str(left)}
        tell(session, self.services.settings, row, Told("recovery-code-used", facts), now)
        return True
