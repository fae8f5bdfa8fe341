"""The rows of objects: which bytes are here for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.rows import found_or_added
from portal.server.base.tables import StoredObjectRow


def note_object(session: Session, sha256: str, size: int, now: datetime) -> None:
    """Write down an object whose bytes have just come: also one that was found damaged is whole again."""
    row, _ = found_or_added(
        session,
        select(StoredObjectRow).where(StoredObjectRow.sha256 == sha256),
        lambda: StoredObjectRow(sha256=sha256, size=size, stored_at=now),
    )
    row.damaged_at = None
    session.flush()
