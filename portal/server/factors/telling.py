"""Tells a person that their way of signing in changed: a line of the activity, and a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell

FactorNews = Literal["factor-on", "factor-off", "factor-reset", "passkey-added", "passkey-removed"]


def tell_factor(
    session: Session, settings: ServerSettings, account: AccountRow, kind: FactorNews, now: datetime
) -> None:
    """Note it and tell it."""
    note(session, account=account.id, kind=kind, at=now)
    tell(session, settings, account, Told(kind, {"at": moment_words(session, account, now)}), now)
