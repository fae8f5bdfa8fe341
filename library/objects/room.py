"""Free space: asked before bytes are copied."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from core.errors import LibraryError
from core.files.durable import is_full

# for the index, the records and whatever else the computer writes meanwhile
RESERVE_BYTES = 64 << 20


def free_bytes(folder: Path) -> int:
    """Say how much can still be written at a folder, or at the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_room(folder: Path, needed: int) -> None:
    """Raise `LibraryError("no-space", needed=…, free=…)` in bytes when `needed` and a reserve do not fit."""
    free = free_bytes(folder)
    if free < needed + RESERVE_BYTES:
        raise LibraryError("no-space", needed=needed + RESERVE_BYTES, free=free)


def library_error(error: OSError) -> LibraryError:
    """Say what a failed write means for the shelf."""
    if is_full(error):
        return LibraryError("no-space")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return LibraryError("library-read-only")
    return LibraryError("library-unusable", reason=errno.errorcode.get(error.errno or 0, "unknown"))
