"""Tells a person something about their account, where they can be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.access.report_release import zone_of
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, PracticeRow, StaffRow
from portal.server.notices.choices import is_wanted, off_address
from portal.server.notices.outbox import Reader, put, readers
from portal.server.notices.wording import Told


def practice_of_account(session: Session, account: AccountRow) -> PracticeRow:
    """Give the practice of an account's own person, or that a staff member works at."""
    member = session.get(StaffRow, account.id)
    practice = member.practice if member is not None else account.patients[0].person.practice
    return session.get_one(PracticeRow, practice)


def tell(
    session: Session, settings: ServerSettings, account: AccountRow, told: Told, now: datetime,
    until: datetime | None = None, practice: PracticeRow | None = None,
) -> bool:  # fmt: skip
    """Put a notice into the outbox, unless the person wants none; says whether there is anywhere to send it to.

    `practice` is who writes, where it is about one: of several the account's first is not always the one.
    """
    found, wanted = readers(account.id, account.email, account.phone), is_wanted(account, told.kind)
    told = replace(told, off=off_address(session, settings.public_url, account, told.kind))
    for reader in found:
        who = practice or practice_of_account(session, account)
        put(session, who, reader, told, now, local=settings.local, until=until, wanted=wanted)
    return bool(found)


def tell_at(
    session: Session, settings: ServerSettings, account: AccountRow, address: str, told: Told, now: datetime,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Put a notice for one e-mail address of an account into the outbox."""
    reader = Reader("email", address, account.id)
    put(session, practice_of_account(session, account), reader, told, now, local=settings.local, until=until)


def tell_sign_in(session: Session, settings: ServerSettings, account: AccountRow, now: datetime) -> None:
    """Tell a person that somebody signed in to their account just now."""
    tell(session, settings, account, Told("sign-in", {"at": moment_words(session, account, now)}), now)


def practices_of_account(session: Session, account: AccountRow) -> list[PracticeRow]:
    """Give all practices a person's account stands at, each once, the first one's first; a staff member's own."""
    if not account.patients:
        return [practice_of_account(session, account)]
    found = dict.fromkeys(link.person.practice for link in account.patients)
    return [session.get_one(PracticeRow, each) for each in found]


def moment_words(session: Session, account: AccountRow, at: datetime) -> str:
    """Say when something was, by the practice's clock."""
    return moment_of(practice_of_account(session, account), at)


def moment_of(practice: PracticeRow, at: datetime) -> str:
    """Say a moment by a practice's clock, with its zone where the practice named none."""
    local = at.astimezone(zone_of(practice))
    return f"{local:%Y-%m-%d, %H:%M} ({local.tzname()})"
