"""What the parent sees of a worker from outside, at every look: its CPU time and its threads."""

from __future__ import annotations

import os
import sys
import time

import psutil

MOST_THREADS = 64


class Clock:
    """Measures one worker's CPU time for the item in hand."""

    def __init__(self, pid: int, cpu_seconds: float, idle_seconds: float) -> None:
        self._pid = pid
        self._cpu_seconds = cpu_seconds
        self._idle_seconds = idle_seconds
        self._turn: int | None = None
        self._start = self._latest = 0.0
        self._moved = time.monotonic()

    def exceeded(self, turn: int) -> str | None:
        """Say by which code to end a worker: its item used up its CPU time, nothing moved for too long, or it grew."""
        seen = _look_at(self._pid)
        if seen is None:
            return None  # it has died, which the pipe tells, or this process can open nothing at the moment
        used, threads = seen
        now = time.monotonic()
        if turn != self._turn:
            self._turn, self._start, self._moved = turn, used, now
        if used > self._latest:
            self._latest, self._moved = used, now
        if used - self._start > self._cpu_seconds or now - self._moved > self._idle_seconds:
            return "decode-timeout"
        return "worker-memory" if threads > MOST_THREADS else None


def _look_at(pid: int) -> tuple[float, int] | None:
    """Return seconds of CPU time and the number of threads."""
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
                fields = file.read(4096).rpartition(b") ")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(fields[17])
        except (OSError, IndexError, ValueError):
            return None
    else:  # mypy follows one platform
        try:
            times = psutil.Process(pid).cpu_times()
            return times.user + times.system, 1
        except (psutil.Error, OSError):
            return None
