"""Exams to share in tests, laid into the portal's own database, and the requests of owner and recipient."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from typing import Any

import requests
from sqlalchemy import select

from portal.server.base.database import Database
from portal.server.base.tables import AccountPatientRow, ExamRow, SeriesRow, StoredObjectRow, StudyRow
from portal.server.base.tokens import new_id
from tests.portal_tools import TIMEOUT, Portal, SignedIn

_numbers = count(1)


def new_uid() -> str:
    """Give a Study Instance UID of its own."""
    return f"1.2.826.0.1.3680043.10.99.{next(_numbers)}"


def lay_exam(
    database: Database,
    account: str,
    now: datetime,
    *,
    origin: str = "upload",
    studies: Sequence[str] = (),
    person: int = 0,
    report_at: datetime | None = None,
    called: str | None = None,
) -> str:
    """Put an exam of an account's person into the database; a practice's with its report where `report_at` is given.

    `called` is what the hospital calls each of its studies.
    """
    with database.writing() as session:
        asked = select(AccountPatientRow.patient).where(AccountPatientRow.account == account)
        patient = session.scalars(asked.order_by(AccountPatientRow.position)).all()[person]
        exam = ExamRow(
            id=new_id(),
            patient=patient,
            origin=origin,
            exam_date="20190312",
            machine="CT",
            created_at=now,
            scanned_at=now,
        )
        if report_at is not None:
            session.add(StoredObjectRow(sha256="0" * 64, size=1, stored_at=now))
            session.flush()
            exam.scanned_at = exam.report_completed_at = report_at
            exam.report_sha256, exam.report_size, exam.report_title = "0" * 64, 1, "Report"
        exam.studies = [_study(patient, uid, now, called) for uid in studies or [new_uid()]]
        session.add(exam)
    return exam.id


def exam_of(portal: Portal, owner: SignedIn, **more: Any) -> str:
    """Put an exam of somebody who is signed in into the portal."""
    return lay_exam(portal.services.database, owner.account_id, portal.clock(), **more)


def _study(patient: int, uid: str, now: datetime, called: str | None = None) -> StudyRow:
    series = SeriesRow(series_instance_uid=uid + ".1", modality="CT")
    row = StudyRow(patient=patient, study_instance_uid=uid, study_date="20190312", created_at=now, series=[series])
    row.study_description = called
    return row


def make(portal: Portal, token: str, **wishes: Any) -> dict[str, Any]:
    """Make a share; gives the answer with link and codes."""
    made: dict[str, Any] = portal.said(201, portal.post("/api/v1/shares", token, json=wishes))
    return made


def link_token(made: dict[str, Any]) -> str:
    """Give the token of a share's link."""
    return str(made["url"].rpartition("/")[2])


def redeem(portal: Portal, made: dict[str, Any], code: str | None = None, **more: Any) -> requests.Response:
    """Try to open a share by its link."""
    said = {"token": link_token(made), "code": made["verification_code"] if code is None else code, **more}
    return portal.post("/api/v1/redeem", json=said)


def wrong_code(made: dict[str, Any], number: int = 0) -> str:
    """Give a code that is not the share's."""
    codes = [code for code in (f"{number + offset:06d}" for offset in range(2)) if code != made["verification_code"]]
    return codes[0]


def shown(portal: Portal, token: str, made: dict[str, Any]) -> dict[str, Any]:
    """Give the share as its owner sees it now."""
    share: dict[str, Any] = portal.said(200, portal.get(f"/api/v1/shares/{made['share']['id']}", token))
    return share


def said_to_strangers(answer: requests.Response) -> tuple[int, bytes, list[str]]:
    """Give all a stranger sees of an answer, but its date."""
    headers = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name.lower() != "date")
    return answer.status_code, answer.content, headers


def all_at_once(url: str, bodies: Sequence[dict[str, Any]]) -> list[requests.Response]:
    """Send many redeem requests at the same time."""
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(lambda body: requests.post(f"{url}/api/v1/redeem", json=body, timeout=TIMEOUT), bodies))
