"""Another practice in the same portal, with a token for its own programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.tables import PracticeRow, StaffTokenRow
from portal.server.base.tokens import new_token, token_hash
from portal.wire.people import Practice

LONGEST_NAME = 200


def add_another(session: Session, wanted: Practice, label: str, now: datetime) -> tuple[int, str]:
    """Make a practice; gives its number and a token, shown this once."""
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem("invalid-request", fields=[{"field": "name", "reason": "letters" if name else "empty"}])
    if session.scalars(select(PracticeRow.id).where(PracticeRow.name == name)).first() is not None:
        raise Problem("conflict", field="name", reason="taken")
    row = PracticeRow(
        name=name, phone=wanted.phone, email=wanted.email, address=wanted.address, letters_since=now, created_at=now
    )
    session.add(row)
    session.flush()
    token = new_token()
    session.add(StaffTokenRow(token_hash=token_hash(token), practice=row.id, label=label, created_at=now))
    return row.id, token


def all_practices(session: Session) -> list[PracticeRow]:
    """List the practices of the portal."""
    return list(session.scalars(select(PracticeRow).order_by(PracticeRow.id)))
