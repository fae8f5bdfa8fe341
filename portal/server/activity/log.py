"""The activity: lines are added, never changed, never taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.tables import AccountPatientRow, ActivityExamRow, ActivityRow
from portal.wire.activity import ActivityKind


def note(
    session: Session,
    *,
    account: str,
    kind: ActivityKind,
    at: datetime,
    exams: Iterable[str] = (),
    share: str | None = None,
    actor: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one line for an account, in the transaction of what it tells of: both are kept, or neither.

    `details` are facts for the owner; no tokens, codes or file names belong there.
    """
    row = ActivityRow(at=at, account=account, kind=kind, share=share, actor=actor, details=dict(details or {}))
    row.exams = [ActivityExamRow(exam=exam) for exam in sorted(set(exams))]
    session.add(row)
    session.flush()


def accounts_of(session: Session, patient: int) -> list[str]:
    """Give the accounts that stand for a person: whoever's exam something happened with."""
    asked = select(AccountPatientRow.account).where(AccountPatientRow.patient == patient)
    return list(session.scalars(asked.order_by(AccountPatientRow.account)))
