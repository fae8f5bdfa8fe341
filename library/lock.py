"""One writer for one shelf: a lock the operating system lets go of when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from core.errors import LibraryError
from core.files.file_lock import lock_or_raise


class WriterLock:
    """Holds the shelf's lock file; raises `LibraryError("library-in-use")` when another window holds it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            lock_or_raise(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise LibraryError("library-in-use") from error

    def release(self) -> None:
        """Let the next writer in."""
        with contextlib.suppress(OSError):  # closed already
            os.close(self._descriptor)
