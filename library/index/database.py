"""The index: one SQLite file with one writing connection and as many reading ones as threads read at once.

WAL lets readers go on while a batch is committed; synchronous=FULL makes a commit durable before it is told.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import LibraryError
from core.files.durable import remove_file, replace_file
from library.index.counts import find_all_anew
from library.index.touched import note_touched
from library.objects.room import free_bytes
from library.schema.tables import APPLICATION_ID, MIGRATIONS

SUSPECT = "library.suspect"  # a mark beside the index: it answered wrongly

_BUSY_SECONDS = 5.0
# The last two are macOS's way to have a commit on the disk; other systems know and ignore them.
_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
)
_NO_ROOM = 1 << 20
_SAID = {
    sqlite3.SQLITE_BUSY: "library-in-use",
    sqlite3.SQLITE_READONLY: "library-read-only",
    sqlite3.SQLITE_CORRUPT: "library-damaged",
    sqlite3.SQLITE_NOTADB: "library-damaged",
    # our statements are right, so the tables are not
    sqlite3.SQLITE_ERROR: "library-damaged",
}

log = logging.getLogger(__name__)


class Index:
    """Connections to `library.db`; every SQLite error leaves here as a `LibraryError`."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._private: tempfile.TemporaryDirectory[str] | None = None
        self._writer: sqlite3.Connection | None = None
        self._touched: set[str] = set()
        self._tell: Callable[[frozenset[str]], None] | None = None
        self._address = f"{path.as_uri()}?mode=rw"

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        migrations: Sequence[Sequence[str]] = MIGRATIONS,
        steps: Callable[[str], None] = lambda _: None,
    ) -> Index:
        """Open or make the index; raises `LibraryError` "library-newer", "library-older" (read-only), "library-damaged"
        or "library-unusable"."""
        index = cls(path, read_only=read_only)
        try:
            with told(path.parent):
                if read_only:
                    index._open_for_reading(len(migrations))
                else:
                    index._open_for_writing(migrations, steps)
        except BaseException:
            index.close()
            raise
        return index

    @classmethod
    def open_private(cls, path: Path, fill: Callable[[sqlite3.Connection], object]) -> Index:
        """Make an index of our own in a temporary folder, to be read in place of one that cannot be."""
        index = cls(path, read_only=True)
        try:
            place = index._private_place()
            made = cls.open(place)
            try:
                with made.writing() as connection:
                    fill(connection)
            finally:
                made.close()
            index._address = f"{place.as_uri()}?mode=rw"
        except BaseException:
            index.close()
            raise
        return index

    def _open_for_writing(self, migrations: Sequence[Sequence[str]], steps: Callable[[str], None]) -> None:
        self.path.touch(mode=0o600)
        self._writer = _connect(self._address)
        _refuse_newer(self._writer, len(migrations))
        self._writer.execute("PRAGMA journal_mode = WAL")
        for pragma in _PRAGMAS:
            self._writer.execute(f"PRAGMA {pragma}")
        migrate(self._writer, self.path, migrations, steps)
        if len(migrations) >= len(MIGRATIONS):
            with self.writing() as connection:
                find_all_anew(connection)

    def _open_for_reading(self, version: int) -> None:
        self._address = f"{self.path.as_uri()}?mode=ro"
        try:
            connection = self._try_reading(version)
        except sqlite3.OperationalError:
            # a folder that cannot be written has no place for WAL's shared memory: read a copy of our own
            self._address = self._copy()
            connection = self._try_reading(version)
        self._idle.append(connection)

    def _try_reading(self, version: int) -> sqlite3.Connection:
        connection = _connect(self._address)
        try:
            _refuse_newer(connection, version)
            found = _version(connection)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        if found < version:  # made by an older program, which only a writer may change
            connection.close()
            raise LibraryError("library-older")
        return connection

    def _private_place(self) -> Path:
        self._private = self._private or tempfile.TemporaryDirectory(prefix="scanshelf-")
        return Path(self._private.name) / self.path.name

    def _copy(self) -> str:
        copy = self._private_place()
        for suffix in ("", "-wal"):
            original = self.path.with_name(self.path.name + suffix)
            if original.exists():
                shutil.copyfile(original, copy.with_name(copy.name + suffix))
        return f"{copy.as_uri()}?mode=rw"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the shelf; threads never share one at the same time."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        with self._told():
            connection = connection or _connect(self._address)
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._guard:
                    self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the writing connection for one transaction: all of it happens, or nothing."""
        if self._writer is None:
            raise LibraryError("library-read-only")
        with self._writing, self._told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                self._touched.clear()
                raise
            touched = frozenset(self._touched)
            self._touched.clear()
            if touched and self._tell is not None:
                self._tell(touched)

    def tell_studies(self, tell: Callable[[frozenset[str]], None]) -> None:
        """Have the studies (`person:key`) told that stand otherwise from now on, once that is written."""
        if self._writer is not None and self._tell is None:
            with self._writing, self._told():
                note_touched(self._writer, self._touched.add)
        self._tell = tell

    def replace_content(self, other: Path) -> None:
        """Put the content of another index file in place of this one's, at once."""
        if self._writer is None:
            raise LibraryError("library-read-only")
        with self._writing, self._told():
            source = _connect(f"{other.as_uri()}?mode=rw")
            try:
                source.backup(self._writer)
            finally:
                source.close()

    def check_search(self) -> None:
        """Compare the search table with its own index; raises `LibraryError("library-damaged")`."""
        if self._writer is None:
            return  # SQLite takes this question for a change
        with self.writing() as connection:
            connection.execute("INSERT INTO study_search (study_search, rank) VALUES ('integrity-check', 0)")

    def forget_deleted(self) -> None:
        """Leave nothing of deleted rows behind in the search words or the write-ahead log."""
        if self._writer is None:
            raise LibraryError("library-read-only")
        with self._writing, self._told():
            self._writer.execute("INSERT INTO study_search (study_search) VALUES ('rebuild')")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell errors, and leave a mark when the index is wrong, so that the next opening checks it whole."""
        try:
            with told(self.path.parent):
                yield
        except LibraryError as error:
            if error.code == "library-damaged" and not self.read_only:
                with suppress(OSError):
                    self.path.with_name(SUSPECT).touch(mode=0o600)
            raise

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._private is not None:
            self._private.cleanup()
            self._private = None


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn SQLite's errors into `LibraryError`: "library-damaged", "no-space", "library-in-use", "library-unusable"."""
    try:
        yield
    except UnicodeDecodeError as error:  # not even SQLite's message could be read
        raise LibraryError("library-damaged") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if code is not None else None
        log.warning("the index answered with error %s", code)
        if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and free_bytes(folder) < _NO_ROOM):
            raise LibraryError("no-space") from error
        if primary in _SAID:
            raise LibraryError(_SAID[primary]) from error
        if code is None and isinstance(error, sqlite3.OperationalError):  # a text column that is no text
            raise LibraryError("library-damaged") from error
        raise LibraryError("library-unusable", reason=str(code)) from error


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
    steps: Callable[[str], None] = lambda _: None,
) -> None:
    """Bring a database to the newest version, one transaction a step, after a copy of what there is."""
    done = _version(connection)
    if 0 < done < len(migrations):
        _back_up(connection, path.with_name(f"{path.name}.before-{len(migrations)}"))
        steps("backed-up")
    for number in range(done, len(migrations)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migrations[number]:
                connection.execute(statement)
                steps("statement-done")
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        steps("migrated")


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    remove_file(part, missing_ok=True)
    part.touch(mode=0o600)
    copy = sqlite3.connect(part)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    replace_file(part, target)


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.create_function("row_hash", -1, row_hash, deterministic=True)
    connection.row_factory = sqlite3.Row
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(connection: sqlite3.Connection, known: int) -> None:
    found = _version(connection)
    if found > known:
        raise LibraryError("library-newer", found=found, known=known)


def row_hash(*values: str | int | None) -> str:
    """Seal the values of one row in their order."""
    return hashlib.blake2b(repr(values).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
