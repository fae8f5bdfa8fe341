"""Where an instance lies while it comes in and until the portal has it: bounded in size and room, and found again."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.files.durable import remove_file
from core.files.new_file import make_new, write_all

RESERVE = 256 << 20  # what others on this computer need
_LOOK_EVERY = 16 << 20
_NAME = re.compile(r"[0-9a-f]{24}\.(part|dcm)")

Refused = Literal["too-large", "no-space"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """One instance that has come in whole: its file, and what was hashed while it came."""

    path: Path
    size: int
    sha256: str


class SpoolFile:
    """One instance that is coming in, as pynetdicom writes it.

    What is too large, or would take the last room, is let go of and goes on being swallowed: the sender is told when it
    has ended, in order.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.name = str(path)
        self.file = self  # pynetdicom flushes this after every piece; once, at the end, is enough
        self.refused: Refused | None = None
        self._path = path
        self._most = most
        self._size = 0
        self._looked_at = -_LOOK_EVERY
        self._digest = hashlib.sha256()
        self._file: int | None = make_new(path)

    def write(self, piece: bytes) -> int:
        """Take some bytes."""
        if self.refused is None:
            self.refused = self._objection(len(piece))
        if self.refused is not None or self._file is None:
            self.discard()
            return len(piece)
        try:
            write_all(self._file, memoryview(piece))
        except OSError:
            self.refused = "no-space"
            self.discard()
            return len(piece)
        self._digest.update(piece)
        self._size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: the portal is who has to have it on its disk."""

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def finished(self) -> Arrived:
        """Give what has come in whole, under a name that says so."""
        self.close()
        whole = self._path.with_suffix(".dcm")
        self._path.replace(whole)
        return Arrived(whole, self._size, self._digest.hexdigest())

    def discard(self) -> None:
        """Let go of it."""
        self.close()
        remove_file(self._path, missing_ok=True)

    def _objection(self, more: int) -> Refused | None:
        if self._size + more > self._most:
            return "too-large"
        if self._size + more - self._looked_at >= _LOOK_EVERY:
            self._looked_at = self._size
            if shutil.disk_usage(self._path.parent).free < RESERVE:
                return "no-space"
        return None


class Spool:
    """The folder of what is coming in. Thread-safe."""

    def __init__(self, folder: Path, instance_bytes_most: int) -> None:
        self.folder = folder
        self._most = instance_bytes_most
        self._lock = threading.Lock()
        self._open: dict[str, SpoolFile] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, *_: object, **__: object) -> SpoolFile:
        """Start a file; called by pynetdicom in the place of `NamedTemporaryFile`."""
        file = SpoolFile(self.folder / f"{secrets.token_hex(12)}.part", self._most)
        with self._lock:
            self._open[file.name] = file
        return file

    def take(self, path: Path) -> SpoolFile | None:
        """Give the file that was begun under a path, once."""
        with self._lock:
            return self._open.pop(str(path), None)

    def left(self) -> list[Arrived]:
        """Give what an earlier end left here whole; what came half is removed, its sender has to send it again."""
        found = []
        for path in sorted(self.folder.iterdir()):
            if _NAME.fullmatch(path.name) is None or not path.is_file():
                continue
            if path.suffix == ".part":
                remove_file(path, missing_ok=True)
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(Arrived(path, path.stat().st_size, digest))
        return found
