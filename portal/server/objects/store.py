"""The objects of a portal: how they come in, and what is done with one that is not what its name says any more."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from core.files.content_address import ObjectFolder, hash_file
from core.files.durable import remove_file, replace_file, sync, sync_folder
from core.files.new_file import make_new, write_all
from core.files.side_hash import SideHash
from dicom.source import FileContent

_PIECE = 1 << 20
_HALF = re.compile(r"[0-9a-f]{24}\.part")
RESERVE = 256 << 20

Stamp = tuple[int, int, int, int]  # of a file: modified and changed (ns), size, inode


class ArrivingFile:
    """One file that is just coming in: written and hashed piece by piece, and gone unless the store takes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.names: tuple[str, str, str] | None = None  # UIDs of study, series and instance, where it is one
        self._digest = SideHash()
        self._file = make_new(path)
        self._open = True

    def write(self, piece: bytes | memoryview) -> None:
        """Append some bytes; raises `OSError`, also where the disk is full."""
        self._digest.update(piece)
        self.size += len(piece)
        write_all(self._file, memoryview(piece))

    @property
    def sha256(self) -> str:
        """Give the hash of what was written so far."""
        return self._digest.hexdigest()

    def content(self) -> FileContent:
        """Give the bytes for the decode workers."""
        return FileContent(str(self.path), self.sha256)

    def sync(self) -> None:
        """Have the disk hold every byte, and close the file; raises `OSError`."""
        if self._open:
            sync(self._file)
            self._close()

    def discard(self) -> None:
        """Let go of the file; nothing is left where the store did not take it."""
        self._close()
        remove_file(self.path, missing_ok=True)

    def _close(self) -> None:
        self._digest.close()
        if self._open:
            self._open = False
            os.close(self._file)


def is_half_name(name: str) -> bool:
    """Tell whether a file that is coming in may have this name."""
    return _HALF.fullmatch(name) is not None


class PortalObjects(ObjectFolder):
    """The objects of a portal; files come from `incoming` by rename. Thread-safe."""

    def __init__(self, objects: Path, incoming: Path) -> None:
        super().__init__(objects)
        self.incoming = incoming
        self._naming = threading.Lock()  # an object that came anew is never set aside for the one before it

    def content(self, sha256: str) -> FileContent:
        """Give the bytes of an object for the decode workers."""
        return FileContent(str(self.path(sha256)), sha256)

    def begin(self) -> ArrivingFile:
        """Start a file; whoever starts it takes it into the store or discards it.

        Raises `OSError` where the last room would go: without it nobody could sign in or open a share either.
        """
        room = shutil.disk_usage(self.incoming)
        if room.free < min(RESERVE, room.total // 20):
            raise OSError(errno.ENOSPC, "the reserve is not for images")
        return ArrivingFile(self.incoming / f"{secrets.token_hex(12)}.part")

    def holds(self, sha256: str, size: int) -> bool:
        """Tell whether an object of that name and size is there; one that cannot be asked about has to come again."""
        with suppress(OSError):
            return super().holds(sha256, size)
        return False

    def take(self, incoming: ArrivingFile) -> str:
        """Make a file that has arrived whole an object, for good, and return its hash.

        An object that is there already stays, unless it is not what its name says: then this one takes its place. When
        this returns, neither it nor its name can be lost to a power cut.
        """
        sha256 = incoming.sha256
        target = self.path(sha256)
        if not self._has(sha256, incoming.size):
            incoming.sync()
            with self._naming:
                is_first = self.place(incoming.path, sha256)
            if is_first:
                sync_folder(self._folder)
        sync_folder(target.parent)
        incoming.discard()
        return sha256

    def stamp(self, sha256: str) -> Stamp | None:
        """Tell by what a file is known to be the same as before; `None` where it is not there."""
        try:
            status = self.path(sha256).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

    def set_aside(self, sha256: str, stamp: Stamp) -> bool:
        """Take an object whose bytes are no longer what its name says out of the way, so that it can come anew.

        Tells whether it was still the file that was read, known by its stamp.
        """
        target = self.path(sha256)
        with self._naming:
            if self.stamp(sha256) != stamp:
                return False
            replace_file(target, target.with_suffix(".damaged"))
        return True

    def hashes(self, sha256: str, *, data_set: bool = True) -> tuple[str, str | None] | None:
        """Read an object again: the hash of its bytes and of its data set alone; `None` where it cannot be read."""
        try:
            if not data_set:
                return hash_file(self.path(sha256)), None
            with self.path(sha256).open("rb") as file:
                return _two_hashes(file)
        except OSError:
            return None

    def _has(self, sha256: str, size: int) -> bool:
        """Tell whether an object is here, by its content."""
        if not self.holds(sha256, size):
            return False
        found = self.hashes(sha256, data_set=False)
        return found is not None and found[0] == sha256


def data_set_hash(path: Path) -> str:
    """Give the hash of a file's data set alone; raises `OSError`."""
    with path.open("rb") as file:
        return _two_hashes(file)[1]


def _two_hashes(file: BinaryIO) -> tuple[str, str]:
    head = file.read(_PIECE)
    whole, data_set = hashlib.sha256(head), SideHash()
    try:
        data_set.update(head[data_set_start(head) :])
        while piece := file.read(_PIECE):
            data_set.update(piece)
            whole.update(piece)
        return whole.hexdigest(), data_set.hexdigest()
    finally:
        data_set.close()


def data_set_start(head: bytes) -> int:
    """Return where the data set begins: behind preamble and group 0002, if its length is said as PS3.10 7.1 demands."""
    if head[128:140] != b"DICM\x02\x00\x00\x00UL\x04\x00":
        return 0
    start = 144 + int.from_bytes(head[140:144], "little")
    return start if start <= len(head) else 0
