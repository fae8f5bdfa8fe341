"""One removal from its beginning to its end: the rows, the bytes, the pictures, and the pages of the database."""

from __future__ import annotations

from portal.server.access.caller import Caller
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.objects.erasing import erase, erase_elsewhere, erase_pictures, forget_pages
from portal.server.removing.removing import RemovalRequest, removal_shape, remove
from portal.wire.desk.practice import Removal


def take_out(
    database: Database, settings: ServerSettings, caller: Caller, wanted: RemovalRequest, clock: Clock
) -> Removal:
    """Take something out, rows and bytes."""
    with database.writing() as session:
        gone = remove(session, caller, wanted, clock())
        session.flush()
        erase(session, settings, gone.hashes)
        said = removal_shape(gone.removal)
    erase_elsewhere(database, settings)
    erase_pictures(settings)
    forget_pages(database)
    return said
