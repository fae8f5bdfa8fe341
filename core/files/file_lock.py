"""A lock file that the operating system lets go of when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def lock_or_raise(descriptor: int) -> None:
        """Lock an open file for this process alone; raises `OSError` where another holds it."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def share(descriptor: int) -> None:
        """Lock an open file together with others; here, where no lock is shared, the first stands for all."""
        with suppress(OSError):
            lock_or_raise(descriptor)

else:
    import fcntl

    def lock_or_raise(descriptor: int) -> None:
        """Lock an open file for this process alone; raises `OSError` where another holds it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share(descriptor: int) -> None:
        """Lock an open file together with others, when nobody has it alone any more."""
        fcntl.flock(descriptor, fcntl.LOCK_SH)


def is_locked(path: Path) -> bool:
    """Tell whether somebody holds the lock of a file; nobody does where there is none, or it may not be opened."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        lock_or_raise(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
