"""A person takes over the account that was made for them: code, then user name and password of their choice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, ActivationRow
from portal.server.base.typed_codes import normalised, sealed
from portal.server.people.invitations import PURPOSE
from portal.server.people.passwords import password_reason
from portal.server.people.user_names import folded_name, name_reason, normal_name
from portal.server.services import Services
from portal.wire.accounts import Activation


class Activations:
    """Activates accounts: each code once, however many come at once."""

    def __init__(self, database: Database, passwords: Passwords, secret: bytes, clock: Clock) -> None:
        self._database = database
        self._passwords = passwords
        self._secret = secret
        self._clock = clock

    def activate(self, activation: Activation) -> str:
        """Give the account its name and password and return its id; ends with a `Problem` where that cannot be.

        The code is looked at before the password is hashed, so that strangers cannot make the server work; what
        decides is the second look, under the writer's lock.
        """
        user_name = normal_name(activation.user_name)
        with self._database.reading() as session:
            self._check(session, activation, user_name, self._clock())
        password_hash = self._passwords.hash(activation.password)
        with self._database.writing() as session:
            now = self._clock()
            row = self._check(session, activation, user_name, now)
            row.used_at = now
            _take_over(session.get_one(AccountRow, row.account), user_name, password_hash, now)
            try:
                session.flush()
            except IntegrityError as error:  # somebody took the name at the same moment
                raise Problem("conflict", field="user_name", reason="taken") from error
            return row.account

    def _check(self, session: Session, activation: Activation, user_name: str, now: datetime) -> ActivationRow:
        row = live_code(session, self._secret, activation.code, now)
        check_choice(user_name, activation.password)
        if is_taken(session, user_name):
            raise Problem("conflict", field="user_name", reason="taken")
        return row


def live_code(session: Session, secret: bytes, typed: str, now: datetime) -> ActivationRow:
    """Give the code that was typed, held; raises `Problem`: "not-found", or "code-used" where it works no more."""
    row = held(session, ActivationRow, sealed(secret, PURPOSE, normalised(typed)))
    if row is None:
        raise Problem("not-found")
    if row.used_at is not None or row.voided_at is not None or row.expires_at <= now:
        raise Problem("code-used")
    account = session.get_one(AccountRow, row.account)
    if account.state != "invited" or account.activated_at is not None:  # what was taken over may have a second factor
        raise Problem("code-used")
    return row


def activations(services: Services) -> Activations:
    """Give what takes over accounts."""
    return Activations(services.database, services.passwords, services.secret, services.clock)


def check_choice(user_name: str, password: str) -> None:
    """Refuse user names and passwords that do not follow the rules."""
    reasons = {"user_name": name_reason(user_name), "password": password_reason(password, user_name)}
    fields = [{"field": field, "reason": reason} for field, reason in reasons.items() if reason]
    if fields:
        raise Problem("invalid-request", fields=fields)


def is_taken(session: Session, user_name: str) -> bool:
    """Say whether somebody has this name, in whatever capitals."""
    query = select(AccountRow.id).where(AccountRow.user_name_folded == folded_name(user_name))
    return session.scalars(query).first() is not None


def _take_over(account: AccountRow, user_name: str, password_hash: str, now: datetime) -> None:
    account.state = "active"
    account.user_name = user_name
    account.user_name_folded = folded_name(user_name)
    account.password_hash = password_hash
    account.activated_at = now
