"""The one way to the portal's database: sessions that commit whole or not at all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from portal.server.base.name_forms import folded, words_of

# The last two are macOS's way to have a commit on the disk; other systems know and ignore them.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
)


SEAL_KEY = "seal-key"  # under which sessions carry it (`Session.info`)


class Database:
    """An engine and its sessions; thread-safe. `seal_key` is what the activity is sealed with.

    Writers on SQLite wait for each other, in the order they came: whoever writes much in short transactions lets the
    others in between. Readers never wait.
    """

    def __init__(self, url: str, seal_key: bytes | None = None) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={SEAL_KEY: seal_key})
        self._queue = Queue()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for questions; nothing is kept."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that takes the writer's lock at once and commits at the end, or rolls all back."""
        if self.engine.dialect.name != "sqlite":
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


def make_engine(url: str) -> Engine:
    """Make the engine; SQLite gets WAL, full syncs, foreign keys and explicit transactions."""
    waiting = {"timeout": 30} if url.startswith("sqlite") else {}
    # more connections than there are threads; no names and codes in the words of a mistake, which may be logged
    engine = create_engine(url, connect_args=waiting, pool_size=20, max_overflow=30, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # BEGIN is ours
    for function in (folded, words_of):  # SQLite itself knows no case but that of ASCII
        connection.create_function(function.__name__, 1, function, deterministic=True)
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
