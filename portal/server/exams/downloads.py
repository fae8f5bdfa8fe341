"""The activity's line for what somebody saw or took home: one an hour for each exam, however many requests it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.activity.log import accounts_of, note
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, StudyRow
from portal.server.services import Services
from portal.wire.activity import ActivityKind

_TAKEN: dict[str, ActivityKind] = {
    "account": "downloaded",
    "share": "share-downloaded",
    "staff": "practice-downloaded",
    "doctor": "doctor-downloaded",
}
_SEEN: dict[str, ActivityKind] = {  # of a share its opening is told
    "account": "viewed",
    "staff": "practice-viewed",
    "doctor": "doctor-viewed",
}


class Downloads:
    """Notes who looked at an exam, and who took it home. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def note_exam(self, caller: Caller, exam: str, what: str) -> None:
        """Note that somebody takes (part of) an exam home; `what` is "images" or "report"."""
        self._note(caller, exam, _TAKEN[caller.kind], what)

    def note_instances(self, caller: Caller, instances: Iterable[InstanceRow]) -> None:
        """Note that somebody takes instances home."""
        for exam in self._exams(instances):
            self.note_exam(caller, exam, "images")

    def note_look(self, caller: Caller, exam: str, what: str) -> None:
        """Note that somebody looks at an exam's images or report."""
        if caller.kind in _SEEN:
            self._note(caller, exam, _SEEN[caller.kind], what)

    def note_looks(self, caller: Caller, instances: Sequence[InstanceRow]) -> None:
        """Note that somebody looks at instances."""
        fresh = {each.series for each in instances if caller.kind in _SEEN}
        fresh = {series for series in fresh if self._is_new(caller.name, f"series {series}", "look")}
        for exam in self._exams(each for each in instances if each.series in fresh):
            self.note_look(caller, exam, "images")

    def _exams(self, instances: Iterable[InstanceRow]) -> list[str]:
        rows = list(instances)
        if not rows:
            return []
        with self._services.database.reading() as session:
            return exams_of(session, rows)

    def _note(self, caller: Caller, exam: str, kind: ActivityKind, what: str) -> None:
        if not self._is_new(caller.name, exam, f"{kind} {what}"):
            return
        with self._services.database.writing() as session:
            row = session.get(ExamRow, exam)
            if row is None:
                return
            for account in [caller.account] if caller.account else accounts_of(session, row.patient):
                note(
                    session,
                    account=account,
                    kind=kind,
                    at=self._services.clock(),
                    exams=[exam],
                    share=caller.share,
                    actor=caller.actor,
                    details={"what": what},
                )

    def _is_new(self, *what: str) -> bool:
        return self._services.told.is_new(self._services.clock(), *what)


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
