"""Tells the practice, once a day at most, that strangers try codes: many wrong ones, of whatever share or account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from portal.server.base.rows import found_or_added
from portal.server.base.tables import PracticeRow, WrongCodesRow
from portal.server.notices.outbox import Reader, put
from portal.server.notices.wording import Told
from portal.server.running.first_rows import PRACTICE
from portal.server.services import Services

MANY = 100  # on one day; a person who mistypes has ten tries at one share
KEPT = timedelta(days=7)
TOLD = "told"  # in place of a place: that the alarm was raised on this day

log = logging.getLogger(__name__)


def watch_codes(services: Services, now: datetime) -> None:
    """Write down how many wrong codes came since, and raise the alarm where they are many."""
    counted = services.wrong_codes.take()
    if not counted:
        return
    day = f"{now:%Y-%m-%d}"
    with services.database.writing() as session:
        for place, tries in sorted(counted.items()):
            row, _ = found_or_added(session, *_sum_of(day, place))
            row.tries += tries
        session.execute(delete(WrongCodesRow).where(WrongCodesRow.day < f"{now - KEPT:%Y-%m-%d}"))
        session.flush()
        _raise_alarm(session, services, day, now)


def _sum_of(day: str, place: str) -> tuple[Select[WrongCodesRow], Callable[[], WrongCodesRow]]:
    asked = select(WrongCodesRow).where(WrongCodesRow.day == day, WrongCodesRow.place == place)
    return asked.with_for_update(), lambda: WrongCodesRow(day=day, place=place, tries=0)


def _raise_alarm(session: Session, services: Services, day: str, now: datetime) -> None:
    """Say it once a day."""
    counted = (WrongCodesRow.day == day, WrongCodesRow.place != TOLD)
    asked = select(func.coalesce(func.sum(WrongCodesRow.tries), 0), func.count()).where(*counted)
    tries, places = session.execute(asked).one()
    if tries < MANY or not found_or_added(session, *_sum_of(day, TOLD))[1]:
        return
    log.warning("many wrong codes were tried: %d on %s, from %d places", tries, day, places)
    practice = session.get_one(PracticeRow, PRACTICE)
    if practice.email:
        facts = {"tries": str(tries), "places": str(places), "day": day}
        told_it = Told("strangers", facts, about=day)
        put(session, practice, Reader("email", practice.email), told_it, now, local=services.settings.local)
