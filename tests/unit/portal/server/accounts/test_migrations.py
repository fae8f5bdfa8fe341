"""The database: its migrations make exactly the tables, and a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from core.errors import PortalError
from portal.server.database import Database
from portal.server.migrations import alembic_config, is_current, migrate
from portal.server.tables import Base


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty database."""
    return Database(f"sqlite:///{tmp_path / 'portal.db'}")


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    assert not is_current(database)
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(database)
    database.close()


def test_a_database_of_the_first_tables_is_brought_up_to_date(database: Database) -> None:
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
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
