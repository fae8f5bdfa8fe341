"""Objects that are kept elsewhere, behind one small interface; here is only what came last, read and found as it came.

What cannot be reached is never taken for lost: it raises `StoreUnavailable`, and nothing is marked or sent anew for it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from core.files.content_address import hash_file
from core.files.durable import remove_file
from core.files.side_hash import SideHash
from portal.server.objects.store import ArrivingFile, PortalObjects, Stamp, data_set_start

log = logging.getLogger(__name__)
NEAR_BYTES_MOST = 20 << 30
READ_FOR_SECONDS = 3600.0
_LEFT_ALONE_SECONDS = 600.0  # what was asked for lately may be about to be opened
_HEAD = 1 << 20


class StoreUnavailable(OSError):  # noqa: N818 - a state of what keeps the objects
    """Where the objects are kept cannot be reached, or does not do what it is asked."""


class Remote(Protocol):
    """A place elsewhere that keeps objects by their hash. Every method raises `StoreUnavailable`; thread-safe."""

    def put(self, sha256: str, file: ArrivingFile) -> None:
        """Keep a file, and read it back before this returns: what it gives then has this hash."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """Give an object piece by piece; raises `FileNotFoundError` where it is not there."""

    def size(self, sha256: str) -> int | None:
        """Say how large an object is, `None` where it is not there."""

    def remove(self, sha256: str) -> None:
        """Remove an object if it is there."""

    def listed(self) -> Iterator[tuple[str, int]]:
        """Give hash and size of all objects, in no order."""


class RemoteObjects(PortalObjects):
    """The objects of a portal that are kept elsewhere; `near` is the folder of those that are here as well."""

    def __init__(self, remote: Remote, near: Path, incoming: Path, near_bytes_most: int = NEAR_BYTES_MOST) -> None:
        super().__init__(near, incoming)
        self.remote = remote
        self._near = near
        self._most = near_bytes_most
        self._lock = threading.Lock()
        self._read_here: dict[str, float] = {}  # when this process found a file here as its name says
        self._bytes_here = sum(size for _sha256, size in super().listed())

    def take(self, incoming: ArrivingFile) -> str:
        """Keep a file elsewhere, with proof, and here as well."""
        sha256 = incoming.sha256
        incoming.sync()
        self.remote.put(sha256, incoming)
        self._admit(incoming.path, sha256, incoming.size)
        incoming.discard()
        return sha256

    def holds(self, sha256: str, size: int) -> bool:
        """Tell whether an object of that name and size is there; its content is read when an upload is completed."""
        return super().holds(sha256, size) or self.remote.size(sha256) == size

    def bring(self, sha256: str) -> bool:
        """Have an object here, read and found as it came; false where it is not, or no longer, there."""
        path = self.path(sha256)
        with suppress(OSError):
            if self._was_read_lately(sha256) or hash_file(path) == sha256:
                os.utime(path)
                self._read_here.setdefault(sha256, time.monotonic())
                return True
        self._drop(sha256)
        return self._fetch(sha256)

    def stamp(self, sha256: str) -> Stamp | None:
        """Say that no file here is what an object stands or falls with."""
        return None

    def hashes(self, sha256: str, *, data_set: bool = True) -> tuple[str, str | None] | None:
        """Read an object again where it is kept."""
        whole, inner = hashlib.sha256(), SideHash()
        head: bytearray | None = bytearray()
        try:
            for piece in self.remote.read(sha256):
                whole.update(piece)
                if head is not None:
                    head += piece
                if head is not None and len(head) >= _HEAD:
                    inner.update(bytes(head[data_set_start(bytes(head)) :]))
                    head = None
                elif head is None:
                    inner.update(piece)
            if head is not None:
                inner.update(bytes(head[data_set_start(bytes(head)) :]))
            found = whole.hexdigest(), inner.hexdigest() if data_set else None
        except FileNotFoundError:
            return None
        finally:
            inner.close()
        if found[0] != sha256:
            self._drop(sha256)
        return found

    def remove(self, sha256: str) -> None:
        """Remove an object, there and here."""
        self.remote.remove(sha256)
        self._drop(sha256)

    def _was_read_lately(self, sha256: str) -> bool:
        """Tell whether a file here need not be read again; a disk says too late, or never, that it changed one."""
        read = self._read_here.get(sha256)
        if read is not None and time.monotonic() - read > READ_FOR_SECONDS:
            self._read_here.pop(sha256, None)
            return False
        return read is not None

    def _fetch(self, sha256: str) -> bool:
        incoming = self.begin()
        try:
            for piece in self.remote.read(sha256):
                incoming.write(piece)
            incoming.sync()
            if incoming.sha256 != sha256:
                log.error("object %s came back with other bytes from where it is kept", sha256)
                return False
            self._admit(incoming.path, sha256, incoming.size)
        except FileNotFoundError:
            return False
        finally:
            incoming.discard()
        return True

    def _admit(self, file: Path, sha256: str, size: int) -> None:
        """Take a file that was found right among those here, and let go of the longest unused where they are many."""
        before = super().holds(sha256, size)
        self.place(file, sha256)
        with self._lock:
            self._read_here[sha256] = time.monotonic()
            self._bytes_here += 0 if before else size
            if self._bytes_here > self._most:
                self._make_room()

    def _make_room(self) -> None:
        known = [(path, path.stat()) for path in self._near.glob("??/*.dcm")]
        self._bytes_here = sum(status.st_size for _path, status in known)
        for path, status in sorted(known, key=lambda each: each[1].st_mtime):
            if self._bytes_here <= self._most * 9 // 10 or status.st_mtime > time.time() - _LEFT_ALONE_SECONDS:
                return
            remove_file(path, missing_ok=True)
            self._read_here.pop(path.stem, None)
            self._bytes_here -= status.st_size

    def _drop(self, sha256: str) -> None:
        self._read_here.pop(sha256, None)
        remove_file(self.path(sha256), missing_ok=True)
