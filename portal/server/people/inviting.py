"""Tells an invited person how to take over the account: address and code, once (A2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow
from portal.server.notices.wording import Told
from portal.server.people.account_shapes import activation_address, invited
from portal.server.people.invitations import invite
from portal.server.people.telling import moment_words, tell
from portal.wire.accounts import Invitation, Invited


def invite_and_tell(
    session: Session, settings: ServerSettings, secret: bytes, practice: int, invitation: Invitation, now: datetime
) -> Invited:
    """Make an account or a new code, and put the notice into the outbox where an address or number is known."""
    made = invite(session, secret, practice, invitation, now)
    account = session.get_one(AccountRow, made.account)
    facts = {"code": made.code, "until": moment_words(session, account, made.expires_at)}
    told = Told("activation", facts, activation_address(settings, made.code))
    return invited(settings, made, told=tell(session, settings, account, told, now, made.expires_at))
