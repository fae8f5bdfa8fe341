"""Files named by what they hold: `ab/<sha256>.dcm` below the folder of all of them.

What the shelf and a portal keep each besides stands in `library.objects.store` and `portal.server.objects.store`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from core.files.durable import remove_file, replace_file

_PIECE = 1 << 20

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[0-9a-f]{64}\.dcm")


def object_path(folder: Path, sha256: str) -> Path:
    """Say where the object with that hash lies, or would lie; raises `ValueError` for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a sha256")
    return folder / sha256[:2] / f"{sha256}.dcm"


def is_object_name(name: str) -> bool:
    """Tell whether an object may have this name."""
    return _NAME.fullmatch(name) is not None


def hash_file(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """Give the sha256 of a file's bytes; `check` may raise to stop between pieces of 1 MiB."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            check()
    return digest.hexdigest()


class ObjectFolder:
    """The files named by their sha256 under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Say where the object with that hash lies, or would lie."""
        return object_path(self._folder, sha256)

    def holds(self, sha256: str, size: int) -> bool:
        """Say whether the object is there with that size, without reading it."""
        try:
            found = self.path(sha256).lstat()
        except FileNotFoundError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == size

    def place(self, source: Path, sha256: str) -> bool:
        """Give a complete, fsynced file of the same file system its name, over what is there; not durable yet.

        Tells whether the folder of its first two digits was made for it.
        """
        target = self.path(sha256)
        try:
            replace_file(source, target)
        except FileNotFoundError:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(source, target)
            return True
        return False

    def remove(self, sha256: str) -> None:
        """Remove an object if it is there."""
        path = self.path(sha256)
        try:
            path.chmod(0o600)  # Windows does not remove read-only files
            remove_file(path)
        except FileNotFoundError:
            return

    def listed(self) -> Iterator[tuple[str, int]]:
        """Give hash and size of every object there is, in order of hash."""
        for sub_folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            if not sub_folder.is_dir():
                continue
            with os.scandir(sub_folder) as entries:
                found = sorted((entry.name, entry.stat(follow_symlinks=False).st_size) for entry in entries)
            for name, size in found:
                if is_object_name(name) and name[:2] == sub_folder.name:
                    yield name.removesuffix(".dcm"), size
