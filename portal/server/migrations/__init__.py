"""Brings the database of any earlier portal up to date, whole or not at all.

Alembic reads `env.py` and `versions/*.py` as files beside this one, also in a frozen program.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from core.errors import PortalError
from portal.server.base.database import Database

MIGRATIONS = Path(__file__).resolve().parent
LOCK = 5_721_640_973  # any number no other program takes


def migrate(database: Database) -> None:
    """Bring the database up to date; raises `PortalError("portal-data-newer")` for one of a later version."""
    with database.engine.connect() as connection:
        _alone(database, connection)
        _refuse_newer(connection)
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


def _alone(database: Database, connection: Connection) -> None:
    """Let nobody else migrate until the transaction ends."""
    lock = "BEGIN IMMEDIATE" if database.is_sqlite else f"SELECT pg_advisory_xact_lock({LOCK})"
    connection.execute(text(lock))


def is_current(database: Database) -> bool:
    """Say whether nothing is left to migrate."""
    with database.engine.connect() as connection:
        return _revision(connection) == _script().get_current_head()


def alembic_config(connection: Connection) -> Config:
    """Configure Alembic without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection) -> None:
    revision = _revision(connection)
    try:
        _script().get_revision(revision or "base")
    except CommandError as error:
        raise PortalError("portal-data-newer", revision=revision) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
