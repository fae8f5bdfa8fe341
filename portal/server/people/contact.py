"""Where a person is reached: changed by themselves under My Account, or by the practice, as it decides (A6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, EmailChangeRow, RecoveryRow
from portal.server.notices.wording import Told
from portal.server.people.email_changes.changing import note_email_change
from portal.server.people.invitations import email_reason, short_text_reason
from portal.server.people.telling import moment_words, practices_of_account, tell
from portal.wire.accounts import AccountEdit


def change_contact(
    session: Session, settings: ServerSettings, account_id: str, wanted: AccountEdit, now: datetime
) -> AccountRow:
    """Change address and phone; the old address is told, so that nobody loses an account unnoticed."""
    account = held(session, AccountRow, account_id)
    assert account is not None
    keeping = [each for each in practices_of_account(session, account) if not each.self_service]
    if keeping:
        raise Problem("contact-the-practice", practices=[each.name for each in keeping])
    _change(session, settings, account, wanted, None, now, by_person=True)
    return account


def contact_by_practice(
    session: Session, settings: ServerSettings, account_id: str, wanted: AccountEdit, actor: str | None, now: datetime
) -> None:
    """Change them for somebody who asked the practice to; the old address is told all the same.

    Where the account opens another practice's exams too, an address is confirmed and undone as the person's own change,
    and a first one is the person's to enter: `Problem("conflict", reason="several-practices")`.
    """
    account = held(session, AccountRow, account_id)
    if account is None or account.state == "closed":
        raise Problem("not-found")
    _change(session, settings, account, wanted, actor, now)


def _change(
    session: Session, settings: ServerSettings, account: AccountRow, wanted: AccountEdit, actor: str | None,
    now: datetime, *, by_person: bool = False,
) -> None:  # fmt: skip
    email, phone = _wanted(wanted.email, account.email), _wanted(wanted.phone, account.phone)
    _check(email, phone)
    if (email, phone) == (account.email, account.phone):
        return
    several = len(practices_of_account(session, account)) > 1
    asked = email != account.email and (several or (by_person and account.state == "active"))
    if asked:
        if not by_person and account.email is None:
            raise Problem("conflict", field="email", reason="several-practices")  # no address of before could undo it
        note_email_change(session, settings, account, email, now)
    elif account.state == "active":
        tell(session, settings, account, Told("contact-changed", {"at": moment_words(session, account, now)}), now)
    if email != account.email and not asked:
        _end_changes(session, account.id, now)
    if email != account.email:
        account.previous_email, account.email_changed_at = account.email, now
        end_recoveries(session, account.id)
    account.email, account.phone = email, phone
    note(session, account=account.id, kind="contact-changed", at=now, actor=actor)


def _end_changes(session: Session, account: str, now: datetime) -> None:
    """Let no earlier letter undo what the practice corrects, nor the address of before open anything."""
    living = (EmailChangeRow.account == account, EmailChangeRow.undone_at.is_(None))
    session.execute(update(EmailChangeRow).where(*living).values(undone_at=now))


def end_recoveries(session: Session, account: str) -> None:
    """Let a letter with the way to a new password that went to the old address open nothing more."""
    unused = (RecoveryRow.account == account, RecoveryRow.used_at.is_(None))
    session.execute(delete(RecoveryRow).where(*unused))


def _wanted(said: str | None, before: str | None) -> str | None:
    return before if said is None else said.strip() or None


def _check(email: str | None, phone: str | None) -> None:
    reasons = {"email": email_reason(email), "phone": short_text_reason(phone)}
    fields = [{"field": field, "reason": reason} for field, reason in reasons.items() if reason]
    if fields:
        raise Problem("invalid-request", fields=fields)
