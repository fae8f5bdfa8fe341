"""The seal on the end of an account's activity: made with the server's key, which is not in the database.

Whoever can write the database alone can make a chain that follows on line by line, but no seal for it.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.database import SEAL_KEY
from portal.server.base.tables import AccountRow


def seal_key(secret: bytes) -> bytes:
    """Derive the key of seals from the portal's own."""
    return hmac.new(secret, b"activity-seal", hashlib.sha256).digest()


def seal_of(session: Session, account: str, last: str) -> str | None:
    """Give the seal of an account's last hash (HMAC-SHA256); None where the database was opened without the key."""
    key: bytes | None = session.info.get(SEAL_KEY)
    return None if key is None else hmac.new(key, f"{account}\n{last}".encode(), hashlib.sha256).hexdigest()


def is_sealed(session: Session, row: AccountRow) -> bool:
    """Say whether the end of an activity bears this portal's seal; true where there is no key to tell it by."""
    wanted = seal_of(session, row.id, row.activity_hash or "")
    return wanted is None or row.activity_hash is None or hmac.compare_digest(wanted, row.activity_seal or "")


def seal_all(session: Session) -> None:
    """Seal what was written before there were seals."""
    for row in session.scalars(select(AccountRow).where(AccountRow.activity_hash.is_not(None)).with_for_update()):
        row.activity_seal = seal_of(session, row.id, row.activity_hash or "")
