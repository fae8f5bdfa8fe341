"""The database: its migrations make exactly the tables, and a newer one is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from core.errors import PortalError
from core.job import QuietJob
from dicom.amounts import Amount
from portal.server.activity.log import note
from portal.server.activity.verifying import verify_activity
from portal.server.base.database import Database
from portal.server.base.tables import Base, StudyRow, UploadRow
from portal.server.exams.wholeness import wholeness_of_each
from portal.server.migrations import alembic_config, is_current, migrate
from portal.wire.wholeness import Wholeness
from tests.postgres_server import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path / 'portal.db'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new_database(template=None)
    yield Database(url)
    server.drop(url)


def differences(database: Database) -> list[Any]:
    """Say in what the tables are not those the program knows."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    assert not is_current(database)
    migrate(database)
    assert differences(database) == []
    assert is_current(database)
    database.close()


def test_every_migration_is_taken_back_with_what_was_there_before_it_and_made_again(database: Database) -> None:
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        lay_old_rows(connection)
    migrate(database)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
        assert connection.execute(text("SELECT study_instance_uid, exam FROM study")).all() == [("1.2.3", "e")]
    migrate(database)
    assert differences(database) == []
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(database)
    assert differences(database) == []
    database.close()


def test_a_database_of_the_first_tables_is_brought_up_to_date(database: Database) -> None:
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
    database.close()


OLD_ROWS = """
INSERT INTO practice (id, name, release_rule, release_hours, created_at) VALUES (1, 'P', 'after-scan', 72, :now);
INSERT INTO patient (id, practice, patient_name, created_at) VALUES (7, 1, 'SAMPLE^ANNA', :now);
INSERT INTO account (id, state, created_at) VALUES ('a', 'active', :now);
INSERT INTO exam (id, patient, origin, machine, created_at, scanned_at) VALUES ('e', 7, 'upload', 'CT', :now, :now);
INSERT INTO study (id, patient, exam, study_instance_uid, created_at) VALUES (3, 7, 'e', '1.2.3', :now);
INSERT INTO series (id, study, series_instance_uid) VALUES (4, 3, '1.2.3.1');
INSERT INTO stored_object (sha256, size, stored_at) VALUES ('f', 10, :now);
INSERT INTO instance (id, patient, series, sop_instance_uid, sha256, size, stored_at)
    VALUES (5, 7, 4, '1.2.3.1.1', 'f', 10, :now);
INSERT INTO upload (id, account, patient, study_instance_uid, identity, person, state, created_at)
    VALUES ('u', 'a', 7, '1.2.3', 'same', '{}', 'complete', :now);
INSERT INTO upload_item (upload, position, sop_instance_uid, size, sha256) VALUES ('u', 0, '1.2.3.1.1', 10, 'f')
"""


def lay_old_rows(connection: Connection, more: str = "") -> None:
    for statement in (OLD_ROWS + more).split(";"):
        connection.execute(text(statement), {"now": "2026-01-01 00:00:00.000000"})


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_an_exam_of_before_claims_nothing_of_being_whole(database: Database, version: str) -> None:
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), version)
        lay_old_rows(connection)
    migrate(database)
    with database.reading() as session:
        study = session.get_one(StudyRow, 3)
        assert wholeness_of_each(session, [(study, Amount(1))]) == [Wholeness("unknown", 1, 1)]
        assert session.get_one(UploadRow, "u").told is None
    database.close()


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    migrate(database)
    assert is_current(database)
    database.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    migrate(database)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(PortalError, match="portal-data-newer"):
        migrate(database)
    with database.reading() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    database.close()


OLD_LINES = """
INSERT INTO activity (id, at, account, kind, actor, details)
    VALUES (1, :now, 'a', 'uploaded', 'anna', '{"instances": 3, "note": "Grüße"}');
INSERT INTO activity_exam (activity, exam) VALUES (1, 'e');
INSERT INTO activity (id, at, account, kind, details) VALUES (2, :now, 'a', 'viewed', '{}')
"""


def test_the_activity_of_before_is_chained_and_new_lines_follow_on_it(database: Database) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0009")
        lay_old_rows(connection, ";" + OLD_LINES)
        if not database.is_sqlite:
            connection.execute(text("SELECT setval('activity_id_seq', 2)"))  # the numbers above were given by hand
    migrate(database)
    with database.writing() as session:
        note(session, account="a", kind="downloaded", at=now, exams=["e"])
    found = verify_activity(database, QuietJob())
    assert (found.lines, found.broken) == (3, ())
    database.close()
