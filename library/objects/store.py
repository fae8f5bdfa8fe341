"""The objects: bytes exactly as they were on the disc, named by what they hold.

`objects/ab/<sha256>.dcm`, readable by the owner only, never executable, never overwritten.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.files.content_address import is_object_name, object_path
from core.files.durable import remove_file, replace_file, sync, sync_folder

_CHUNK = 1 << 20


class ObjectStore:
    """Files named by their sha256 under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make_folders(self) -> None:
        """Make the folders objects lie in, all at once: each made between fsyncs would cost milliseconds."""
        for number in range(256):
            (self._folder / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        sync_folder(self._folder)

    def path(self, sha256: str) -> Path:
        """Say where the object with that hash lies, or would lie."""
        return object_path(self._folder, sha256)

    def holds(self, sha256: str, size: int) -> bool:
        """Say whether the object is there with that size (its bytes are read by `verify`)."""
        try:
            found = self.path(sha256).lstat()
        except FileNotFoundError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == size

    def take(self, temp_path: Path, sha256: str) -> None:
        """Make a complete, fsynced temp file of the same file system an object."""
        target = self.path(sha256)
        temp_path.chmod(0o400)
        if os.name == "nt" and target.exists():  # only a damaged one is ever replaced
            target.chmod(0o600)  # Windows does not rename over read-only files
        try:
            replace_file(temp_path, target)
        except FileNotFoundError:
            target.parent.mkdir(mode=0o700)
            replace_file(temp_path, target)

    def remove(self, sha256: str) -> None:
        """Remove an object if it is there."""
        path = self.path(sha256)
        try:
            path.chmod(0o600)  # Windows does not remove read-only files
            remove_file(path)
        except FileNotFoundError:
            return

    def sync_folders(self, hashes: Iterable[str]) -> None:
        """Make the names of these objects durable."""
        folders = {self.path(sha256).parent for sha256 in hashes}
        # Side by side: file systems with a journal write them out in one go, ten times as fast as one by one.
        with ThreadPoolExecutor(8, thread_name_prefix="sync") as threads:
            for done in [threads.submit(sync_folder, folder) for folder in sorted(folders)]:
                done.result()
        sync_folder(self._folder)

    def hashes(self) -> Iterator[tuple[str, int]]:
        """Give hash and size of every object there is, in order of hash."""
        for sub_folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            if not sub_folder.is_dir():
                continue
            with os.scandir(sub_folder) as entries:
                found = sorted((entry.name, entry.stat(follow_symlinks=False).st_size) for entry in entries)
            for name, size in found:
                if is_object_name(name) and name[:2] == sub_folder.name:
                    yield name.removesuffix(".dcm"), size


def hash_file(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """Give the sha256 of a file's bytes; `check` may raise to stop between pieces of 1 MiB."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
            check()
    return digest.hexdigest()


def write_durably(path: Path, temp: Path, content: bytes) -> None:
    """Put a small file in place at once and for good: temp, fsync, rename, fsync of the folder."""
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        sync(file.fileno())
    replace_file(temp, path)
    sync_folder(path.parent)
