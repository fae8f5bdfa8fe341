"""The bytes of what was taken out, wherever the disk has them: objects, their damaged or put aside twins, pictures."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from core.files.content_address import object_path
from core.files.durable import remove_file, sync_folder
from portal.server.base.database import Database
from portal.server.base.rows import found_or_added
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import StoredObjectRow, UnerasedRow
from portal.server.objects.object_rows import forget_unused, note_unerased
from portal.server.objects.opening import open_bucket
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.s3 import Bucket

log = logging.getLogger(__name__)
AT_ONCE = 200


def erase(session: Session, settings: ServerSettings, hashes: Iterable[str]) -> None:
    """Remove files for good; where they are kept elsewhere `erase_elsewhere` does after the commit, or later.

    Called while the writer's lock is held, so that nobody takes one in meanwhile.
    """
    hashes = sorted(set(hashes))
    _erase_here(settings, hashes)
    if settings.store_url is not None:
        note_unerased(session, hashes)


def erase_elsewhere(database: Database, settings: ServerSettings) -> None:
    """Erase what is left to erase where objects are kept elsewhere, few at a time: others write in between.

    What cannot be reached is tried again at intervals.
    """
    try:
        while waiting := _waiting(database):
            bucket = open_bucket(settings)
            if bucket is not None:
                bucket.need()  # nobody waits for one that is away
            with database.writing() as session:
                _erase_some(session, settings, bucket, waiting)
    except StoreUnavailable as error:
        log.warning("what was taken out could not be erased yet: %s", error)


def _waiting(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(UnerasedRow.sha256).order_by(UnerasedRow.sha256).limit(AT_ONCE)))


def _erase_some(session: Session, settings: ServerSettings, bucket: Bucket | None, waiting: list[str]) -> None:
    rows = select(UnerasedRow.sha256).where(UnerasedRow.sha256.in_(waiting)).order_by(UnerasedRow.sha256)
    hashes = list(session.scalars(rows.with_for_update()))
    if settings.store_url is not None:
        forget_unused(session, hashes)  # a report that was replaced is known until now
        gone = [sha256 for sha256 in hashes if _is_free(session, sha256)]
        if bucket is not None and gone:
            bucket.remove_all(gone)
        _erase_here(settings, gone)
        _delete(session, StoredObjectRow, gone)
    _delete(session, UnerasedRow, hashes)


def _is_free(session: Session, sha256: str) -> bool:
    """Tell whether an object is nobody's; whoever writes it down meanwhile waits, and finds it gone."""
    same = select(StoredObjectRow).where(StoredObjectRow.sha256 == sha256)
    moment = datetime.fromtimestamp(0, UTC)
    return found_or_added(session, same, lambda: StoredObjectRow(sha256=sha256, size=0, stored_at=moment))[1]


def _delete(session: Session, table: type[StoredObjectRow | UnerasedRow], hashes: list[str]) -> None:
    gone = delete(table).where(table.sha256.in_(hashes))
    session.execute(gone.execution_options(synchronize_session=False))


def _erase_here(settings: ServerSettings, hashes: Iterable[str]) -> None:
    folders = {settings.orphans}
    for sha256 in hashes:
        place = object_path(settings.objects, sha256)
        folders.add(place.parent)
        beside = object_path(settings.beside, sha256)
        for path in (place, place.with_suffix(".damaged"), settings.orphans / place.name, beside):
            remove_file(path, missing_ok=True)
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
