"""What keeps a data folder from being opened, as codes with words: refused, full, broken, or in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from core.errors import PortalError
from core.files.durable import is_full
from portal.server.base.settings import ServerSettings

# SQLite's own names of what went wrong, by how they begin, and PostgreSQL's numbers
_CODES = {
    "SQLITE_READONLY": "portal-folder-refused",
    "SQLITE_CANTOPEN": "portal-folder-refused",
    "SQLITE_PERM": "portal-folder-refused",
    "SQLITE_AUTH": "portal-folder-refused",
    "SQLITE_FULL": "portal-no-space",
    "SQLITE_BUSY": "portal-in-use",
    "SQLITE_LOCKED": "portal-in-use",
    "53100": "portal-no-space",
    "42501": "portal-folder-refused",  # the user may not make tables
    "57P": "portal-database-gone",
    "08": "portal-database-gone",
    "28": "portal-database-gone",
    "3D": "portal-database-gone",
}


@contextmanager
def data_trouble(settings: ServerSettings) -> Iterator[None]:
    """Turn what goes wrong while a data folder is put in order into `PortalError`."""
    folder = str(settings.data)
    try:
        yield
    except DatabaseError as error:
        raise PortalError(_code(error), folder=folder) from error
    except OSError as error:
        raise PortalError("portal-no-space" if is_full(error) else "portal-folder-refused", folder=folder) from error
    except (SQLAlchemyError, ValueError) as error:  # a key or a database that is none
        raise PortalError("portal-data-broken", folder=folder) from error


def _code(error: DatabaseError) -> str:
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if name is None and isinstance(error, OperationalError):
        return "portal-database-gone"  # it never came to an answer of its own
    return next((code for begin, code in _CODES.items() if str(name).startswith(begin)), "portal-data-broken")
