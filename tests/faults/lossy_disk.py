"""A disk whose power can be cut: `python -m tests.faults.lossy_disk LIVE MOUNT`.

It passes everything through to the folder LIVE and remembers what was made durable: the bytes of a file at its last
fsync, the names in a folder at the last fsync of the folder. Making a folder `.cut` writes what a power cut may leave:

    LIVE.synced   only names and bytes that were made durable
    LIVE.torn     all names, but the bytes of what was never fsynced are zeros, of what changed since are the old ones
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mfusepy

CUT = ".cut"


class LossyDisk(mfusepy.Operations):
    """Keeps what was made durable beside what is there."""

    use_ns = True

    def __init__(self, live: Path) -> None:
        self._live = live
        self._numbers = itertools.count()
        self._number_of: dict[int, int] = {}  # by inode, which may be used again for another file
        self._bytes: dict[int, bytes] = {}
        self._names: dict[str, dict[str, int | None]] = {"/": {}}

    def _path(self, path: str) -> Path:
        return self._live / path.lstrip("/")

    def _number(self, inode: int) -> int:
        return self._number_of.setdefault(inode, next(self._numbers))

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        try:
            status = self._path(path).lstat()
        except OSError as error:
            raise mfusepy.FuseOSError(error.errno) from error
        names = ("st_mode", "st_size", "st_nlink", "st_uid", "st_gid")
        times = {f"st_{name}time": getattr(status, f"st_{name}time_ns") for name in "amc"}
        return {name: getattr(status, name) for name in names} | times

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(entry.name for entry in self._path(path).iterdir())]

    def statfs(self, path: str) -> dict[str, int]:
        found = os.statvfs(self._live)
        names = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_frsize", "f_namemax")
        return {name: getattr(found, name) for name in names}

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        descriptor = os.open(self._path(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        self._number_of[os.fstat(descriptor).st_ino] = next(self._numbers)
        return descriptor

    def open(self, path: str, flags: int) -> int:
        return os.open(self._path(path), flags & (os.O_ACCMODE | os.O_TRUNC))

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        os.truncate(self._path(path), length)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        self._path(path).chmod(mode)
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        os.utime(self._path(path), ns=times)
        return 0

    def unlink(self, path: str) -> int:
        self._path(path).unlink()
        return 0

    def rename(self, old: str, new: str) -> int:
        self._path(old).rename(self._path(new))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        if path == f"/{CUT}":
            self._write_what_is_left()
        self._path(path).mkdir(mode)
        return 0

    def rmdir(self, path: str) -> int:
        self._path(path).rmdir()
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        status = os.fstat(fh)
        self._bytes[self._number(status.st_ino)] = os.pread(fh, status.st_size, 0)
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        with os.scandir(self._path(path)) as entries:
            self._names[path] = {
                entry.name: None if entry.is_dir() else self._number(entry.inode()) for entry in entries
            }
        return 0

    def _write_what_is_left(self) -> None:
        self._write_synced("/", Path(f"{self._live}.synced"))
        torn = Path(f"{self._live}.torn")
        for folder, _, names in os.walk(self._live):
            (torn / Path(folder).relative_to(self._live)).mkdir(mode=0o700)
            for name in names:
                status = os.lstat(f"{folder}/{name}")
                content = self._bytes.get(self._number(status.st_ino), bytes(status.st_size))
                _write(torn / Path(folder).relative_to(self._live) / name, content)

    def _write_synced(self, path: str, target: Path) -> None:
        target.mkdir(mode=0o700)
        for name, number in self._names.get(path, {}).items():
            if number is None:
                self._write_synced(f"{path.rstrip('/')}/{name}", target / name)
            else:
                _write(target / name, self._bytes.get(number, b""))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)


@dataclass(frozen=True, slots=True)
class Disk:
    """A mounted disk."""

    live: Path
    mount: Path

    def cut(self) -> tuple[Path, Path]:
        """Give two folders that a power cut may leave behind now."""
        (self.mount / CUT).mkdir()
        return Path(f"{self.live}.synced"), Path(f"{self.live}.torn")


@contextlib.contextmanager
def lossy_disk(folder: Path) -> Iterator[Disk]:
    """Mount a disk below an empty folder."""
    disk = Disk(folder / "live", folder / "mount")
    disk.live.mkdir()
    disk.mount.mkdir()
    command = [sys.executable, "-m", "tests.faults.lossy_disk", str(disk.live), str(disk.mount)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"mounted\n"
        yield disk
    finally:
        subprocess.run(["fusermount", "-u", "-z", str(disk.mount)], check=False, capture_output=True)
        server.kill()
        server.communicate()


def main(live: str, mount: str) -> None:
    """Serve until unmounted."""

    class Announced(LossyDisk):
        def init(self, path: str) -> None:
            print("mounted", flush=True)  # noqa: T201 - the parent waits for it

    mfusepy.FUSE(Announced(Path(live)), mount, foreground=True, nothreads=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
