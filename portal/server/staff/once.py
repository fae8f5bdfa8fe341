"""Idempotency-Key at the desk: the same request sent twice makes one patient, and is answered with that one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.tables import MadeOnceRow
from portal.server.base.tokens import token_hash
from portal.server.sharing.idempotency import fingerprint
from portal.wire.desk.patients import NewPatient


def made_before(session: Session, caller: Caller, key: str | None, wanted: NewPatient) -> int | None:
    """Give the patient an earlier request with this key made; a key used for somebody else is refused."""
    row = session.get(MadeOnceRow, (_who(caller), token_hash(key))) if key else None
    if row is not None and row.request_hash != fingerprint(wanted):
        raise Problem("conflict", reason="idempotency-key-reused")
    return None if row is None else row.patient


def remember(session: Session, caller: Caller, key: str | None, wanted: NewPatient, patient: int, at: datetime) -> None:
    """Keep which patient a key made, in the transaction that makes them."""
    if key:
        row = MadeOnceRow(who=_who(caller), key_hash=token_hash(key), request_hash=fingerprint(wanted))
        row.patient, row.created_at = patient, at
        session.add(row)
        session.flush()


def _who(caller: Caller) -> str:
    return caller.member or f"practice {caller.practice}"
