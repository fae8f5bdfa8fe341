"""A sha256 that does not hold up whoever reads or writes: what is large is hashed in a thread beside."""

from __future__ import annotations

import hashlib
import queue
import threading
from typing import TypeAlias

_ALONE = 4 << 20  # what is smaller is hashed sooner than a thread begins
_PIECES_MOST = 4

Piece: TypeAlias = bytes | memoryview


class SideHash:
    """Hashes pieces in their order. Whoever makes one asks for `hexdigest` or calls `close`: both end its thread."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size = 0
        self._waiting: queue.Queue[Piece | None] = queue.Queue(_PIECES_MOST)
        self._thread: threading.Thread | None = None

    def update(self, piece: Piece) -> None:
        """Take some bytes, which must not change any more; waits only where the hash falls behind."""
        self._size += len(piece)
        if self._size <= _ALONE:
            self._digest.update(piece)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="side hash", daemon=True)
            self._thread.start()
        self._waiting.put(piece)

    def hexdigest(self) -> str:
        """Give the hash of all that came so far."""
        self.close()
        return self._digest.hexdigest()

    def close(self) -> None:
        """End the thread, where there is one; more may come afterwards."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join()

    def _run(self) -> None:
        while (piece := self._waiting.get()) is not None:
            self._digest.update(piece)
