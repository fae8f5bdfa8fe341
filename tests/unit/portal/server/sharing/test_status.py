"""S6: Revoked before Expired before Viewed before Active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from portal.server.access.share_state import ending, lives, opens, status
from portal.server.base.tables import Base, ShareRow

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@dataclass
class Sharing:
    """What the status depends on."""

    expires_at: datetime = LATER
    max_accesses: int = 10
    accesses_used: int = 0
    revoked_at: datetime | None = None


STATES = [
    (Sharing(), "active", None),
    (Sharing(accesses_used=1), "viewed", None),
    (Sharing(accesses_used=9), "viewed", None),
    (Sharing(accesses_used=10), "expired", "used-up"),
    (Sharing(accesses_used=1, max_accesses=1), "expired", "used-up"),
    (Sharing(expires_at=NOW), "expired", "expired"),
    (Sharing(expires_at=BEFORE, accesses_used=3), "expired", "expired"),
    (Sharing(expires_at=BEFORE, accesses_used=10), "expired", "expired"),
    (Sharing(revoked_at=BEFORE), "revoked", "revoked"),
    (Sharing(revoked_at=BEFORE, accesses_used=10, expires_at=BEFORE), "revoked", "revoked"),
]


@pytest.mark.parametrize("share, word, why", STATES)
def test_the_first_word_that_holds_is_said(share: Sharing, word: str, why: str | None) -> None:
    assert status(share, NOW) == word
    assert ending(share, NOW) == why


@pytest.mark.parametrize("share, word, why", STATES)
def test_the_database_opens_what_nothing_ended(share: Sharing, word: str, why: str | None) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[ShareRow.__table__])  # type: ignore[list-item]
    text = dict.fromkeys(("id", "account", "token_hash", "locator", "code_hmac", "title"), "x")
    kept = dict.fromkeys(("include_images", "include_report", "allow_download"), True)
    with Session(engine) as session:
        session.add(ShareRow(**text, **kept, patient=1, created_at=BEFORE, **vars(share)))
        session.flush()
        found = session.scalars(select(ShareRow.id).where(opens(NOW))).all()
    engine.dispose()
    assert bool(found) == (why is None)
    assert lives(share, NOW) == (why in (None, "used-up"))
