"""Tells an invited person how to take over the account: address and code, once (A2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, PatientRow
from portal.server.notices.wording import Told
from portal.server.people.account_shapes import activation_address, invited
from portal.server.people.invitations import NewCode, account_for, invite, new_activation
from portal.server.people.telling import moment_words, tell
from portal.wire.accounts import Invitation, Invited


def invite_and_tell(
    session: Session, settings: ServerSettings, secret: bytes, practice: int, invitation: Invitation, now: datetime
) -> Invited:
    """Make an account or a new code, and put the notice into the outbox where an address or number is known."""
    made = invite(session, secret, practice, invitation, now)
    return _given(session, settings, session.get_one(AccountRow, made.account), made, now, send=True)


def invite_again(
    session: Session, settings: ServerSettings, secret: bytes, patient: PatientRow, actor: str | None, now: datetime,
    *, send: bool,
) -> Invited:  # fmt: skip
    """Make a new code for a person the practice knows, with an account where none is; the one before is void.

    Raises `Problem("conflict")` where the person came in already.
    """
    account = account_for(session, patient, now)
    made = new_activation(session, secret, account, now)
    note(session, account=account.id, kind="code-made", at=now, actor=actor)
    return _given(session, settings, account, made, now, send=send)


def _given(
    session: Session, settings: ServerSettings, account: AccountRow, made: NewCode, now: datetime, *, send: bool
) -> Invited:
    facts = {"code": made.code, "until": moment_words(session, account, made.expires_at)}
    told = Told("activation", facts, activation_address(settings, made.code))
    sent = send and tell(session, settings, account, told, now, made.expires_at)
    return invited(settings, made, told=sent)
