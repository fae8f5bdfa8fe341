"""Two practices with their persons, exams, studies and instances as rows, which are called by their names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.share_sessions import recipient_of
from portal.server.access.visibility import report_for, visible
from portal.server.access.visible_instances import instances
from portal.server.base.tables import (
    AccountRow,
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    ShareRow,
    ShareStudyRow,
    StoredObjectRow,
    StudyRow,
)
from portal.server.base.tokens import token_hash
from portal.server.sharing.share_secrets import code_hmac

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
IMAGE, PDF, SR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.88.11"
KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.59"
KEY, TOKEN, LOCATOR, CODE = b"k" * 32, "T" * 22, "7KQ4M", "XD9FT1"  # a number more makes the token and locator


class Rows:
    """Two practices with their persons, exams, studies and instances, which are called by their names."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.studies: dict[str, int] = {}
        for practice in (1, 2):
            self.add(PracticeRow(id=practice, name="P", created_at=NOW, release_rule="after-report", release_hours=0))
        for patient, practice in ((1, 1), (2, 1), (3, 2)):
            self.add(PatientRow(id=patient, practice=practice, created_at=NOW))
        self.add(AccountRow(id="a", created_at=NOW, state="active"))
        self.add(StoredObjectRow(sha256="o", size=1, stored_at=NOW))
        self.add(StoredObjectRow(sha256="p", size=1, stored_at=NOW))

        done = {"report_completed_at": NOW - DAY, "report_sha256": "o", "report_title": "R", "report_size": 1}
        self.exam("released", 1, "practice", **done)
        self.exam("held", 1, "practice")
        self.exam("own", 1, "upload")
        self.exam("sibling", 2, "practice", **done)
        self.exam("elsewhere", 3, "practice", **done)
        for study, exam, patient in (
            ("first", "released", 1),
            ("second", "released", 1),
            ("waiting", "held", 1),
            ("brought", "own", 1),
            ("hers", "sibling", 2),
            ("theirs", "elsewhere", 3),
        ):
            self.study(study, exam, patient)

        self.instance("image", "first")
        self.instance("letter", "first", PDF)
        self.instance("words", "first", SR)
        self.instance("letter at home", "first", PDF, person=True)
        self.instance("letter from home", "first", PDF, practice=False, person=True)
        self.instance("late letter", "first", PDF, at=NOW - DAY / 2)
        self.instance("second image", "second")
        self.instance("waiting image", "waiting")
        self.instance("waiting marks", "waiting", KEY_OBJECT)
        self.instance("waiting of no class", "waiting", None)
        self.instance("waiting letter", "waiting", PDF)
        self.instance("waiting letter at home", "waiting", PDF, person=True)
        self.instance("own image", "brought", practice=False, person=True)
        self.instance("own letter", "brought", PDF, practice=False, person=True)
        self.instance("her image", "hers")
        self.instance("their image", "theirs")

    def add(self, row: Any) -> None:
        self.session.add(row)
        self.session.flush()

    def exam(self, exam: str, patient: int, origin: str, **said: Any) -> None:
        moment = NOW - 9 * DAY
        self.add(ExamRow(id=exam, patient=patient, origin=origin, machine="CT", created_at=moment, scanned_at=moment))
        for name, value in said.items():
            setattr(self.session.get_one(ExamRow, exam), name, value)
        self.session.flush()

    def study(self, uid: str, exam: str, patient: int) -> None:
        row = StudyRow(patient=patient, exam=exam, study_instance_uid=uid, created_at=NOW)
        self.add(row)
        self.add(SeriesRow(study=row.id, series_instance_uid=f"series of {uid}"))
        self.studies[uid] = row.id

    def instance(
        self,
        name: str,
        study: str,
        kind: str | None = IMAGE,
        *,
        practice: bool = True,
        person: bool = False,
        at: datetime = NOW - 8 * DAY,
    ) -> None:
        row = self.session.get_one(StudyRow, self.studies[study])
        series = self.session.scalars(select(SeriesRow.id).where(SeriesRow.study == row.id)).one()
        self.add(
            InstanceRow(
                patient=row.patient,
                series=series,
                sop_instance_uid=name,
                sop_class_uid=kind,
                sha256="o",
                size=1,
                sent_by_practice=practice,
                sent_by_person=person,
                stored_at=at,
            )
        )

    def share(self, *studies: str, report: str | None = "o", documents: bool = True, **said: Any) -> Caller:
        """Give whoever opened a share of some studies that was made a day ago."""
        return recipient_of(self.session, self.share_row(*studies, report=report, documents=documents, **said))

    def share_row(self, *studies: str, report: str | None = "o", documents: bool = True, **said: Any) -> ShareRow:
        """Make such a share, the first of number 0."""
        number = len(self.session.scalars(select(ShareRow.id)).all())
        about: dict[str, Any] = {
            "account": "a",
            "patient": 1,
            "title": "CT",
            "created_at": NOW - DAY,
            "expires_at": NOW + DAY,
            "max_accesses": 10,
            "include_images": True,
            "include_report": True,
            "allow_download": True,
        }
        secret = {"token_hash": token_hash(f"{TOKEN}{number}"), "code_hmac": code_hmac(KEY, f"s{number}", CODE)}
        row = ShareRow(id=f"s{number}", locator=f"{LOCATOR}{number}", **secret, **{**about, **said})
        row.studies = [
            ShareStudyRow(study=self.studies[study], report_sha256=report, documents=documents) for study in studies
        ]
        self.add(row)
        return row

    def seen(self, caller: Caller, now: datetime = NOW) -> set[str]:
        rows = self.session.scalars(instances().where(visible(self.session, caller, now)))
        return {row.sop_instance_uid for row in rows}

    def report(self, caller: Caller, exam: str = "released") -> str:
        return report_for(self.session, caller, self.session.get_one(ExamRow, exam), NOW).state
