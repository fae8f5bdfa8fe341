"""What the links in letters about a changed e-mail address do: confirm the new one, or undo the change, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, ActivityRow, EmailChangeRow, RecoveryRow
from portal.server.base.tokens import token_hash
from portal.server.notices.wording import Told
from portal.server.people.recovery import note_question, sign_out
from portal.server.people.telling import moment_words, tell_at
from portal.server.services import Services


@dataclass(frozen=True, slots=True)
class EmailLinks:
    """Checks and uses links; raises `Problem`: "not-found" for none of ours, "code-used" for one that is over."""

    services: Services

    def check_undo(self, token: str) -> None:
        """Look whether a link undoes something still; uses nothing up."""
        with self.services.database.reading() as session:
            self._living(session, EmailChangeRow.undo_hash, token)

    def check_confirm(self, token: str) -> None:
        """Look whether a link confirms something still."""
        with self.services.database.reading() as session:
            self._living(session, EmailChangeRow.confirm_hash, token)

    def confirm(self, token: str) -> None:
        """Note that the new address is read by the person; twice is as once."""
        with self.services.database.writing() as session:
            change = self._living(session, EmailChangeRow.confirm_hash, token)
            if change.confirmed_at is None:
                change.confirmed_at = self.services.clock()
                note(session, account=change.account, kind="email-confirmed", at=change.confirmed_at)

    def undo(self, token: str) -> bool:
        """Give the account its old address again, and sign everybody out; says whether a new password is needed.

        A password that was set since the change opens nothing any more, and a letter with the way to another one goes
        to the old address.
        """
        with self.services.database.writing() as session:
            change = self._living(session, EmailChangeRow.undo_hash, token)
            account, now = held(session, AccountRow, change.account), self.services.clock()
            assert account is not None
            self._tell_new(session, account, change, now)
            account.email, account.previous_email, account.email_changed_at = change.old_email, None, now
            later = (EmailChangeRow.account == account.id, EmailChangeRow.changed_at >= change.changed_at)
            session.execute(update(EmailChangeRow).where(*later).values(undone_at=now))
            unused = (RecoveryRow.account == account.id, RecoveryRow.used_at.is_(None))
            session.execute(delete(RecoveryRow).where(*unused))
            sign_out(session, account.id, now, "email-undone")
            note(session, account=account.id, kind="email-undone", at=now)
            return self._void_password(session, account, change, now)

    def _void_password(self, session: Session, account: AccountRow, change: EmailChangeRow, now: datetime) -> bool:
        since = (ActivityRow.account == account.id, ActivityRow.kind == "password-changed")
        changed = select(ActivityRow.id).where(*since, ActivityRow.at >= change.changed_at)
        if session.scalars(changed.limit(1)).first() is None:
            return False
        account.password_hash = None
        if account.email:
            note_question(session, account.email, now)
        return True

    def _tell_new(self, session: Session, account: AccountRow, change: EmailChangeRow, now: datetime) -> None:
        if account.email and account.email != change.old_email:
            facts = {"at": moment_words(session, account, now)}
            tell_at(session, self.services.settings, account, account.email, Told("contact-changed", facts), now)

    def _living(self, session: Session, column: InstrumentedAttribute[str | None], token: str) -> EmailChangeRow:
        row = session.scalars(select(EmailChangeRow).where(column == token_hash(token)).with_for_update()).first()
        if row is None:
            raise Problem("not-found")
        account = session.get_one(AccountRow, row.account)
        over = row.undone_at is not None or row.expires_at <= self.services.clock() or account.state != "active"
        if over or (column is EmailChangeRow.confirm_hash and account.email != row.new_email):
            raise Problem("code-used")
        return row
