"""Objects nothing refers to: stored just before a crash or a refusal, or a report another one replaced.

They are put aside at a start, for somebody who brought back an older database by mistake, and removed a month later.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from core.files.content_address import is_object_name
from core.files.durable import remove_file
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.rows import found_or_added
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import StoredObjectRow
from portal.server.objects.object_rows import forget_all_unused

KEPT_FOR = timedelta(days=30)
LEFT_SECONDS = 3600.0


def put_orphans_aside(database: Database, settings: ServerSettings, clock: Clock, *, alone: bool = True) -> None:
    """Clean the store; where others receive into it, what came lately is left for a later start."""
    with database.writing() as session:
        forget_all_unused(session)
    settings.orphans.mkdir(mode=0o700, exist_ok=True)
    _remove_old(settings, clock())
    for folder in settings.objects.iterdir():
        if folder.is_dir():
            for file in _unknown(database, folder):
                if alone or is_left(file):
                    _put_aside(database, settings, file, clock())


def is_left(file: Path) -> bool:
    """Tell whether nobody can be busy any more with a file that came in: it was not written for an hour."""
    try:
        return file.stat().st_mtime < time.time() - LEFT_SECONDS
    except FileNotFoundError:
        return False


def _unknown(database: Database, folder: Path) -> list[Path]:
    files = [file for file in folder.glob("*.dcm") if is_object_name(file.name)]
    start = StoredObjectRow.sha256.startswith(folder.name)
    with database.reading() as session:
        known = set(session.scalars(select(StoredObjectRow.sha256).where(start)))
    return [file for file in files if file.stem not in known]


def _put_aside(database: Database, settings: ServerSettings, file: Path, now: datetime) -> None:
    """Move an object unless it was written down meanwhile; whoever just does that waits, and finds it gone."""
    with database.writing() as session:
        same = select(StoredObjectRow).where(StoredObjectRow.sha256 == file.stem)
        _, is_unknown = found_or_added(session, same, lambda: StoredObjectRow(sha256=file.stem, size=0, stored_at=now))
        if is_unknown:
            with suppress(FileNotFoundError):  # a copy near a store elsewhere may go at any time
                os.utime(file, (now.timestamp(), now.timestamp()))  # the month is counted from here
                file.replace(settings.orphans / file.name)
        session.rollback()


def _remove_old(settings: ServerSettings, now: datetime) -> None:
    for file in settings.orphans.iterdir():
        if is_object_name(file.name) and file.stat().st_mtime < (now - KEPT_FOR).timestamp():
            remove_file(file, missing_ok=True)
