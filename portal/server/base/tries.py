"""How often the same thing may be tried within a while, per name and per address.

Counted in the database, so that it holds across all processes and restarts. Whose tries they were is not written there.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from limits import parse
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.problems import Problem
from portal.server.base.rows import found_or_added
from portal.server.base.tables import TriedRow


@dataclass(frozen=True, slots=True)
class _Rate:
    most: int
    within: timedelta


class Tries:
    """Counts tries; `check` ends a request that tries too often with 429 and when to come back.

    `database` is one of its own: tries are counted in the middle of other work, and not waited for on the disk.
    """

    def __init__(self, rates: Mapping[str, str], database: Database, clock: Clock, key: bytes) -> None:
        self._rates = {name: _rate(rate) for name, rate in rates.items()}
        self._database, self._clock, self._key = database, clock, key

    def having(self, rates: Mapping[str, str]) -> Tries:
        """Give the same with other rates."""
        return Tries(rates, self._database, self._clock, self._key)

    def check(self, rate: str, *who: str) -> None:
        """Raise `Problem("too-many-tries")` where `who` has no try left; counts nothing."""
        with self._database.reading() as session:
            row = session.get(TriedRow, self._name(rate, *who))
        if row is not None:
            self._refuse_full(self._rates[rate], self._recent(row, self._rates[rate]))

    def count(self, rate: str, *who: str) -> None:
        """Count one try of `who`."""
        with self._database.writing() as session:
            self._add(session, rate, who, refuse=False)

    def take(self, rate: str, *who: str) -> None:
        """Count one try, or raise where none is left; both in one step, however many come at once."""
        with self._database.writing() as session:
            self._add(session, rate, who, refuse=True)

    def forget(self, rate: str, *who: str) -> None:
        """Give `who` all tries again."""
        with self._database.writing() as session:
            session.execute(delete(TriedRow).where(TriedRow.name == self._name(rate, *who)))

    def forget_ended(self) -> None:
        """Let go of what counts no more: there are never more rows than tries within the longest while."""
        with self._database.writing() as session:
            session.execute(delete(TriedRow).where(TriedRow.ends_at <= self._clock()))

    def _add(self, session: Session, rate: str, who: tuple[str, ...], *, refuse: bool) -> None:
        limit, name, now = self._rates[rate], self._name(rate, *who), self._clock()
        found = select(TriedRow).where(TriedRow.name == name).with_for_update()
        row, _ = found_or_added(session, found, lambda: TriedRow(name=name, moments=[], ends_at=now))
        recent = self._recent(row, limit)
        if refuse:
            self._refuse_full(limit, recent)
        row.moments = [*recent, now.timestamp()][-limit.most :]
        row.ends_at = now + limit.within

    def _recent(self, row: TriedRow, limit: _Rate) -> list[float]:
        since = (self._clock() - limit.within).timestamp()
        return [moment for moment in row.moments if moment > since]

    def _refuse_full(self, limit: _Rate, recent: list[float]) -> None:
        if len(recent) < limit.most:
            return
        free = recent[-limit.most] + limit.within.total_seconds()
        seconds = max(1, math.ceil(free - self._clock().timestamp()))
        raise Problem("too-many-tries", headers={"Retry-After": str(seconds)}, retry_after=seconds)

    def _name(self, *what: str) -> str:
        return hmac.new(self._key, "\0".join(what).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _rate(said: str) -> _Rate:
    item = parse(said)
    return _Rate(item.amount, timedelta(seconds=item.get_expiry()))
