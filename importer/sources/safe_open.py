"""Opening a file of a source read-only: no link at its end, no way out of its folder, nothing but regular files."""

from __future__ import annotations

import errno
import os
import stat

from core.files.long_path import openable
from dicom.source import Entry
from importer.sources.medium_trouble import truthful

# O_NONBLOCK: a name that turned into a FIFO since it was listed must not hold us.
_READ_ONLY = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


def refuse_unless_openable(entry: Entry) -> None:
    """Raise `OSError` for an entry that may not be opened."""
    if entry.refused or entry.kind == "special" or (entry.kind == "link" and entry.target is None):
        raise OSError(errno.EPERM, "not a regular file of this source")


def open_beneath(folder: str, path: str) -> int:
    """Open a regular file below a folder, through no link and no `..`: the path was told by a worker.

    Where folders cannot be opened one in the other (Windows), only the path itself is judged.
    """
    parts = path.replace("\\", "/").split("/") if os.name == "nt" else path.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\0" in path:
        raise OSError(errno.EPERM, "not a name below this source")
    if os.open not in os.supports_dir_fd:
        return open_regular(f"{folder}/{path}")
    with truthful():
        place = os.open(folder, _FOLDER)
    try:
        for part in parts[:-1]:
            below = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        return open_regular(parts[-1], place)
    finally:
        os.close(place)


def open_regular(path: str, place: int | None = None) -> int:
    """Open a regular file read-only without following a link at its end."""
    with truthful():
        descriptor = os.open(openable(path) if place is None else path, _READ_ONLY, dir_fd=place)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EPERM, "not a regular file")
    return descriptor
