"""Signing in with user name and password: the same answer and the same time whoever is named."""

from __future__ import annotations

import time

from fastapi import Request
from sqlalchemy import select

from portal.server.access.lapsing import is_lapsed
from portal.server.activity.log import note
from portal.server.answers.even_time import settle
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.networks import network_of
from portal.server.base.password_hashes import Passwords
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow
from portal.server.base.tries import Tries
from portal.server.people.user_names import folded_name
from portal.server.services import Services

LONGEST_NAME = 200


def addressed(request: Request) -> str:
    """Give the address, or house, a request came from, which tries are counted by."""
    return network_of(request.client.host if request.client else "")


class SigningIn:
    """Checks user names and passwords; wrong ones are counted per name and per address."""

    def __init__(self, database: Database, passwords: Passwords, tries: Tries, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._tries = tries

    def account(self, user_name: str, password: str, address: str) -> str | None:
        """Give the id of the active account, or `None`; ends with 429 where too many were wrong.

        Raises `Problem("account-lapsed")` where the account rests, to whoever has the right password alone.

        A try is counted before the password is looked at, so that many at once get no more tries than one by one.
        """
        folded = folded_name(user_name[:LONGEST_NAME])
        began = time.monotonic()
        self._tries.check("password-by-address", address)
        self._tries.take("password-by-name", folded)
        account = self._fitting(folded, password)
        if account is None:
            self._tries.count("password-by-address", address)
            settle(began)  # a line is written for those who are known alone
        else:
            self._tries.forget("password-by-name", folded)
        return account

    def demand(self, account: str, password: str, address: str) -> None:
        """Raise `Problem("not-proved")` where this is not the password of somebody who is signed in; counted as any."""
        with self._database.reading() as session:
            user_name = session.get_one(AccountRow, account).user_name or ""
        if self.account(user_name, password, address) is None:
            raise Problem("not-proved", field="password")

    def _fitting(self, folded: str, password: str) -> str | None:
        with self._database.reading() as session:
            query = select(AccountRow).where(AccountRow.user_name_folded == folded, AccountRow.state == "active")
            row = session.scalars(query).first()
        fits = self._passwords.fits(None if row is None else row.password_hash, password)
        if row is not None and not fits:
            self._note_wrong(row.id)
        if row is not None and fits and is_lapsed(row, self._clock()):
            raise Problem("account-lapsed")
        return row.id if fits and row is not None else None

    def _note_wrong(self, account: str) -> None:
        """Tell the owner that somebody tried; at most as often as a password may be tried."""
        with self._database.writing() as session:
            note(session, account=account, kind="wrong-password", at=self._clock())


def signing_in(services: Services) -> SigningIn:
    """Give what checks passwords."""
    return SigningIn(services.database, services.passwords, services.tries, services.clock)
