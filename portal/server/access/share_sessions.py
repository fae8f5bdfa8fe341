"""Share sessions: what an accepted code opens, for an hour, as long as the share lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.share_state import lives
from portal.server.base.tables import ShareRow, ShareSessionRow, ShareStudyRow
from portal.server.base.tokens import new_token, token_hash

SECRET_LONGEST = 200


def share_caller(session: Session, secret_text: str, now: datetime) -> Caller | None:
    """Say whom a session's secret stands for; None once it is over, or its share revoked or past its date.

    Asked at every request, so a revoked share is closed at once. `account` is the owner's, for the activity; the
    caller sees `studies` only, and `patients` is empty.
    """
    found = _opened(session, secret_text, now)
    return None if found is None else recipient_of(session, found[0], found[1].recipient_name)


def open_session(session: Session, secret_text: str, now: datetime) -> tuple[ShareRow, datetime] | None:
    """Give the share a session opens, and when it ends; None once it is over."""
    found = _opened(session, secret_text, now)
    return None if found is None else (found[0], min(found[1].expires_at, found[0].expires_at))


def end_session(session: Session, secret_text: str, now: datetime) -> None:
    """End a session before its time, and what is under way in it; one that is over stays as it is."""
    found = _opened(session, secret_text, now)
    if found is not None:
        found[1].expires_at = found[1].started_at  # as if it had never been: what began since is cut


def _opened(session: Session, secret_text: str, now: datetime) -> tuple[ShareRow, ShareSessionRow] | None:
    opened = _session(session, secret_text)
    share = None if opened is None else session.get(ShareRow, opened.share)
    return (share, opened) if opened is not None and share is not None and _lives(opened, share, now) else None


def begin_session(
    session: Session, share: ShareRow, *, now: datetime, minutes: int, recipient_name: str | None
) -> tuple[str, datetime]:
    """Open a session of a share; give its secret, of which only the hash is kept, and when it ends."""
    secret_text = new_token()
    ends = now + timedelta(minutes=minutes)
    row = ShareSessionRow(
        session_hash=token_hash(secret_text),
        share=share.id,
        recipient_name=recipient_name,
        started_at=now,
        expires_at=ends,
    )
    session.add(row)
    return secret_text, min(ends, share.expires_at)


def _session(session: Session, secret_text: str) -> ShareSessionRow | None:
    if not 0 < len(secret_text) <= SECRET_LONGEST:
        return None
    return session.get(ShareSessionRow, token_hash(secret_text))


def _lives(opened: ShareSessionRow, share: ShareRow, now: datetime) -> bool:
    return now < opened.expires_at and lives(share, now)


def recipient_of(session: Session, share: ShareRow, recipient_name: str | None = None) -> Caller:
    """Give what whoever opens a share may see."""
    studies = session.scalars(select(ShareStudyRow.study).where(ShareStudyRow.share == share.id))
    return Caller(
        "share",
        account=share.account,
        share=share.id,
        studies=frozenset(studies),
        include_images=share.include_images,
        include_report=share.include_report,
        allow_download=share.allow_download,
        recipient_name=recipient_name,
    )
