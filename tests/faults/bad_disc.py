"""A file system that shows a folder read-only, with errors: `python -m tests.faults.bad_disc FOLDER MOUNT RULES`.

RULES is JSON: `{path: {"bad": [[first, end], …], "times": n, "hang": [[first, end], …], "slow": seconds}}`. Reads that
touch a bad stretch of bytes fail with EIO, only the first `times` of them if that is given; those that touch one that
hangs are never answered; all of a slow file take that long.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import mfusepy


class BadDisc(mfusepy.Operations):
    """Passes through what is asked for, except what the rules forbid."""

    use_ns = True

    def __init__(self, folder: str, rules: dict[str, dict[str, Any]]) -> None:
        self._folder = folder
        self._rules = rules
        self._failed: dict[str, int] = {}

    def _path(self, path: str) -> str:
        return self._folder + path

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        try:
            status = os.lstat(self._path(path))
        except OSError as error:
            raise mfusepy.FuseOSError(error.errno) from error
        names = ("st_mode", "st_size", "st_nlink", "st_uid", "st_gid")
        found = {name: getattr(status, name) for name in names}
        if stat.S_ISREG(status.st_mode):
            found["st_mode"] = stat.S_IFREG | 0o444
        return found | {"st_mtime": status.st_mtime_ns, "st_atime": 0, "st_ctime": 0}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *sorted(found.name for found in Path(self._path(path)).iterdir())]

    def open(self, path: str, flags: int) -> int:
        return os.open(self._path(path), os.O_RDONLY)

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        rule = self._rules.get(path.lstrip("/"), {})
        if _touches(rule.get("hang", ()), offset, size):
            threading.Event().wait()
        if "slow" in rule:
            threading.Event().wait(rule["slow"])
        if _touches(rule.get("bad", ()), offset, size):
            self._fail(path, rule)
        return os.pread(fh, size, offset)

    def _fail(self, path: str, rule: dict[str, Any]) -> None:
        self._failed[path] = self._failed.get(path, 0) + 1
        if "times" not in rule or self._failed[path] <= rule["times"]:
            raise mfusepy.FuseOSError(errno.EIO)


def _touches(stretches: Iterable[list[int]], offset: int, size: int) -> bool:
    return any(offset < end and first < offset + size for first, end in stretches)


@contextlib.contextmanager
def bad_disc(folder: Path, mount: Path, rules: dict[str, dict[str, Any]]) -> Iterator[subprocess.Popen[bytes]]:
    """Mount a bad disc; gives the server's process, which may be killed."""
    mount.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.bad_disc", str(folder), str(mount), json.dumps(rules)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"mounted\n"
        yield server
    finally:
        subprocess.run(["fusermount", "-u", "-z", str(mount)], check=False, capture_output=True)
        server.kill()
        server.communicate()


def main(folder: str, mount: str, rules: str) -> None:
    """Serve until unmounted."""

    class Announced(BadDisc):
        def init(self, path: str) -> None:
            print("mounted", flush=True)  # noqa: T201 - the parent waits for it

    mfusepy.FUSE(Announced(folder, json.loads(rules)), mount, foreground=True, nothreads=False, ro=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
