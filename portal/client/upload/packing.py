"""When several small instances go in one request: where that was seen to help in this very run, and never elsewhere."""

from __future__ import annotations

import statistics
import threading
from collections import deque

from portal.client.upload.order import Ours

BYTES_MOST = 4 << 20
SMALL = 1 << 20
COUNT_MOST = 100
SAMPLES = 4  # small instances that go alone first, to see how long one takes
SLOW_SECONDS = 0.03  # one that is answered sooner does not wait for the way
WORTH = 0.8  # of the time its instances would take alone
TROUBLES_MOST = 3


class Packing:
    """Draws what goes next out of what waits, and learns from how long that took; shared by threads.

    A request is measured from its first byte to the end of its answer: a long way, which packing saves, and a narrow
    line or a slow server, which it does not, look alike until a pack was tried.
    """

    def __init__(self, parallel: int) -> None:
        self._parallel = parallel
        self._lock = threading.Lock()
        self._alone: list[float] = []
        self._took, self._expected = 0.0, 0.0  # by the packs so far, and by their instances alone
        self._troubles = 0

    def draw(self, waiting: deque[Ours]) -> tuple[Ours, ...]:
        """Take the next instance out of the queue, or as many as go together; whoever calls holds the queue."""
        drawn, size, most = [waiting.popleft()], 0, self._most(len(waiting))
        if drawn[0].size > SMALL:
            return tuple(drawn)
        size = drawn[0].size
        while waiting and len(drawn) < most and waiting[0].size <= SMALL and size + waiting[0].size <= BYTES_MOST:
            drawn.append(waiting.popleft())
            size += drawn[-1].size
        return tuple(drawn)

    def went_alone(self, ours: Ours, seconds: float) -> None:
        """Learn how long a small instance takes."""
        with self._lock:
            if ours.size <= SMALL and len(self._alone) < 4 * SAMPLES:
                self._alone.append(seconds)

    def went_together(self, count: int, seconds: float) -> None:
        """Learn how long a pack took that was taken whole."""
        with self._lock:
            if self._alone:
                self._took += seconds
                self._expected += count * statistics.median(self._alone)

    def went_badly(self, *, too_large: bool = False) -> None:
        """Learn that a server did not take a pack whole; what is too large together is not tried again."""
        with self._lock:
            self._troubles += TROUBLES_MOST if too_large else 1

    def _most(self, waiting: int) -> int:
        """Give how many may go together, so that all threads have something to do."""
        with self._lock:
            known = len(self._alone) >= SAMPLES and statistics.median(self._alone) >= SLOW_SECONDS
            if not known or self._troubles >= TROUBLES_MOST or self._took > WORTH * self._expected:
                return 1
        return min(COUNT_MOST, max(1, (waiting + 1) // self._parallel))
