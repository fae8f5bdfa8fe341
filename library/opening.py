"""Opens a shelf without anyone's help: locks it, sets a damaged index aside, finishes what was interrupted."""

from __future__ import annotations

import logging

from core.errors import LibraryError
from core.files.durable import remove_file
from library.folders import Folders
from library.index.database import Index
from library.lock import WriterLock
from library.objects.room import library_error
from library.records.record_files import RecordLog
from library.records.writing import Clock, Steps, Writer, stamp
from library.upkeep.recovery import replay, settle
from library.upkeep.verify import check_index

log = logging.getLogger(__name__)


def open_writer(folders: Folders, *, clock: Clock, steps: Steps) -> tuple[Writer, WriterLock, list[str]]:
    """Open a shelf for its one writer; gives codes of what was recovered, for words in the window.

    Codes: "database-set-aside", "index-rebuilt", "journal-recovered", "change-finished", "removal-finished",
    "record-damaged", "incoming-cleaned".
    """
    try:
        folders.make()
        lock = WriterLock(folders.lock)
    except OSError as error:
        raise library_error(error) from error
    try:
        writer, recovered = _open(folders, clock, steps)
    except BaseException:
        lock.release()
        raise
    if recovered:
        log.info("the shelf was opened and recovered: %s", ", ".join(recovered))
    return writer, lock, recovered


def open_reader(folders: Folders) -> tuple[Index, list[str]]:
    """Open a shelf to look at, changing nothing; an index that is lost or damaged is made again outside the shelf."""
    if folders.database.exists():
        try:
            return open_index(folders, read_only=True), []
        except LibraryError as error:
            if error.code != "library-damaged":
                raise
    records = RecordLog(folders.records)
    index = Index.open_private(folders.database, lambda connection: replay(records, connection))
    return index, ["index-rebuilt"] if records.last else []


def _open(folders: Folders, clock: Clock, steps: Steps) -> tuple[Writer, list[str]]:
    journal = folders.database.with_name("library.db-wal")
    recovered = ["journal-recovered"] if journal.exists() and journal.stat().st_size else []
    is_new = not folders.database.exists() or folders.database.stat().st_size == 0
    try:
        index = _open_checked(folders, steps)
    except LibraryError as error:
        if error.code != "library-damaged":
            raise
        folders.set_database_aside(stamp(clock()).replace(":", "")[:17])
        remove_file(folders.suspect, missing_ok=True)
        recovered, is_new = ["database-set-aside"], True
        index = open_index(folders, steps=steps)
    try:
        writer = Writer(folders, index, clock=clock, steps=steps)
        recovered += settle(writer, index_is_new=is_new)
        if folders.clean_incoming():
            recovered.append("incoming-cleaned")
    except OSError as error:
        index.close()
        raise library_error(error) from error
    except BaseException:
        index.close()
        raise
    return writer, recovered


def _open_checked(folders: Folders, steps: Steps) -> Index:
    """Open the index, with a full check where an earlier run had reason to doubt it."""
    index = open_index(folders, steps=steps)
    if folders.suspect.exists():
        if check_index(index):
            index.close()
            raise LibraryError("library-damaged")
        remove_file(folders.suspect)
    return index


def open_index(folders: Folders, *, read_only: bool = False, steps: Steps = lambda _: None) -> Index:
    """Open the index alone."""
    try:
        return Index.open(folders.database, read_only=read_only, steps=steps)
    except OSError as error:
        raise library_error(error) from error
