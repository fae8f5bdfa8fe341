"""Whether the portal can do its work now."""

from __future__ import annotations

import shutil

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.server.objects.remote import RemoteObjects
from portal.server.services import Services

_NOBODYS = "0" * 64
RESERVE = 1 << 30  # bytes; with less the next exam may not fit


def troubles(services: Services) -> tuple[str, ...]:
    """Name what is the matter: "database", "store", "room"; nothing where all is well."""
    found = []
    try:
        with services.database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        found.append("database")
    try:
        if isinstance(services.store, RemoteObjects):
            services.store.remote.size(_NOBODYS)
        if shutil.disk_usage(services.settings.incoming).free < RESERVE:
            found.append("room")
    except OSError:
        found.append("store")
    return tuple(found)
