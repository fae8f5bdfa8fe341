"""Reading the whole activity again: the first line of an account that does not follow on the one before is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.job import Job
from portal.server.activity.chain import FIRST, Line, link
from portal.server.activity.sealing import is_sealed
from portal.server.base.database import Database
from portal.server.base.tables import AccountRow, ActivityExamRow, ActivityRow

STEP = "verify-activity"
_PAGE = 500
TURNS = 3


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first line of an account that is not as it was written, or does not follow on the one before.

    "changed": its own words; "missing": one before it was taken out, put in or moved; "cut": lines at the end are gone;
    "rewritten": it follows on line by line, but does not bear the seal of this portal.
    """

    account: str
    activity: int | None
    found: Literal["changed", "missing", "cut", "rewritten"]


@dataclass(frozen=True, slots=True)
class VerifiedActivity:
    """How many lines were read, and where chains are broken."""

    lines: int
    broken: tuple[BrokenLink, ...]


def verify_activity(database: Database, job: Job) -> VerifiedActivity:
    """Follow the chain of every account."""
    with database.reading() as session:
        accounts = list(session.scalars(select(AccountRow.id).order_by(AccountRow.id)))
        total = session.scalar(select(func.count()).select_from(ActivityRow)) or 0
    lines, broken = 0, []
    for account in accounts:
        job.check()
        job.report(lines, max(total, lines + 1), STEP)
        read, first = _followed(database, account)
        lines += read
        broken += [first] if first else []
    return VerifiedActivity(lines, tuple(broken))


def _followed(database: Database, account: str) -> tuple[int, BrokenLink | None]:
    """Follow one chain; a line that came meanwhile looks like an end that was cut off, so that is looked at again."""
    for _ in range(TURNS):
        with database.reading() as session:
            read, first = _follow(session, account)
        if first is None or first.found not in {"cut", "rewritten"}:
            break
    return read, first


def _follow(session: Session, account: str) -> tuple[int, BrokenLink | None]:
    row_of = session.get_one(AccountRow, account)
    head, sealed = row_of.activity_hash or FIRST, is_sealed(session, row_of)
    emptied = row_of.last_sign_in_at is not None and head == FIRST  # each sign-in writes a line
    last, lines, broken = FIRST, 0, None
    for row, exams in _lines(session, account):
        lines += 1
        line = Line(row.at, row.account, row.kind, row.share, row.actor, row.details, exams)
        if broken is None and row.previous_hash != last:
            broken = BrokenLink(account, row.id, "missing")
        if broken is None and row.hash != link(last, line):
            broken = BrokenLink(account, row.id, "changed")
        last = row.hash or FIRST
    if broken is None and (last != head or emptied):
        broken = BrokenLink(account, None, "cut")
    if broken is None and not sealed:
        broken = BrokenLink(account, None, "rewritten")
    return lines, broken


def _lines(session: Session, account: str) -> Iterator[tuple[ActivityRow, list[str]]]:
    after = 0
    while True:
        mine = (ActivityRow.account == account, ActivityRow.id > after)
        rows = list(session.scalars(select(ActivityRow).where(*mine).order_by(ActivityRow.id).limit(_PAGE)))
        if not rows:
            return
        exams: dict[int, list[str]] = {row.id: [] for row in rows}
        asked = select(ActivityExamRow.activity, ActivityExamRow.exam)
        for activity, exam in session.execute(asked.where(ActivityExamRow.activity.in_(list(exams)))):
            exams[activity].append(exam)
        yield from ((row, exams[row.id]) for row in rows)
        after = rows[-1].id
        session.expunge_all()
