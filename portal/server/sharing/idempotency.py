"""Idempotency-Key: the same request sent twice makes one share, and is answered with the same secrets.

The secrets are derived from the key and the server's own, so nothing of them is kept; of the key only a hash is. After
two days a repeated request is refused: a share's code is not to be had for good by whoever finds an old request.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.tables import IdempotencyRow, ShareRow
from portal.server.base.tokens import token_hash
from portal.server.services import Services
from portal.server.sharing.share_secrets import Secrets, derived_secrets, new_secrets
from portal.wire.json_values import to_json
from portal.wire.sharing import ShareRequest

KEY_LONGEST = 255
ANSWERED_AGAIN = timedelta(days=2)


def secrets_for(services: Services, account: str, key: str | None) -> Secrets:
    """Draw secrets, or derive those that belong to an Idempotency-Key."""
    return new_secrets() if key is None else derived_secrets(services.secret, account, key)


def share_made_before(
    session: Session, account: str, key: str, wanted: ShareRequest, given: Secrets, now: datetime
) -> str | None:
    """Give the share an earlier request with this key made; a key used for something else or long ago is refused."""
    if not 0 < len(key) <= KEY_LONGEST:
        raise Problem("invalid-request", fields=[{"field": "header.Idempotency-Key", "reason": "length"}])
    row = session.get(IdempotencyRow, (account, _kept(key)))
    if row is None and not _is_made(session, given):
        return None
    if row is None or row.created_at + ANSWERED_AGAIN < now:
        raise Problem("conflict", reason="idempotency-key-old")
    if row.request_hash != fingerprint(wanted):
        raise Problem("conflict", reason="idempotency-key-reused")
    return str(row.response["share"])


def remember(session: Session, account: str, key: str, wanted: ShareRequest, share: str, now: datetime) -> None:
    """Keep which share a key made, in the transaction that makes it."""
    session.add(
        IdempotencyRow(
            account=account,
            key=_kept(key),
            request_hash=fingerprint(wanted),
            status=201,
            response={"share": share},
            created_at=now,
        )
    )
    session.flush()


def _is_made(session: Session, given: Secrets) -> bool:
    """Tell whether the share of a key is there though its row is not: earlier portals forgot them after two days."""
    made = select(ShareRow.id).where(ShareRow.token_hash == token_hash(given.token))
    return session.scalars(made).first() is not None


def _kept(key: str) -> str:
    return "shares:" + token_hash(key)


def fingerprint(wanted: object) -> str:
    """Give what tells one request from another."""
    said = json.dumps(to_json(wanted), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
