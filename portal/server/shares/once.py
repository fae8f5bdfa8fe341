"""Idempotency-Key: the same request sent twice makes one share, and is answered with the same secrets.

The secrets are derived from the key and the server's own, so nothing of them is kept; of the key only a hash is.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.shares.codes import Secrets, derived_secrets, new_secrets
from portal.server.tables import IdempotencyRow
from portal.server.tokens import token_hash
from portal.wire import ShareRequest, to_json

KEY_LONGEST = 255


def secrets_for(services: Services, account: str, key: str | None) -> Secrets:
    """Draw secrets, or derive those that belong to an Idempotency-Key."""
    return new_secrets() if key is None else derived_secrets(services.secret, account, key)


def share_made_before(session: Session, account: str, key: str, wanted: ShareRequest) -> str | None:
    """Give the share an earlier request with this key made; a key that was used for something else is refused."""
    if not 0 < len(key) <= KEY_LONGEST:
        raise Problem("invalid-request", fields=[{"field": "header.Idempotency-Key", "reason": "length"}])
    row = session.get(IdempotencyRow, (account, _kept(key)))
    if row is None:
        return None
    if row.request_hash != _fingerprint(wanted):
        raise Problem("conflict", reason="idempotency-key-reused")
    return str(row.response["share"])


def remember(session: Session, account: str, key: str, wanted: ShareRequest, share: str, now: datetime) -> None:
    """Keep which share a key made, in the transaction that makes it."""
    session.add(
        IdempotencyRow(
            account=account,
            key=_kept(key),
            request_hash=_fingerprint(wanted),
            status=201,
            response={"share": share},
            created_at=now,
        )
    )
    session.flush()


def _kept(key: str) -> str:
    return "shares:" + token_hash(key)


def _fingerprint(wanted: ShareRequest) -> str:
    said = json.dumps(to_json(wanted), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
