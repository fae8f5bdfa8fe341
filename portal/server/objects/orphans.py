"""Objects nothing refers to: stored just before a crash or a refusal, or a report another one replaced.

They are put aside at a start, for somebody who brought back an older database by mistake, and removed a month later.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.files.content_address import is_object_name
from core.files.durable import remove_file
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import StoredObjectRow
from portal.server.objects.object_rows import forget_all_unused

KEPT_FOR = timedelta(days=30)


def put_orphans_aside(database: Database, settings: ServerSettings, clock: Clock) -> None:
    """Clean the store; only while nobody else writes to it."""
    with database.writing() as session:
        forget_all_unused(session)
    settings.orphans.mkdir(mode=0o700, exist_ok=True)
    _remove_old(settings, clock())
    with database.reading() as session:
        for folder in settings.objects.iterdir():
            if folder.is_dir():
                _put_aside(settings, folder.name, _known(session, folder.name), clock())


def _known(session: Session, start: str) -> set[str]:
    return set(session.scalars(select(StoredObjectRow.sha256).where(StoredObjectRow.sha256.startswith(start))))


def _put_aside(settings: ServerSettings, folder: str, known: set[str], now: datetime) -> None:
    for file in (settings.objects / folder).glob("*.dcm"):
        if is_object_name(file.name) and file.stem not in known:
            os.utime(file, (now.timestamp(), now.timestamp()))  # the month is counted from here
            file.replace(settings.orphans / file.name)


def _remove_old(settings: ServerSettings, now: datetime) -> None:
    for file in settings.orphans.iterdir():
        if is_object_name(file.name) and file.stat().st_mtime < (now - KEPT_FOR).timestamp():
            remove_file(file, missing_ok=True)
