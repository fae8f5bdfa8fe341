"""The bytes of what was taken out, wherever the disk has them: objects, their damaged or put aside twins, pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from sqlalchemy import text

from core.files.content_address import object_path
from core.files.durable import remove_file, sync_folder
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.objects.opening import open_bucket


def erase(settings: ServerSettings, hashes: Iterable[str]) -> None:
    """Remove files for good, also where they are kept elsewhere.

    Called while the writer's lock is held, so that nobody takes one in meanwhile.
    """
    hashes, folders = sorted(set(hashes)), {settings.orphans}
    for sha256 in hashes:
        place = object_path(settings.objects, sha256)
        folders.add(place.parent)
        beside = object_path(settings.beside, sha256)
        for path in (place, place.with_suffix(".damaged"), settings.orphans / place.name, beside):
            remove_file(path, missing_ok=True)
    bucket = open_bucket(settings)
    if bucket is not None:
        for sha256 in hashes:
            bucket.remove(sha256)
    for folder in folders:
        if folder.is_dir():
            sync_folder(folder)


def erase_pictures(settings: ServerSettings) -> None:
    """Empty the cache: its pictures do not say what they were made of, and are drawn anew when asked for."""
    for picture in (settings.data / "cache").glob("*/*"):
        with contextlib.suppress(OSError):
            remove_file(picture, missing_ok=True)


def forget_pages(database: Database) -> None:
    """Empty the write-ahead log, where old pages of the database would stay for a while."""
    if database.engine.dialect.name == "sqlite":
        with database.reading() as session:
            session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
