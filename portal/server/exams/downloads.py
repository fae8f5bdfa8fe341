"""The activity's line for what somebody took home: one an hour for each exam, however many requests that took."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.caller import Caller
from portal.server.services import Services
from portal.server.tables import ExamRow, InstanceRow, SeriesRow, ShareRow, StudyRow

_ONCE_IN = timedelta(hours=1)
_MOST_REMEMBERED = 10_000


class Downloads:
    """Notes downloads. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._noted: dict[tuple[str, str, str], datetime] = {}

    def note_exam(self, caller: Caller, exam: str, what: str) -> None:
        """Note that somebody takes (part of) an exam home; `what` is "images" or "report"."""
        account = self._owner(caller)
        if account is None or not self._is_new((caller.share or account, exam, what)):
            return
        with self._services.database.writing() as session:
            if session.get(ExamRow, exam) is None:
                return
            note(
                session,
                account=account,
                kind="share-downloaded" if caller.kind == "share" else "downloaded",
                at=self._services.clock(),
                exams=[exam],
                share=caller.share,
                actor=caller.recipient_name,
                details={"what": what},
            )

    def note_instances(self, caller: Caller, instances: Iterable[InstanceRow]) -> None:
        """Note that somebody takes instances home."""
        if caller.kind == "staff":
            return
        with self._services.database.reading() as session:
            exams = exams_of(session, instances)
        for exam in exams:
            self.note_exam(caller, exam, "images")

    def _owner(self, caller: Caller) -> str | None:
        """Give the account whose activity it is; the practice's own reading is not part of it."""
        if caller.kind == "staff":
            return None
        if caller.account is not None or caller.share is None:
            return caller.account
        with self._services.database.reading() as session:
            return session.get_one(ShareRow, caller.share).account

    def _is_new(self, key: tuple[str, str, str]) -> bool:
        now = self._services.clock()
        with self._lock:
            if key in self._noted and now - self._noted[key] < _ONCE_IN:
                return False
            if len(self._noted) >= _MOST_REMEMBERED:
                self._noted.clear()
            self._noted[key] = now
            return True


def exams_of(session: Session, instances: Iterable[InstanceRow]) -> list[str]:
    """Give the exams some instances belong to."""
    series = {instance.series for instance in instances}
    return list(
        session.scalars(
            select(StudyRow.exam)
            .join(SeriesRow, SeriesRow.study == StudyRow.id)
            .where(SeriesRow.id.in_(series))
            .distinct()
        )
    )
