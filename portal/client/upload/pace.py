"""How much is sent at once: parallel requests, bytes in flight, bytes a second, waiting before another try."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Cancelled
from core.job import Job

PARALLEL_MOST = 4
IN_FLIGHT_MOST = 64 << 20
_START = 2
_GROW_AFTER = 8  # good answers in a row
_LEAST_SECONDS = 5.0  # an estimate from less is off by minutes
_WINDOW_SECONDS = 20.0
_NAP = 0.05
_PIECES_A_SECOND = 4
_PIECE_LEAST = 4096
LONG_WAIT = 60.0  # a server that asks for more is left alone by the whole upload
HOPELESS = 16  # instances given up in a row: then it is the server, and no use to send it all the others


class Pace:
    """Lets requests begin: few at first, more while all is well, half as many when the server is short of breath.

    One instance larger than all that may be in flight goes alone.
    """

    def __init__(self, most: int = PARALLEL_MOST, bytes_most: int = IN_FLIGHT_MOST) -> None:
        self._most, self._bytes_most = most, bytes_most
        self._allowed = min(_START, most)
        self._going, self._bytes, self._good, self._gone = 0, 0, 0, 0
        self._changed = threading.Condition()

    def enter(self, size: int, stopped: threading.Event) -> None:
        """Wait until a request of that size may begin; raises `Cancelled` when all shall stop."""
        with self._changed:
            while not self._fits(size):
                if stopped.is_set():
                    raise Cancelled
                self._changed.wait(_NAP)
            self._going += 1
            self._bytes += size

    def leave(self, size: int) -> None:
        """Say that a request has ended."""
        with self._changed:
            self._going -= 1
            self._bytes -= size
            self._changed.notify_all()

    def went_well(self) -> None:
        """Allow one more at once after a row of good answers."""
        with self._changed:
            self._good, self._gone = self._good + 1, 0
            if self._good >= _GROW_AFTER and self._allowed < self._most:
                self._allowed, self._good = self._allowed + 1, 0
                self._changed.notify_all()

    def went_badly(self) -> None:
        """Allow half as many at once."""
        with self._changed:
            self._allowed, self._good = max(1, self._allowed // 2), 0

    def gave_up(self) -> bool:
        """Count an instance the server could not take; true where it took none of many in a row."""
        with self._changed:
            self._gone += 1
            return self._gone >= HOPELESS

    def _fits(self, size: int) -> bool:
        alone = self._going == 0
        return alone or (self._going < self._allowed and self._bytes + size <= self._bytes_most)


class Bandwidth:
    """Keeps sending below a number of bytes a second, over all threads and uploads; None is no limit."""

    def __init__(self, bytes_a_second: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = bytes_a_second, clock
        self._owed, self._at = 0.0, clock()  # bytes that went out ahead of their time
        self._changed = threading.Condition()

    def allow(self, bytes_a_second: int | None) -> None:
        """Change the limit; whoever waits goes by the new one."""
        with self._changed:
            self._wait()
            self._rate = bytes_a_second
            self._changed.notify_all()

    def piece(self, most: int) -> int:
        """Give how many bytes to send at once, so that a narrow line is used evenly."""
        rate = self._rate
        return most if rate is None else max(_PIECE_LEAST, min(most, rate // _PIECES_A_SECOND))

    def take(self, count: int, stopped: threading.Event) -> None:
        """Wait until that many bytes may go; raises `Cancelled` when all shall stop."""
        with self._changed:
            while (wait := self._wait()) > 0 and not stopped.is_set():
                self._changed.wait(min(wait, _NAP))
            if self._rate is not None:
                self._owed += count
        if stopped.is_set():
            raise Cancelled

    def _wait(self) -> float:
        """Give the seconds until all that went out has had its time."""
        now = self._clock()
        passed, self._at = now - self._at, now
        if self._rate is None:
            self._owed = 0.0
            return 0.0
        self._owed = max(0.0, self._owed - passed * self._rate)
        return self._owed / self._rate


class Meter:
    """Counts the bytes that went out, and how fast: for progress and time left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sent = self._going = 0
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])

    @property
    def going(self) -> int:
        """Give the bytes of instances that are on their way."""
        with self._lock:
            return self._going

    def add(self, count: int) -> None:
        """Count bytes that went out."""
        with self._lock:
            self._sent += count
            self._going += count

    def ended(self, count: int) -> None:
        """Say that the try these bytes belong to has ended, well or not."""
        with self._lock:
            self._going -= count

    def seconds_left(self, left: int) -> float | None:
        """Say how long that many bytes take at the speed of the last seconds; None while that is not known."""
        with self._lock:
            now = self._clock()
            if now - self._marks[-1][0] >= 0.5:
                self._marks.append((now, self._sent))
            while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW_SECONDS:
                self._marks.popleft()
            since, before = self._marks[0]
            if now - since < _LEAST_SECONDS:  # the first requests go out while the server still warms up
                return None
            speed = (self._sent - before) / (now - since)
        return left / speed if speed > 0 else None


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one instance is tried, and how long is waited before: full jitter, doubling up to a limit."""

    tries: int = 7
    base: float = 0.5
    longest: float = 30.0

    def wait(self, attempt: int, asked_for: float | None, stopped: threading.Event) -> None:
        """Wait before try number `attempt` + 1, as long as the server asks within bounds; raises `Cancelled`."""
        if stopped.wait(self.pause(attempt, asked_for)):
            raise Cancelled

    def pause(self, attempt: int, asked_for: float | None) -> float:
        """Give the seconds to wait."""
        return max(self._jitter(attempt), min(asked_for or 0.0, LONG_WAIT))

    def wait_here(self, attempt: int, job: Job) -> None:
        """Wait in the thread the job belongs to, which may stop it."""
        until = time.monotonic() + self._jitter(attempt)
        while (left := until - time.monotonic()) > 0:
            job.check()
            time.sleep(min(left, _NAP))

    def _jitter(self, attempt: int) -> float:
        return random.uniform(0, min(self.longest, self.base * 2**attempt))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one upload is: bytes and instances, and the seconds it still takes where that is known."""

    upload: str
    step: str
    bytes_done: int
    bytes_total: int
    instances_done: int
    instances_total: int
    seconds_left: float | None
    next_try: float | None = None  # in so many seconds, where the way to the server is closed
