"""Signing in a device without a browser: it shows a short code, which is typed on another one (RFC 8628)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.server.base.rows import held
from portal.server.base.tables import DeviceGrantRow
from portal.server.base.tokens import new_token, token_hash
from portal.server.base.typed_codes import grouped, new_code, normalised
from portal.server.oauth.refusals import Refusal
from portal.server.oauth.token_families import TokenAnswer, begin_family, closed, give_tokens

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
CODE_LETTERS = 8  # 40 bits for 10 minutes, and tries are counted
GRANT_TIME = timedelta(minutes=10)
REMEMBERED = timedelta(hours=1)  # how long a device that asks too late is told why
INTERVAL, SLOWER = 5, 5
LONGEST_INTERVAL = 60


@dataclass(frozen=True, slots=True)
class DeviceCodes:
    """The secret of the device, and the code a person types."""

    device_code: str
    user_code: str


def begin_device(session: Session, client_id: str, now: datetime) -> DeviceCodes:
    """Start a sign-in that waits for approval."""
    session.execute(delete(DeviceGrantRow).where(DeviceGrantRow.expires_at <= now - REMEMBERED))
    made = DeviceCodes(new_token(), new_code(CODE_LETTERS))
    row = DeviceGrantRow(
        device_code_hash=token_hash(made.device_code),
        user_code=made.user_code,
        client_id=client_id,
        created_at=now,
        expires_at=now + GRANT_TIME,
        interval=INTERVAL,
    )
    session.add(row)
    return DeviceCodes(made.device_code, grouped(made.user_code))


def waiting_device(session: Session, typed: str, now: datetime) -> DeviceGrantRow | None:
    """Give the sign-in that waits under a typed code."""
    row = session.scalars(
        select(DeviceGrantRow).where(DeviceGrantRow.user_code == normalised(typed)).with_for_update()
    ).first()
    if row is None or row.expires_at <= now or row.account or row.denied_at or row.used_at:
        return None
    return row


def decide(session: Session, typed: str, account: str | None, now: datetime) -> bool:
    """Approve a waiting sign-in for an account, or deny it (`None`); says whether it was still waiting."""
    row = waiting_device(session, typed, now)
    if row is None:
        return False
    row.account = account
    row.denied_at = now if account is None else None
    return True


def poll(session: Session, device_code: str, client_id: str, now: datetime) -> TokenAnswer | Refusal:
    """Answer a device that asks whether it is signed in; tokens are given once."""
    row = held(session, DeviceGrantRow, token_hash(device_code))
    if row is None or row.client_id != client_id or row.used_at is not None:
        return Refusal("invalid_grant")
    if row.denied_at is not None:
        return Refusal("access_denied")
    if row.expires_at <= now:
        return Refusal("expired_token")
    if row.account is None:
        return _not_yet(row, now)
    if refusal := closed(session, row.account, now):
        return Refusal("access_denied", refusal.description)
    row.used_at = now
    return give_tokens(session, begin_family(session, row.account, client_id, "device", now), now)


def _not_yet(row: DeviceGrantRow, now: datetime) -> Refusal:
    before, row.polled_at = row.polled_at, now
    if before is not None and now - before < timedelta(seconds=row.interval - 0.5):
        row.interval = min(row.interval + SLOWER, LONGEST_INTERVAL)
        return Refusal("slow_down")
    return Refusal("authorization_pending")
