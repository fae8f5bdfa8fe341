"""The way back to a forgotten password or user name: by a letter to the address the account has.

Whoever asks gets the same answer after the same work, whether the address is known or not: all that is done at once is
to note the question. `RecoveryLetters` answers it later, to the address alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.server.access.lapsing import is_lapsed
from portal.server.activity.log import note
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import (
    AccountRow,
    AuthorizationCodeRow,
    DeviceGrantRow,
    NoticeRow,
    RecoveryRow,
    SignInStepRow,
    TokenFamilyRow,
)
from portal.server.base.tokens import new_id, new_token, token_hash
from portal.server.notices.ways.way import Letter
from portal.server.notices.wording import Told
from portal.server.people.email_changes.reaching import reached_by
from portal.server.people.passwords import password_reason
from portal.server.people.telling import moment_words, tell, tell_at
from portal.server.services import Services

MINUTES = 30
RECOVER_PATH = "/recover"
ASKED = "recovery-asked"  # the channel of a question that waits for its answer
LONGEST_ADDRESS = 254
REMEMBERED = timedelta(days=30)  # how long the address of before is told of a new password as well


def ask(services: Services, email: str, address: str) -> None:
    """Note a question of somebody at a network address; too many for one e-mail address are not noted, in silence."""
    services.tries.take("recovery-by-address", address)
    try:
        services.tries.take("recovery-by-email", email.strip().lower()[:LONGEST_ADDRESS])
    except Problem:  # whoever floods somebody's letter box learns nothing by it
        return
    if services.settings.post.mails:  # else no letter would ever leave
        with services.database.writing() as session:
            note_question(session, email, services.clock())


def note_question(session: Session, email: str, now: datetime) -> None:
    """Note that somebody with this address asked for help."""
    session.add(
        NoticeRow(
            id=new_id(),
            kind="recovery",
            channel=ASKED,
            address=email.strip()[:LONGEST_ADDRESS],
            state="waiting",
            tries=0,
            created_at=now,
            due_at=now,
            until=now + timedelta(minutes=MINUTES),
        )
    )


@dataclass(frozen=True, slots=True)
class RecoveryLetters:
    """Answers questions: each account with the address gets its user name and a link that works once."""

    database: Database
    settings: ServerSettings
    clock: Clock

    def send(self, letter: Letter) -> None:
        """Write the letters; where nobody has the address, nobody is told anything."""
        with self.database.writing() as session:
            now = self.clock()
            for account, address in list(reached_by(session, letter.address, now)):
                if account.state == "active" and letter.address.isascii() and not is_lapsed(account, now):
                    self._answer(session, account, address, now)
            session.execute(update(NoticeRow).where(NoticeRow.id == letter.id).values(address=""))

    def _answer(self, session: Session, account: AccountRow, address: str, now: datetime) -> None:
        unused = (RecoveryRow.account == account.id, RecoveryRow.used_at.is_(None))
        session.execute(delete(RecoveryRow).where(*unused))
        token, until = new_token(), now + timedelta(minutes=MINUTES)
        row = RecoveryRow(token_hash=token_hash(token), account=account.id, created_at=now, expires_at=until)
        session.add(row)
        facts = {"user_name": account.user_name or "", "minutes": str(MINUTES)}
        told = Told("recovery", facts, f"{self.settings.public_url}{RECOVER_PATH}/{token}")
        tell_at(session, self.settings, account, address, told, now, until)


class Recovery:
    """Gives an account a new password, by a link that works once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._passwords: Passwords = services.passwords

    def check(self, token: str) -> None:
        """Raise `Problem`: "not-found" for a link nobody was given, "code-used" for one that works no more."""
        with self._services.database.reading() as session:
            self._live(session, token, self._services.clock())

    def use(self, token: str, password: str) -> str:
        """Set the password, sign everybody out, and give the user name."""
        services = self._services
        with services.database.reading() as session:
            row = self._live(session, token, services.clock())
            _check_password(session.get_one(AccountRow, row.account), password)
        password_hash = self._passwords.hash(password)
        with services.database.writing() as session:
            now = services.clock()
            row = self._live(session, token, now)
            row.used_at = now
            account = session.get_one(AccountRow, row.account)
            account.password_hash = password_hash
            sign_out(session, account.id, now, "password-changed")
            note(session, account=account.id, kind="password-changed", at=now)
            facts = {"at": moment_words(session, account, now)}
            tell(session, services.settings, account, Told("password-changed", facts), now)
            if account.previous_email and account.email_changed_at and now - account.email_changed_at < REMEMBERED:
                told = Told("password-changed", facts)
                tell_at(session, services.settings, account, account.previous_email, told, now)
            services.tries.forget("password-by-name", account.user_name_folded or "")
            return account.user_name or ""

    def _live(self, session: Session, token: str, now: datetime) -> RecoveryRow:
        row = held(session, RecoveryRow, token_hash(token))
        if row is None:
            raise Problem("not-found")
        if row.used_at is not None or row.expires_at <= now:
            raise Problem("code-used")
        if session.get_one(AccountRow, row.account).state != "active":
            raise Problem("code-used")
        return row


def _check_password(account: AccountRow, password: str) -> None:
    reason = password_reason(password, account.user_name or "")
    if reason:
        raise Problem("invalid-request", fields=[{"field": "password", "reason": reason}])


def sign_out(session: Session, account: str, now: datetime, reason: str) -> None:
    """End all tokens of an account, and what was begun on the way to one."""
    living = (TokenFamilyRow.account == account, TokenFamilyRow.ended_at.is_(None))
    session.execute(update(TokenFamilyRow).where(*living).values(ended_at=now, end_reason=reason))
    begun = (AuthorizationCodeRow, DeviceGrantRow, SignInStepRow)
    for waiting in begun:  # a sign-in that was begun with the old password
        session.execute(delete(waiting).where(waiting.account == account))
