"""Which database a portal keeps its rows in, and its password: never on a command line, which others can list."""

from __future__ import annotations

import os
import stat
from importlib.util import find_spec
from pathlib import Path

from app.cli.terminal import WrongUsage
from core.errors import PortalError

PASSWORD = "SCANSHELF_DATABASE_PASSWORD"
SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")


def database_url(said: str | None, password_file: str | None = None) -> str | None:
    """Give the address SQLAlchemy opens, with its password; `None` for SQLite in the data folder.

    Raises `PortalError`: "portal-database-unknown" for another kind, "portal-database-driver" where psycopg is absent.
    """
    if said is None or (said.startswith(SQLITE) and len(said) > len(SQLITE)):
        return said
    if not said.startswith(POSTGRESQL):
        raise PortalError("portal-database-unknown")
    if find_spec("psycopg") is None:
        raise PortalError("portal-database-driver")
    return _with_password(said, _password(password_file))


def _with_password(said: str, password: str | None) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(said)
    except (ArgumentError, ValueError) as error:
        raise PortalError("portal-database-unknown") from error
    if url.password is not None or "password" in url.query:
        raise WrongUsage(
            f"others can read a command line: give the password as {PASSWORD} or --database-password-file."
        )
    if not url.database:
        raise PortalError("portal-database-unknown")
    url = url.set(drivername="postgresql", password=password)
    return url.render_as_string(hide_password=False)


def _password(file: str | None) -> str | None:
    """Read it from the file that is named, else the environment; libpq's own ways (~/.pgpass) stay open."""
    if file is None:
        return os.environ.get(PASSWORD) or None
    path = Path(file).expanduser()
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise WrongUsage(f"{file} can be read by others: chmod 600 it first.")
        return path.read_text("utf-8").rstrip("\r\n") or None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{file} cannot be read.") from error
