"""The portal's long lists: 10,000 exams, 1,000,000 lines of activity; pages as an account and the practice ask them.

Aim: no page over 50 ms, on SQLite and PostgreSQL, whatever page and filter. Medians of seven, over HTTP.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measure import Table, milliseconds  # noqa: E402

from portal.server.base.tables import (  # noqa: E402
    ActivityExamRow,
    ActivityRow,
    ExamRow,
    InstanceRow,
    SeriesRow,
    StoredObjectRow,
    StudyRow,
)
from tests.portal_tools import Portal, SignedIn, portal_workers, running_portal  # noqa: E402
from tests.postgres_server import running_postgres  # noqa: E402

WISHED = 0.05
SLICE = 10_000
ROUNDS = 7
KINDS = ("viewed", "downloaded", "signed-in", "report-added")


def main(arguments: list[str]) -> int:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exams", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    said = parser.parse_args(arguments)
    table = Table("Long lists", ["page", "database", "median", "slowest of seven", "wished"])
    for name, opened in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
        if said.only in (None, name):
            with opened() as portal:
                for row in _measured(portal, name, said.exams, said.lines):
                    table.add(*row)
    table.show()
    return 0


@contextmanager
def _on_sqlite() -> Iterator[Portal]:
    with ExitStack() as stack:
        folder, workers = stack.enter_context(tempfile.TemporaryDirectory()), stack.enter_context(portal_workers())
        yield stack.enter_context(running_portal(Path(folder) / "portal", workers=workers))


@contextmanager
def _on_postgresql() -> Iterator[Portal]:
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres())
        folder, workers = stack.enter_context(tempfile.TemporaryDirectory()), stack.enter_context(portal_workers())
        kept = server.new_database()
        yield stack.enter_context(running_portal(Path(folder) / "portal", workers=workers, database=kept))


def _measured(portal: Portal, database: str, exams: int, lines: int) -> Iterator[tuple[str, ...]]:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    keys = _lay_exams(portal, anna, exams)
    _lay_lines(portal, anna, otto, keys, lines)
    with portal.services.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    middle = _nth_cursor(portal, "/api/v1/exams", anna.token, 20)
    for page, path, token in (
        ("exams, the newest", "/api/v1/exams?limit=50", anna.token),
        ("exams, further on", f"/api/v1/exams?limit=50&cursor={middle}", anna.token),
        ("exams, as the practice", "/api/v1/exams?limit=50", portal.staff_token),
        ("activity, the newest", "/api/v1/audit?limit=50", anna.token),
        ("activity, in the middle", f"/api/v1/audit?limit=50&cursor={lines // 2}", anna.token),
        ("activity of an exam of late", f"/api/v1/audit?limit=50&exam={keys[-1]}", anna.token),
        ("activity of an exam of long ago", f"/api/v1/exams/{keys[0]}/activity?limit=50", anna.token),
        ("activity of somebody with little", "/api/v1/audit?limit=50", otto.token),
    ):
        taken = [_time(portal, path, token) for _ in range(ROUNDS)]
        slowest = max(taken)
        yield page, database, milliseconds(statistics.median(taken)), milliseconds(slowest), milliseconds(WISHED)


def _time(portal: Portal, path: str, token: str) -> float:
    began = time.perf_counter()
    answer = portal.get(path, token)
    taken = time.perf_counter() - began
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[:300]}")
    return taken


def _nth_cursor(portal: Portal, path: str, token: str, pages: int) -> str:
    cursor = ""
    for _ in range(pages):
        said = portal.get(f"{path}?limit=50{cursor and '&cursor=' + cursor}", token).json()
        if not said.get("next_cursor"):
            break
        cursor = said["next_cursor"]
    return cursor


def _lay_exams(portal: Portal, anna: SignedIn, many: int) -> list[str]:
    """Give the account so many exams of the practice, each with one image."""
    with portal.services.database.writing() as session:
        patient = session.execute(
            text("SELECT min(patient) FROM account_patient WHERE account = :a"), {"a": anna.account_id}
        ).scalar_one()
        session.execute(insert(StoredObjectRow), [{"sha256": "0" * 64, "size": 1, "stored_at": _day(0)}])
    keys = [f"{number:016x}" for number in range(many)]
    for start in range(0, many, SLICE):
        some = range(start, min(many, start + SLICE))
        rows: dict[Any, list[dict[str, Any]]] = {
            ExamRow: [_exam(keys[n], patient, n) for n in some],
            StudyRow: [_study(n, keys[n], patient) for n in some],
            SeriesRow: [
                {"id": n + 1, "study": n + 1, "series_instance_uid": f"1.3.{n}", "modality": "CT"} for n in some
            ],
            InstanceRow: [_instance(n, patient) for n in some],
        }
        with portal.services.database.writing() as session:
            for table, said in rows.items():
                session.execute(insert(table), said)
    return keys


def _exam(key: str, patient: int, number: int) -> dict[str, Any]:
    day = _day(number)
    said = {"patient": patient, "origin": "practice", "machine": "CT", "created_at": day, "scanned_at": day}
    date = f"{day:%Y%m%d}"
    return {"id": key, "exam_date": date, "sort_date": date, **said}


def _study(number: int, exam: str, patient: int) -> dict[str, Any]:
    said = {"patient": patient, "study_date": f"{_day(number):%Y%m%d}", "created_at": _day(number), "uploaded": False}
    return {"id": number + 1, "exam": exam, "study_instance_uid": f"1.2.{number}", **said}


def _instance(number: int, patient: int) -> dict[str, Any]:
    said = {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.2", "sha256": "0" * 64, "size": 1, "stored_at": _day(number)}
    sent = {"sent_by_practice": True, "sent_by_person": False}
    return {
        "id": number + 1,
        "patient": patient,
        "series": number + 1,
        "sop_instance_uid": f"1.4.{number}",
        **said,
        **sent,
    }


def _lay_lines(portal: Portal, anna: SignedIn, otto: SignedIn, exams: list[str], many: int) -> None:
    """Write lines of the activity, nearly all of one account, spread over its exams by their age."""
    for start in range(0, many, SLICE):
        numbers = range(start + 1000, start + SLICE + 1000)
        lines = [_line(n, otto.account_id if n % 50_000 == 0 else anna.account_id) for n in numbers]
        about = [{"activity": n, "exam": exams[n * len(exams) // (many + 1001)]} for n in numbers]
        with portal.services.database.writing() as session:
            session.execute(insert(ActivityRow), lines)
            session.execute(insert(ActivityExamRow), about)


def _line(number: int, account: str) -> dict[str, Any]:
    said = {"share": None, "actor": None, "details": {"what": "images"}, "previous_hash": "x" * 64, "hash": "x" * 64}
    return {"id": number, "at": _day(0), "account": account, "kind": KINDS[number % len(KINDS)], **said}


def _day(number: int) -> datetime:
    return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=number * 20)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
