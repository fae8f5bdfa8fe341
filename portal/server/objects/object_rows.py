"""The rows of objects: which bytes are here for good, and which of them nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.server.base.rows import found_or_added
from portal.server.base.tables import (
    ExamRow,
    HeldInstanceRow,
    InstanceRow,
    ObjectPlaceRow,
    SentReportRow,
    StoredObjectRow,
    UnerasedRow,
)

_CHUNK = 500
_USED_BY = (InstanceRow.sha256, HeldInstanceRow.sha256, ExamRow.report_sha256, SentReportRow.sha256)


def note_object(session: Session, sha256: str, size: int, now: datetime) -> None:
    """Write down an object whose bytes have just come: also one that was found damaged is whole again."""
    row, _ = found_or_added(
        session,
        # whoever takes it out just now is waited for
        select(StoredObjectRow).where(StoredObjectRow.sha256 == sha256).with_for_update(read=True, key_share=True),
        lambda: StoredObjectRow(sha256=sha256, size=size, stored_at=now),
    )
    row.damaged_at = None
    session.flush()


def forget_unused(session: Session, hashes: Iterable[str]) -> set[str]:
    """Forget those objects nothing refers to any more, and give them: two persons may have the same bytes."""
    session.flush()
    gone: set[str] = set()
    for some in _chunks(sorted(set(hashes))):
        rows = select(StoredObjectRow.sha256).where(StoredObjectRow.sha256.in_(some)).order_by(StoredObjectRow.sha256)
        session.execute(rows.with_for_update()).all()  # whoever takes one in just now is waited for
        used = {each for column in _USED_BY for each in session.scalars(select(column).where(column.in_(some)))}
        unused = [each for each in some if each not in used]
        for table in (StoredObjectRow, ObjectPlaceRow):
            forgotten = delete(table).where(table.sha256.in_(unused))
            session.execute(forgotten.execution_options(synchronize_session=False))
        gone.update(unused)
    return gone


def note_unerased(session: Session, hashes: Iterable[str]) -> None:
    """Have the bytes of objects erased elsewhere after this transaction, if nothing refers to them then."""
    for sha256 in sorted(set(hashes)):
        same = select(UnerasedRow).where(UnerasedRow.sha256 == sha256)
        found_or_added(session, same, partial(UnerasedRow, sha256=sha256))


def forget_all_unused(session: Session) -> None:
    """Forget every object nothing refers to."""
    used = [select(column).where(column == StoredObjectRow.sha256).exists() for column in _USED_BY]
    forget_unused(session, session.scalars(select(StoredObjectRow.sha256).where(*(~each for each in used))))


def _chunks(hashes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(hashes), _CHUNK):
        yield hashes[start : start + _CHUNK]
