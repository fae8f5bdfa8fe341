"""A lock file that the operating system lets go of when the process ends, however it ends."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def lock_or_raise(descriptor: int) -> None:
        """Lock an open file for this process alone; raises `OSError` where another holds it."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def lock_or_raise(descriptor: int) -> None:
        """Lock an open file for this process alone; raises `OSError` where another holds it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
