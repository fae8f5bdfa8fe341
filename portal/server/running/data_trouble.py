"""What keeps a data folder from being opened, as codes with words: refused, full, broken, or in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from core.errors import PortalError
from core.files.durable import is_full
from portal.server.base.settings import ServerSettings

# SQLite's own names of what went wrong, by how they begin
_CODES = {
    "SQLITE_READONLY": "portal-folder-refused",
    "SQLITE_CANTOPEN": "portal-folder-refused",
    "SQLITE_PERM": "portal-folder-refused",
    "SQLITE_AUTH": "portal-folder-refused",
    "SQLITE_FULL": "portal-no-space",
    "SQLITE_BUSY": "portal-in-use",
    "SQLITE_LOCKED": "portal-in-use",
}


@contextmanager
def data_trouble(settings: ServerSettings) -> Iterator[None]:
    """Turn what goes wrong while a data folder is put in order into `PortalError`."""
    folder = str(settings.data)
    try:
        yield
    except DatabaseError as error:
        name = str(getattr(error.orig, "sqlite_errorname", ""))
        code = next((code for begin, code in _CODES.items() if name.startswith(begin)), "portal-data-broken")
        raise PortalError(code, folder=folder) from error
    except OSError as error:
        raise PortalError("portal-no-space" if is_full(error) else "portal-folder-refused", folder=folder) from error
    except (SQLAlchemyError, ValueError) as error:  # a key or a database that is none
        raise PortalError("portal-data-broken", folder=folder) from error
