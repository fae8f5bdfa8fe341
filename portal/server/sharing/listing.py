"""Every share an account ever made, newest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.tables import ShareRow
from portal.server.sharing.share_shapes import share_shapes
from portal.wire.sharing import SharePage
from portal.wire.well_known import Limits


def share_page(
    session: Session, caller: Caller, cursor: str | None, most: int, now: datetime, limits: Limits
) -> SharePage:
    """Give one page; the cursor is the last share of the page before."""
    asked = select(ShareRow).where(ShareRow.account == caller.account)
    asked = asked.order_by(ShareRow.created_at.desc(), ShareRow.id.desc()).limit(most + 1)
    if cursor is not None:
        last = _last(session, caller, cursor)
        asked = asked.where(tuple_(ShareRow.created_at, ShareRow.id) < tuple_(last.created_at, last.id))
    rows = list(session.scalars(asked))
    shown = rows[:most]
    more = shown[-1].id if len(rows) > most else None
    return SharePage(tuple(share_shapes(session, shown, now, limits)), more)


def _last(session: Session, caller: Caller, cursor: str) -> ShareRow:
    row = session.get(ShareRow, cursor)
    if row is None or row.account != caller.account:
        raise Problem("invalid-request", fields=[{"field": "query.cursor", "reason": "unknown"}])
    return row
