"""Files put in place for good: flushed so that a power cut leaves them, and patient with programs that hold them."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# Virus scanners and search indexes open what was just written, and Windows refuses to touch the name meanwhile:
# access denied (a removal is still pending), sharing violation, lock violation.
_HELD_BY_ANOTHER = frozenset({5, 32, 33})
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2)


def is_full(error: OSError) -> bool:
    """Tell whether a disk, or what of it somebody may use, has no room for more."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sync(descriptor: int) -> None:
    """Make what was written to an open file durable.

    On macOS `fsync` leaves it in the drive's own memory; F_FULLFSYNC does not, where the file system knows it.
    """
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        try:
            fcntl.fcntl(descriptor, full)
            return
        except OSError:  # a network share, say
            pass
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (Windows has no such call and does it itself)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(source: Path, target: Path) -> None:
    """Give a file another name, over what is there; a file that another program holds for a moment is waited for."""
    _patiently(lambda: source.replace(target))


def remove_file(path: Path, *, missing_ok: bool = False) -> None:
    """Remove a file; one that another program holds for a moment is waited for."""
    _patiently(lambda: path.unlink(missing_ok=missing_ok))


def _patiently(attempt: Callable[[], object]) -> None:
    for pause in _PAUSES:
        try:
            attempt()
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_ANOTHER:
                raise
        time.sleep(pause)
    attempt()
