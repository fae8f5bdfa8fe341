"""Switches letters off and on, kind by kind; the activity tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow
from portal.server.notices.choices import CAN_BE_OFF, switched_off


def choose(session: Session, account_id: str, off: Iterable[str], now: datetime) -> AccountRow:
    """Switch these kinds off and all others on; raises `Problem` for one that cannot be off."""
    wanted = set(off)
    if not wanted.issubset(CAN_BE_OFF):
        raise Problem("invalid-request", fields=[{"field": "off", "reason": "cannot-be-off"}])
    account = held(session, AccountRow, account_id)
    assert account is not None
    if wanted != switched_off(account):
        account.notices_off = " ".join(kind for kind in CAN_BE_OFF if kind in wanted) or None
        note(session, account=account.id, kind="notices-changed", at=now)
    return account
