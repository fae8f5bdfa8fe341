"""The one way to the portal's database: sessions that commit whole or not at all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session, sessionmaker

# The last two are macOS's way to have a commit on the disk; other systems know and ignore them.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
)
POSTGRESQL = "postgresql"
# What a database that cannot answer just now ends a question with: gone, busy, full.
GONE = (OperationalError, InterfaceError, NoConnectionFree)
CONNECT_SECONDS = 5  # a server that is gone is told of, not waited for


SEAL_KEY = "seal-key"  # under which sessions carry it (`Session.info`)


class Database:
    """An engine and its sessions; thread-safe. `seal_key` is what the activity is sealed with.

    Writers on SQLite wait for each other, in the order they came: whoever writes much in short transactions lets the
    others in between. Readers never wait. On PostgreSQL several write at once, and rows are held (`rows.py`).
    """

    def __init__(self, url: str, seal_key: bytes | None = None, *, durable: bool = True) -> None:
        self.url = url
        self.engine = make_engine(url, durable=durable)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={SEAL_KEY: seal_key})
        self._queue = Queue()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for questions; nothing is kept."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that takes SQLite's writer's lock at once and commits at the end, or rolls all back."""
        if not self.is_sqlite:
            with self._sessions() as session:
                yield session
                session.commit()
            return
        with self._queue.turn(), self._sessions() as session:
            session.execute(text("BEGIN IMMEDIATE"))
            yield session
            session.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class Queue:
    """Lets one in at a time, in the order they came; a plain lock goes to whoever is quickest."""

    def __init__(self) -> None:
        self._changed = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()  # the first is the one that is in

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until all who came before have gone."""
        own = threading.Lock()
        own.acquire()
        with self._changed:
            self._waiting.append(own)
            if self._waiting[0] is own:
                own.release()
        own.acquire()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0].release()


def make_engine(url: str, *, durable: bool = True) -> Engine:
    """Make the engine; what is not `durable` is whole after a power cut, but may lack the last moments before it.

    No names and codes stand in the words of a mistake, which may be logged.
    """
    address = make_url(url)
    return _postgresql(address, durable) if address.get_backend_name() == POSTGRESQL else _sqlite(address, durable)


def _sqlite(address: URL, durable: bool) -> Engine:
    """Make one with WAL, full syncs, foreign keys and explicit transactions."""
    # more connections than there are threads
    pool: dict[str, Any] = {"connect_args": {"timeout": 30}, "pool_size": 20, "max_overflow": 30}
    engine = create_engine(address, hide_parameters=True, **pool)

    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # BEGIN is ours
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *(() if durable else ("synchronous=NORMAL",))):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    return engine


def _postgresql(address: URL, durable: bool) -> Engine:
    """Make one whose connections are replaced where they died while nobody used them."""
    commits = "" if durable else " -c synchronous_commit=off"
    asked = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "scanshelf",
        "options": f"-c timezone=UTC{commits}",
    }
    said = {name: value for name, value in asked.items() if name not in address.query}
    address = address.set(drivername=f"{POSTGRESQL}+psycopg")
    size, more = (10, 20) if durable else (2, 3)  # what need not last is asked shortly, one statement or two
    pool: dict[str, Any] = {"connect_args": said, "pool_size": size, "max_overflow": more, "pool_pre_ping": True}
    engine = create_engine(address, hide_parameters=True, **pool)

    event.listen(engine, "connect", _take_no_nul)
    return engine


def _take_no_nul(connection: Any, _: object) -> None:
    """Leave NULs out of texts, which PostgreSQL does not take: a file may hold some, and keeps them.

    What people type is refused for them before (`answers/letters.py`).
    """
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

    connection.adapters.register_dumper(str, WithoutNul)
