"""Recovery codes: ten, shown once, each opens the second step once; for who lost the phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.server.base.rows import held
from portal.server.base.tables import RecoveryCodeRow
from portal.server.base.typed_codes import grouped, new_code, normalised, sealed

HOW_MANY = 10
LETTERS = 10  # 50 bits
GROUP = 5


def make_recovery_codes(session: Session, key: bytes, account: str, now: datetime) -> tuple[str, ...]:
    """Make ten codes, shown this once; those of before open nothing any more."""
    forget_recovery_codes(session, account)
    codes = [new_code(LETTERS) for _ in range(HOW_MANY)]
    session.add_all(
        RecoveryCodeRow(code_hash=_kept(key, account, code), account=account, created_at=now) for code in codes
    )
    session.flush()
    return tuple(grouped(code, GROUP) for code in codes)


def use_recovery_code(session: Session, key: bytes, account: str, typed: str, now: datetime) -> bool:
    """Use a code up; says whether it was one of this account's, and unused."""
    code = normalised(typed)
    row = held(session, RecoveryCodeRow, _kept(key, account, code)) if len(code) == LETTERS else None
    if row is None or row.used_at is not None:
        return False
    row.used_at = now
    return True


def recovery_codes_left(session: Session, account: str) -> int:
    """Count what is left."""
    mine = (RecoveryCodeRow.account == account, RecoveryCodeRow.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCodeRow).where(*mine)) or 0


def forget_recovery_codes(session: Session, account: str) -> None:
    """Take all codes of an account away."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account == account))


def _kept(key: bytes, account: str, code: str) -> str:
    return sealed(key, f"recovery-code:{account}", code)
