"""What the owner may do with a share later: move its last day, end it, allow typed codes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import ShareRow
from portal.server.sharing.share_shapes import etag, shared
from portal.wire.activity import ActivityKind
from portal.wire.moments import parse_utc, utc_text
from portal.wire.well_known import Limits


def owned_share(session: Session, caller: Caller, share_id: str) -> ShareRow:
    """Give a share of the caller; somebody else's is not there."""
    share = session.get(ShareRow, share_id)
    if share is None or caller.account is None or share.account != caller.account:
        raise Problem("not-found")
    return share


def move_last_day(
    session: Session, share: ShareRow, until: str, match: str | None, now: datetime, limits: Limits
) -> None:
    """Share longer or shorter, at most `share_days_most` days in all.

    A share that ended by its date lives again; one that is revoked or used up does not.
    """
    _need_match(share, match)
    wanted = _moment(until)
    if share.revoked_at is not None:
        raise Problem("conflict", reason="revoked")
    if share.accesses_used >= share.max_accesses:
        raise Problem("conflict", reason="used-up")
    latest = share.created_at.replace(microsecond=0) + timedelta(days=limits.share_days_most)
    if not now < wanted <= latest:
        fields = [{"field": "expires_at", "reason": "out-of-range"}]
        raise Problem("invalid-request", fields=fields, latest=utc_text(latest))
    before, share.expires_at = share.expires_at, wanted
    share.version += 1
    _note(session, share, "share-edited", now, {"from": utc_text(before), "until": utc_text(wanted)})


def revoke(session: Session, share: ShareRow, now: datetime) -> None:
    """End a share at once and for good; twice is as once."""
    if share.revoked_at is not None:
        return
    share.revoked_at = now
    share.version += 1
    _note(session, share, "share-revoked", now, {})


def allow_typed_codes(session: Session, share: ShareRow, now: datetime) -> None:
    """Open the typed share code again after strangers guessed at it; the lock of the link itself stays."""
    if share.wrong_typed_codes:
        share.wrong_typed_codes = 0
        share.version += 1
        _note(session, share, "share-edited", now, {"typed_codes": "allowed-again"})


def _need_match(share: ShareRow, match: str | None) -> None:
    if match is None:
        raise Problem("invalid-request", fields=[{"field": "header.If-Match", "reason": "missing"}])
    known = [each.strip() for each in match.split(",")]
    if "*" not in known and etag(share) not in known:
        raise Problem("changed-meanwhile")


def _moment(text: str) -> datetime:
    """Read a moment with its zone; without one nobody could say which moment is meant."""
    try:
        if datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None:
            return parse_utc(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        pass
    raise Problem("invalid-request", fields=[{"field": "expires_at", "reason": "not-a-moment"}])


def _note(session: Session, share: ShareRow, kind: ActivityKind, now: datetime, details: dict[str, str]) -> None:
    exams = shared(session, share.id).exams
    note(session, account=share.account, kind=kind, at=now, exams=exams, share=share.id, details=details)
