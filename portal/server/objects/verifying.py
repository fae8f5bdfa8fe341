"""Reading everything again: what is damaged or missing is named by its hash and its exams, and by no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from core.job import Job
from portal.server.base.database import Database
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, StoredObjectRow, StudyRow
from portal.server.objects.soundness import Soundness, Unsound

STEP = "verify"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class DamagedObject:
    """An object that has to be sent again, and the images and exams it is of."""

    sha256: str
    found: Literal["damaged", "missing"]
    exams: tuple[str, ...]
    sop_instance_uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """How many objects were read, and which are not as they came."""

    objects: int
    damaged: tuple[DamagedObject, ...]


def verify(database: Database, sound: Soundness, job: Job) -> Verified:
    """Read each object whole; what is damaged is set aside and marked, as when somebody had asked for it."""
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(StoredObjectRow)) or 0
    damaged: list[DamagedObject] = []
    done, last = 0, ""
    while page := _page(database, last):
        for sha256 in page:
            job.check()
            job.report(done, max(total, done + 1), STEP)
            try:
                sound.proof(sha256, data_set=False)
            except Unsound as error:
                damaged.append(_described(database, sha256, "missing" if error.missing else "damaged"))
            done += 1
        last = page[-1]
    return Verified(done, tuple(damaged))


def _page(database: Database, after: str) -> list[str]:
    with database.reading() as session:
        asked = select(StoredObjectRow.sha256).where(StoredObjectRow.sha256 > after)
        return list(session.scalars(asked.order_by(StoredObjectRow.sha256).limit(_PAGE)))


def _described(database: Database, sha256: str, found: Literal["damaged", "missing"]) -> DamagedObject:
    with database.reading() as session:
        uids = session.scalars(select(InstanceRow.sop_instance_uid).where(InstanceRow.sha256 == sha256).distinct())
        return DamagedObject(sha256, found, tuple(sorted(_exams(session, sha256))), tuple(sorted(uids)))


def _exams(session: Session, sha256: str) -> set[str]:
    of_images = (
        select(StudyRow.exam)
        .join(SeriesRow, SeriesRow.study == StudyRow.id)
        .join(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(InstanceRow.sha256 == sha256)
    )
    return set(session.scalars(union(of_images, select(ExamRow.id).where(ExamRow.report_sha256 == sha256))))
