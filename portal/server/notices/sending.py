"""Sends what waits in the outbox: each notice once, tried again for days, given up with its reason."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import case, select, update

from portal.server.base.clock import Clock
from portal.server.base.database import GONE, Database
from portal.server.base.tables import NoticeRow
from portal.server.notices.ways.way import Letter, NotSentError, Way

LOOK_SECONDS = 1.0  # the command line of the same computer puts notices there too, and wakes nobody
REMIND_SECONDS = 600.0  # nothing but time tells that a report is released or a share ends
TAKEN = timedelta(minutes=5)  # whoever took a notice and died in the middle: it is sent by another then
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

AWAITED = ("recovery", "activation", "share")  # somebody sits before a letter box

log = logging.getLogger(__name__)


class Sending:
    """Looks for notices that are due and hands each to its way."""

    def __init__(self, database: Database, ways: Mapping[str, Way], clock: Clock) -> None:
        self._database = database
        self._ways = ways
        self._clock = clock
        self._to_note: list[tuple[str, dict[str, object]]] = []  # what became of those whose row could not be reached

    def send_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Send all that is due now, or what is sent until `stop`; gives how many were tried.

        A way that cannot be reached is left alone for the rest, so that it keeps no other waiting.
        """
        tried, gone = 0, set[str]()
        self._note_all()
        self._give_up_late()
        while not stop() and (taken := self._take(gone)) is not None:
            letter, channel, tries = taken
            if not self._send(letter, channel, tries):
                gone.add(channel)
            tried += 1
        return tried

    def _give_up_late(self) -> None:
        """Let go of what has expired, with its words."""
        now = self._clock()
        late = (NoticeRow.state == "waiting", NoticeRow.until <= now)
        with self._database.reading() as session:
            if session.scalars(select(NoticeRow.id).where(*late).limit(1)).first() is None:
                return
        with self._database.writing() as session:
            session.execute(update(NoticeRow).where(*late).values(_ended("given-up", now, "late")))

    def _take(self, gone: Collection[str]) -> tuple[Letter, str, int] | None:
        """Take one notice in hand, so that nobody else sends it meanwhile; what people wait for comes first."""
        now = self._clock()
        due = (NoticeRow.state == "waiting", NoticeRow.due_at <= now, NoticeRow.channel.not_in(gone))
        first = (case((NoticeRow.kind.in_(AWAITED), 0), else_=1), NoticeRow.due_at)
        with self._database.reading() as session:  # the writer's turn is asked for only where there is something
            if session.scalars(select(NoticeRow.id).where(*due).limit(1)).first() is None:
                return None
        with self._database.writing() as session:
            row = session.scalars(
                select(NoticeRow).where(*due).order_by(*first).limit(1).with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            row.due_at, row.tries = now + TAKEN, row.tries + 1
            return (
                Letter(row.id, row.address, row.subject, row.text or "", row.html, row.off_address),
                row.channel,
                row.tries,
            )

    def _send(self, letter: Letter, channel: str, tries: int) -> bool:
        """Send one notice; says whether its way could be reached."""
        try:
            self._way(channel).send(letter)
        except NotSentError as error:
            log.warning("notice %s was not sent: %s", letter.id, error.reason)
            values = _ended("given-up", self._clock(), error.reason) if error.for_good else self._later(error, tries)
            self._note(letter, values)
            return error.for_good
        self._note(letter, _ended("sent", self._clock(), None))
        return True

    def _way(self, channel: str) -> Way:
        way = self._ways.get(channel)
        if way is None:
            raise NotSentError("no-way", for_good=True)  # later it would be old news
        return way

    def _later(self, error: NotSentError, tries: int) -> dict[str, object]:
        return {"due_at": self._clock() + WAITS[min(tries, len(WAITS)) - 1], "trouble": error.reason}

    def _note(self, letter: Letter, values: dict[str, object]) -> None:
        """Write down what became of a letter; while the database is gone it is remembered, so that none goes twice."""
        self._to_note.append((letter.id, values))
        self._note_all()

    def _note_all(self) -> None:
        while self._to_note:
            letter, values = self._to_note[0]
            with self._database.writing() as session:
                session.execute(update(NoticeRow).where(NoticeRow.id == letter).values(values))
            self._to_note.pop(0)


@contextmanager
def sending_in_background(sending: Sending, remind: Callable[[], bool]) -> Iterator[None]:
    """Send in a thread of its own until the end, and look now and then for what is due (`remind`, which says whether
    it did); what is in hand is finished."""
    stop = threading.Event()

    def work() -> None:
        reminded, gone = -REMIND_SECONDS, False
        while not stop.wait(LOOK_SECONDS):
            try:
                if time.monotonic() - reminded >= REMIND_SECONDS and remind():
                    reminded = time.monotonic()
                sending.send_due(stop.is_set)
                gone = False
            except GONE:  # told once, not every second
                if not gone:
                    log.error("notices wait: the database does not answer")  # noqa: TRY400 - its words name rows
                gone = True
            except Exception as error:  # noqa: BLE001 - without this thread nobody would be told anything any more
                # where, not its words, in which a database names what it refused
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("notices could not be sent: %s\n%s", type(error).__name__, where)  # noqa: TRY400

    thread = threading.Thread(target=work, name="notices")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _ended(state: str, now: datetime, trouble: str | None) -> dict[str, object]:
    """End a notice; its words may hold codes and links, and are not kept, nor is an address that was right."""
    words: dict[str, object] = {"subject": None, "text": None, "html": None, "off_address": None}
    sent = {"address": ""} if state == "sent" else {}
    return {"state": state, "ended_at": now, "trouble": trouble, **words, **sent}
