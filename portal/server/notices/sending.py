"""Sends what waits in the outbox: each notice once, tried again for days, given up with its reason."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.tables import NoticeRow
from portal.server.notices.ways.way import Letter, NotSentError, Way

LOOK_SECONDS = 1.0  # the command line of the same computer puts notices there too, and wakes nobody
REMIND_SECONDS = 600.0  # nothing but time tells that a report is released or a share ends
TAKEN = timedelta(minutes=5)  # whoever took a notice and died in the middle: it is sent by another then
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

log = logging.getLogger(__name__)


class Sending:
    """Looks for notices that are due and hands each to its way."""

    def __init__(self, database: Database, ways: Mapping[str, Way], clock: Clock) -> None:
        self._database = database
        self._ways = ways
        self._clock = clock

    def send_due(self) -> int:
        """Send all that is due now; gives how many were tried."""
        tried = 0
        while (letter := self._take()) is not None:
            self._send(*letter)
            tried += 1
        return tried

    def _take(self) -> tuple[Letter, str, int] | None:
        """Take one notice in hand, so that nobody else sends it meanwhile."""
        now = self._clock()
        due = (NoticeRow.state == "waiting", NoticeRow.due_at <= now)
        with self._database.reading() as session:  # the writer's turn is asked for only where there is something
            if session.scalars(select(NoticeRow.id).where(*due).limit(1)).first() is None:
                return None
        with self._database.writing() as session:
            session.execute(
                update(NoticeRow).where(*due, NoticeRow.until <= now).values(_ended("given-up", now, "late"))
            )
            row = session.scalars(
                select(NoticeRow).where(*due).order_by(NoticeRow.due_at).limit(1).with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            row.due_at, row.tries = now + TAKEN, row.tries + 1
            return Letter(row.id, row.address, row.subject, row.text or "", row.html), row.channel, row.tries

    def _send(self, letter: Letter, channel: str, tries: int) -> None:
        try:
            self._way(channel).send(letter)
        except NotSentError as error:
            log.warning("notice %s was not sent: %s", letter.id, error.reason)
            values = _ended("given-up", self._clock(), error.reason) if error.for_good else self._later(error, tries)
            self._note(letter, values)
        else:
            self._note(letter, _ended("sent", self._clock(), None))

    def _way(self, channel: str) -> Way:
        way = self._ways.get(channel)
        if way is None:
            raise NotSentError("no-way")
        return way

    def _later(self, error: NotSentError, tries: int) -> dict[str, object]:
        return {"due_at": self._clock() + WAITS[min(tries, len(WAITS)) - 1], "trouble": error.reason}

    def _note(self, letter: Letter, values: dict[str, object]) -> None:
        with self._database.writing() as session:
            session.execute(update(NoticeRow).where(NoticeRow.id == letter.id).values(values))


@contextmanager
def sending_in_background(sending: Sending, remind: Callable[[], None]) -> Iterator[None]:
    """Send in a thread of its own until the end, and look now and then for what is due; what is in hand is finished."""
    stop = threading.Event()

    def work() -> None:
        reminded = -REMIND_SECONDS
        while not stop.wait(LOOK_SECONDS):
            try:
                if time.monotonic() - reminded >= REMIND_SECONDS:
                    reminded = time.monotonic()
                    remind()
                sending.send_due()
            except Exception:  # whatever it is: without this thread nobody would be told anything any more
                log.exception("notices could not be sent")

    thread = threading.Thread(target=work, name="notices")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _ended(state: str, now: datetime, trouble: str | None) -> dict[str, object]:
    """End a notice; its words may hold codes and links, and are not kept."""
    return {"state": state, "ended_at": now, "trouble": trouble, "subject": None, "text": None, "html": None}
