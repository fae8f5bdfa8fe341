"""Whether what is kept is still what came: read again before it is shown or sent, and told where it is not.

What is read often is read again once an hour, or as soon as its file looks touched; the disk itself says too late, or
never, that it has changed something.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import update

from dicom.source import FileContent
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.tables import StoredObjectRow
from portal.server.objects.remote import RemoteObjects, StoreUnavailable
from portal.server.objects.store import PortalObjects, Stamp

log = logging.getLogger(__name__)
CHECKED_FOR_SECONDS = 3600.0
_MOST_REMEMBERED = 200_000


class Unsound(Exception):  # noqa: N818 - a state of what is kept
    """An object is gone, or its bytes are no longer what its name says."""

    def __init__(self, sha256: str, *, missing: bool = False) -> None:
        super().__init__(sha256)
        self.sha256, self.missing = sha256, missing


class Soundness:
    """Gives objects that were read and found as they came. A damaged one is set aside, so that it can come anew.

    Its row is marked until then, and the log names it by its hash: that tells of no person. Thread-safe.
    """

    def __init__(self, store: PortalObjects, database: Database, clock: Clock) -> None:
        self._store, self._database, self._clock = store, database, clock
        self._lock = threading.Lock()
        self._checked: dict[str, tuple[Stamp, float]] = {}

    def path(self, sha256: str) -> Path:
        """Give the file of an object; raises `Unsound`."""
        if isinstance(self._store, RemoteObjects):
            if not self._store.bring(sha256):
                self._tell(sha256, None)
                raise Unsound(sha256, missing=True)
            return self._store.path(sha256)
        stamp = self._store.stamp(sha256)
        if stamp is None or not self._is_fresh(sha256, stamp):
            self.proof(sha256, data_set=False)
        return self._store.path(sha256)

    def content(self, sha256: str) -> FileContent:
        """Give the bytes of an object for the decode workers; raises `Unsound`."""
        self.path(sha256)
        return self._store.content(sha256)

    def is_sound(self, sha256: str) -> bool:
        """Read an object, unless that was done lately, and say whether it is as it came."""
        try:
            self.path(sha256)
        except Unsound:
            return False
        return True

    def proof(self, sha256: str, *, data_set: bool = True) -> str | None:
        """Read an object whole, now; gives the hash of its data set where that is asked for; raises `Unsound`."""
        stamp = self._store.stamp(sha256)
        found = self._store.hashes(sha256, data_set=data_set)
        if found is None or found[0] != sha256:
            self._tell(sha256, stamp)
            raise Unsound(sha256, missing=stamp is None)
        if stamp is not None and stamp == self._store.stamp(sha256):
            self._remember(sha256, stamp)
        self.came_again(sha256)
        return found[1]

    def came_again(self, sha256: str) -> None:
        """Take the mark off an object whose bytes are here after all, or have come anew."""
        with self._database.reading() as session:
            row = session.get(StoredObjectRow, sha256)
        if row is not None and row.damaged_at is not None:
            log.warning("object %s is whole again", sha256)
            self._mark(sha256, damaged=False)

    def _tell(self, sha256: str, stamp: Stamp | None) -> None:
        if stamp is not None and not self._store.set_aside(sha256, stamp):
            return  # another one came meanwhile
        log.error("object %s is %s: it has to be sent again", sha256, "damaged" if stamp else "missing")
        self._mark(sha256, damaged=True)

    def _mark(self, sha256: str, *, damaged: bool) -> None:
        column = StoredObjectRow.damaged_at
        with self._database.writing() as session:
            session.execute(
                update(StoredObjectRow)
                .where(StoredObjectRow.sha256 == sha256, column.is_(None) if damaged else column.is_not(None))
                .values(damaged_at=self._clock() if damaged else None)
                .execution_options(synchronize_session=False)
            )

    def _is_fresh(self, sha256: str, stamp: Stamp) -> bool:
        with self._lock:
            known = self._checked.get(sha256)
        return known is not None and known[0] == stamp and time.monotonic() - known[1] < CHECKED_FOR_SECONDS

    def _remember(self, sha256: str, stamp: Stamp) -> None:
        with self._lock:
            if len(self._checked) >= _MOST_REMEMBERED:
                self._checked.clear()
            self._checked[sha256] = (stamp, time.monotonic())


@dataclass(frozen=True, slots=True)
class Kept:
    """One object that is to be sent: read again when its turn comes."""

    sha256: str
    sound: Soundness

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading; raises `Unsound`, also where the disk gives up in the middle."""
        try:
            with self.sound.path(self.sha256).open("rb") as file:
                yield file
        except StoreUnavailable:
            raise  # which says nothing of the object
        except OSError as error:
            raise Unsound(self.sha256) from error
