"""A file that is just coming in: made new, its owner's alone, and written to its last byte."""

from __future__ import annotations

import os
from pathlib import Path

_NEW = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def make_new(path: Path | str, more: int = 0) -> int:
    """Make a file that was not there, open for reading and writing; `more` are flags besides. Raises `OSError`."""
    return os.open(path, _NEW | more, 0o600)


def write_all(descriptor: int, data: memoryview) -> None:
    """Write all of some bytes; a system may take a part of them at a time. Raises `OSError`."""
    while data:
        data = data[os.write(descriptor, data) :]
