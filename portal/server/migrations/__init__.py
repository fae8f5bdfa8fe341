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


def migrate(database: Database) -> None:
    """Bring the database up to date; raises `PortalError("portal-data-newer")` for one of a later version."""
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.execute(text("BEGIN IMMEDIATE"))
        _refuse_newer(connection)
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


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
