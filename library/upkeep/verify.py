"""Reads everything on the shelf again and says what is not as it was kept.

Codes: "object-missing", "object-changed", "object-unreferenced" (a file no row speaks of), "row-damaged" (a row of the
index was changed from outside), "database-damaged" (SQLite's own checks), "record-damaged".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from core.errors import LibraryError
from core.files.content_address import hash_file
from core.job import Job
from library.index import queries
from library.index.counts import search_words
from library.index.database import Index, row_hash
from library.objects.store import ShelfObjects
from library.records.record_files import DamagedRecord, RecordLog
from library.report import Problem, VerifyReport
from library.schema.tables import MIGRATIONS, SEALED_COLUMNS, broken_seals_query

_A_PAGE = 1000
_REPORTED_ROWS = 1000


def verify(index: Index, store: ShelfObjects, log: RecordLog, job: Job) -> VerifyReport:
    """Re-read every object and check every row and record; progress is in bytes, step "verify"."""
    problems = check_index(index)
    problems += [
        Problem(None, "record-damaged", record.name) for record in log.after(0) if isinstance(record, DamagedRecord)
    ]
    found = dict(store.listed())
    total, done, objects = sum(found.values()), 0, 0
    for sha256, size, uid in _rows(index, problems):
        objects += 1
        job.report(done, total, "verify")
        job.check()
        if sha256 not in found and not _came_since(store, sha256, size):
            problems.append(Problem(uid, "object-missing", sha256))
            continue
        done += found.pop(sha256, 0)
        if not _is_sound(store, sha256, size, job):
            problems.append(Problem(uid, "object-changed", sha256))
    problems += [Problem(None, "object-unreferenced", sha256) for sha256 in _unreferenced(index, found)]
    job.report(total, total, "verify")
    return VerifyReport(objects, done, tuple(problems))


def check_index(index: Index) -> list[Problem]:
    """Check the index alone: SQLite's checks, the seal of every row, counts and search words."""
    problems: list[Problem] = []
    for check in (_sqlite_problems, _wrong_tables, _broken_rows, _broken_words):
        try:
            with index.reading() as connection:
                problems += check(connection)
        except LibraryError as error:
            problems.append(Problem(None, "database-damaged", str(error)))
    try:
        index.check_search()
    except LibraryError as error:
        problems.append(Problem(None, "database-damaged", f"study_search {error}"))
    return problems


def _rows(index: Index, problems: list[Problem]) -> Iterator[tuple[str, int, str | None]]:
    """Give hash, size and UID of each object rows speak of, a page at a time; no transaction stays open."""
    last = ""
    while True:
        try:
            with index.reading() as connection:
                page = [tuple(row) for row in connection.execute(queries.OBJECTS_AFTER, (last, _A_PAGE))]
        except LibraryError as error:
            problems.append(Problem(None, "database-damaged", str(error)))
            return
        if not page:
            return
        yield from page
        last = page[-1][0]


def _came_since(store: ShelfObjects, sha256: str, size: int) -> bool:
    """Say whether an object was put there after the listing: another process may be importing."""
    try:
        return store.holds(sha256, size)
    except (OSError, ValueError):
        return False


def _unreferenced(index: Index, hashes: Iterable[str]) -> Iterator[str]:
    """Give those no row speaks of, also now that a batch which was being taken in has its rows."""
    with suppress(LibraryError), index.reading() as connection:  # that the index is damaged has been told
        for sha256 in hashes:
            if connection.execute(queries.OBJECT_SIZE, (sha256,)).fetchone() is None:
                yield sha256


def _is_sound(store: ShelfObjects, sha256: str, size: int, job: Job) -> bool:
    try:
        return store.holds(sha256, size) and hash_file(store.path(sha256), job.check) == sha256
    except OSError:  # cannot be read: not as it was kept
        return False


def _sqlite_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (said,) in connection.execute("PRAGMA integrity_check(100)"):
        if said != "ok":
            yield Problem(None, "database-damaged", str(said))
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield Problem(None, "row-damaged", f"{row[0]} {row[1]}")


def _wrong_tables(connection: sqlite3.Connection) -> Iterator[Problem]:
    # how FTS5 writes its inner tables down is the affair of each SQLite
    tables = (
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'study\\_search\\_%' ESCAPE '\\' ORDER BY 1, 2"
    )
    right = sqlite3.connect(":memory:")
    try:
        right.create_function("row_hash", -1, row_hash, deterministic=True)
        for statement in chain.from_iterable(MIGRATIONS):
            right.execute(statement)
        wanted = [tuple(row) for row in right.execute(tables)]
    finally:
        right.close()
    if [tuple(row) for row in connection.execute(tables)] != wanted:
        yield Problem(None, "database-damaged", "tables")


def _broken_rows(connection: sqlite3.Connection) -> Iterator[Problem]:
    for table in SEALED_COLUMNS:
        for row in connection.execute(f"{broken_seals_query(table)} LIMIT {_REPORTED_ROWS}").fetchall():
            uid = _uid_of(connection, row["id"]) if table == "instance" else None
            yield Problem(uid, "row-damaged", f"{table} {row['id']}")


def _broken_words(connection: sqlite3.Connection) -> Iterator[Problem]:
    for row in connection.execute("SELECT id FROM study WHERE instances > 0").fetchall():
        stored = connection.execute(queries.SEARCH_WORDS, (row["id"],)).fetchone()
        if stored is None or tuple(stored) != search_words(connection, row["id"]):
            yield Problem(None, "row-damaged", f"study_search {row['id']}")


def _uid_of(connection: sqlite3.Connection, row_id: int) -> str | None:
    row = connection.execute("SELECT sop_instance_uid FROM instance WHERE id = ?", (row_id,)).fetchone()
    return row["sop_instance_uid"] if row else None
