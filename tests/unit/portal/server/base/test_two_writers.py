"""Two writers at once make one row of what is one thing, and none of them fails."""

from __future__ import annotations

import multiprocessing
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from dicom.model import Header, StoredHeader
from portal.server.access.caller import Caller
from portal.server.base.database import Database
from portal.server.base.rows import found_or_added
from portal.server.base.tables import (
    Base,
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    StoredObjectRow,
    StudyRow,
    UploadRow,
)
from portal.server.migrations import migrate
from portal.server.objects.object_rows import note_object
from portal.server.people.invitations import invite
from portal.server.receiving.announcing import open_upload
from portal.server.receiving.instance_rows import Owner, record
from portal.server.receiving.receiver import Receiver
from portal.wire.accounts import Invitation
from portal.wire.people import Person
from portal.wire.store_failures import FAILURE_NOT_AUTHORISED
from portal.wire.uploads import Manifest, ManifestItem
from tests.portal_tools import Portal, SignedIn
from tests.postgres_server import Postgres

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
OBJECT = "ab" * 32
IMAGES = 30
WAIT = 60
T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A portal's database with a practice and a person in it."""
    if request.param == "sqlite":
        yield _with_person(f"sqlite:///{tmp_path / 'portal.db'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = server.new_database()
    yield _with_person(address)
    server.drop(address)


def _with_person(address: str) -> str:
    with opened(address) as database:
        migrate(database)
        with database.writing() as session:
            session.add(PracticeRow(id=1, name="Practice", created_at=NOW))
            session.flush()
            session.add(PatientRow(practice=1, patient_name="A^B", created_at=NOW))  # the first, 1
    return address


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A writer of its own: nothing in this process makes it wait for another one."""
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


WRITES = re.compile("BEGIN|.* FOR NO KEY UPDATE", re.DOTALL)  # a writer's first statement, on SQLite and PostgreSQL
ADDS = re.compile("INSERT")


def at_once(url: str, begins: re.Pattern[str], work: Callable[[Database], T]) -> list[T]:
    """Let two writers work; each comes to its first statement that `begins` so before the other one goes on."""
    both = threading.Barrier(2)

    def one() -> T:
        with opened(url) as database:
            waits = [both]

            def met(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
                if waits and begins.match(statement):
                    waits.pop().wait(WAIT)

            event.listen(database.engine, "before_cursor_execute", met)
            return work(database)

    with ThreadPoolExecutor(2) as threads:
        asked: list[Future[T]] = [threads.submit(one) for _ in range(2)]
        return [each.result() for each in asked]


def counted(url: str, table: type[Base]) -> int:
    with opened(url) as database, database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_of_two_writers_that_both_found_nothing_one_adds_the_row_and_the_other_finds_it(url: str) -> None:
    asked = select(StoredObjectRow).where(StoredObjectRow.sha256 == OBJECT)

    def add(database: Database) -> tuple[str, bool]:
        with database.reading() as session:  # takes no lock before it asks, as on a database with several writers
            row, added = found_or_added(session, asked, lambda: StoredObjectRow(sha256=OBJECT, size=1, stored_at=NOW))
            session.commit()
            return row.sha256, added

    assert sorted(at_once(url, ADDS, add)) == [(OBJECT, False), (OBJECT, True)]
    assert counted(url, StoredObjectRow) == 1


def test_an_object_that_comes_twice_at_once_is_written_down_once(url: str) -> None:
    def come(database: Database) -> None:
        with database.reading() as session:
            note_object(session, OBJECT, 1, NOW)
            session.commit()

    at_once(url, ADDS, come)
    assert counted(url, StoredObjectRow) == 1


def test_bytes_that_are_promised_just_now_are_not_let_go_of_by_a_refusal(portal: Portal, postgres: Postgres) -> None:
    url, data = postgres.new_database(), b"the same bytes of two persons"
    incoming = portal.services.store.begin()
    incoming.write(data)
    sha256 = portal.services.store.take(incoming)

    def receiver(database: Database) -> Receiver:
        return Receiver(replace(portal.services, database=database))

    with opened(url) as database, opened(f"{url}?options=-c%20lock_timeout%3D100") as impatient:

        def promise(session: Session, sha256: str, size: int, now: datetime) -> None:
            note_object(session, sha256, size, now)
            with pytest.raises(OperationalError, match="lock timeout"):
                receiver(impatient).write_down(lambda *_: FAILURE_NOT_AUTHORISED, sha256, size)

        assert receiver(database).write_down(promise, sha256, len(data)) is None
        assert receiver(impatient).write_down(lambda *_: FAILURE_NOT_AUTHORISED, sha256, len(data))
    assert portal.services.store.holds(sha256, len(data))
    postgres.drop(url)


def test_a_row_that_cannot_be_is_not_taken_for_one_that_is_there(url: str) -> None:
    with opened(url) as database, database.writing() as session:
        asked = select(SeriesRow).where(SeriesRow.series_instance_uid == "1.2.3")
        with pytest.raises(IntegrityError):
            found_or_added(session, asked, lambda: SeriesRow(study=99, series_instance_uid="1.2.3"))
        session.execute(insert(StoredObjectRow).values(sha256=OBJECT, size=1, stored_at=NOW))
    assert counted(url, StoredObjectRow) == 1  # what was written besides is kept


def file_images(url: str, first: int) -> list[int | None]:
    """File images of one scan, every second one of them an image the other writer files too."""
    told = []
    with opened(url) as database:
        for number in range(first, IMAGES + first):
            shared = number % 2 == 0
            uid = f"1.2.9.{number // 2 if shared else number * 1000 + first}"
            said = Header(sop_instance_uid=uid, study_instance_uid="1.2.3", series_instance_uid="1.2.4", modality="CT")
            said = replace(said, sop_class_uid="1.2.840.10008.5.1.4.1.1.2", study_date="20260504")
            with database.writing() as session:
                told.append(record(session, Owner(1, "upload"), StoredHeader(said), OBJECT, 1, NOW))
    return told


@pytest.mark.long
def test_two_processes_that_file_images_of_one_scan_make_one_exam_study_and_series_of_them(url: str) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as writers:
        told = [each.result(WAIT) for each in [writers.submit(file_images, url, first) for first in (0, 1)]]
    assert told == [[None] * IMAGES] * 2
    assert [counted(url, table) for table in (ExamRow, StudyRow, SeriesRow)] == [1, 1, 1]
    assert counted(url, InstanceRow) == IMAGES // 2 + 1 + IMAGES


def test_two_invitations_of_one_person_at_once_make_one_account(url: str) -> None:
    said = Invitation(patient_name="C^D", patient_birth_date="19510504", patient_id="C-1")

    def come(database: Database) -> str:
        with database.writing() as session:
            return invite(session, b"key", 1, said, NOW).account

    first, second = at_once(url, WRITES, come)
    assert first == second


@pytest.mark.on_postgres(short=True)
def test_two_servers_that_begin_the_same_upload_at_once_begin_it_once(portal: Portal) -> None:
    anna = portal.account()
    upload = _announced(portal, anna)
    assert upload[0] == upload[1]
    with portal.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UploadRow)) == 1


def _announced(portal: Portal, anna: SignedIn) -> list[str]:
    person = Person("MUELLER^ANNA", "19510504", "A-1", None, None)
    with portal.services.database.reading() as session:
        patients = frozenset(session.scalars(select(PatientRow.id)))
    items = tuple(ManifestItem(f"1.2.{number}", 10, f"{number:064x}") for number in range(3))  # type: ignore[arg-type]
    manifest = Manifest("1.2.3.4", person, items)  # type: ignore[arg-type]

    def come(database: Database) -> str:
        caller = Caller("account", account=anna.account_id, patients=patients)
        return open_upload(replace(portal.services, database=database), caller, manifest).id

    return at_once(portal.services.database.url, WRITES, come)
