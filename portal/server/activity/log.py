"""The activity: lines are added, never changed, never taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.server.activity.chain import FIRST, Line, link
from portal.server.activity.sealing import seal_of
from portal.server.base.tables import AccountPatientRow, AccountRow, ActivityExamRow, ActivityRow
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
    _chain(session, row)
    session.add(row)
    session.flush()


def _chain(session: Session, row: ActivityRow) -> None:
    """Let a line follow on the last one of its account, which nobody else adds to meanwhile."""
    mine = AccountRow.id == row.account
    row.previous_hash = (
        session.scalar(select(AccountRow.activity_hash).where(mine).with_for_update(key_share=True)) or FIRST
    )
    exams = [each.exam for each in row.exams]
    row.hash = link(row.previous_hash, Line(row.at, row.account, row.kind, row.share, row.actor, row.details, exams))
    sealed = {"activity_hash": row.hash, "activity_seal": seal_of(session, row.account, row.hash)}
    last = update(AccountRow).where(mine).values(sealed)
    session.execute(last.execution_options(synchronize_session=False))


def accounts_of(session: Session, patient: int) -> list[str]:
    """Give the accounts that stand for a person: whoever's exam something happened with."""
    asked = select(AccountPatientRow.account).where(AccountPatientRow.patient == patient)
    return list(session.scalars(asked.order_by(AccountPatientRow.account)))
