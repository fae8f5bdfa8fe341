"""Reading the activity: an account's own lines, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from portal.names import ExamId, ShareId
from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.tables import ActivityExamRow, ActivityRow, ExamRow, ShareRow
from portal.wire.activity import Activity, ActivityPage
from portal.wire.moments import utc_text

# how the exams of some lines are called now, by their ids: those that are still there and the caller's
Named = Callable[[Session, Caller, Iterable[str], datetime], Mapping[str, str]]


def activity_page(
    session: Session,
    caller: Caller,
    now: datetime,
    named: Named,
    *,
    most: int,
    cursor: int | None = None,
    share: str | None = None,
    exam: str | None = None,
) -> ActivityPage:
    """Give one page of what happened; share and exam must be the caller's. The cursor is the last line's number."""
    _check_owner(session, caller, share, exam)
    asked = select(ActivityRow).where(ActivityRow.account == caller.account).order_by(ActivityRow.id.desc())
    if share is not None:
        asked = asked.where(ActivityRow.share == share)
    if exam is not None:
        asked = _of_exam(asked, exam, cursor)
    elif cursor is not None:
        asked = asked.where(ActivityRow.id < cursor)
    rows = list(session.scalars(asked.options(selectinload(ActivityRow.exams)).limit(most + 1)))
    more = str(rows[most - 1].id) if len(rows) > most else None
    names = named(session, caller, {each.exam for row in rows[:most] for each in row.exams}, now)
    return ActivityPage(tuple(_shape(row, names) for row in rows[:most]), more)


def _of_exam(asked: Select[ActivityRow], exam: str, cursor: int | None) -> Select[ActivityRow]:
    """Go along the lines of the exam, which its index has in their order, and not along all of the account."""
    asked = asked.join(ActivityExamRow, ActivityExamRow.activity == ActivityRow.id).where(ActivityExamRow.exam == exam)
    if cursor is not None:
        asked = asked.where(ActivityExamRow.activity < cursor)
    return asked.order_by(None).order_by(ActivityExamRow.activity.desc())


def _check_owner(session: Session, caller: Caller, share: str | None, exam: str | None) -> None:
    """What is another's is not there."""
    if share is not None:
        found = session.get(ShareRow, share)
        if found is None or found.account != caller.account:
            raise Problem("not-found")
    if exam is not None:
        known = session.get(ExamRow, exam)
        if known is None or known.patient not in caller.patients:
            raise Problem("not-found")


def _shape(row: ActivityRow, names: Mapping[str, str]) -> Activity:
    exams = tuple(each.exam for each in row.exams)
    return Activity(
        row.id,
        utc_text(row.at),
        row.kind,  # type: ignore[arg-type]
        tuple(map(ExamId, exams)),
        ShareId(row.share) if row.share else None,
        row.actor,
        dict(row.details) or None,
        tuple(names[exam] for exam in exams if exam in names),
    )
