"""How long the window stands still: the CPU time of each turn of the event loop, in every GUI test.

A turn is what Qt's event loop does between two looks for what comes next: what it delivers, and all the program does
about it. What a test does itself, between its waits, is none. CPU time of the Qt thread, not the clock's: other
programs on the computer do not count. A test with a turn over the limit is run again, twice; it fails where each run
had one, so what comes once in the life of a process (an import, a font) and what chance does fail nothing. The limit
is for a computer of a known speed, and longer on a slower or crowded one, as it is when the turn was too long.

`SCANSHELF_WATCH_LOOP=off` leaves it out, `all` says at the end which turn of each test was the longest.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

WATCH = os.environ.get("SCANSHELF_WATCH_LOOP", "")
LIMIT_MS = 50.0
REFERENCE_MS = 20.0  # what the loop of `reference` takes on the computer the limit is meant for
RUNS = 3  # of a test, until it fails for a turn over the limit
SAMPLE_SECONDS = 0.005
# a function of the program that was found at work in most of a long turn -> why that turn may be so long
EXCEPTIONS: dict[str, str] = {}
# how the name of a test begins -> why its turns may be so long; what Qt does by itself has no function to name
EXCEPTED_TESTS: dict[str, str] = {}

# What lets the event loop run, or stands for what a person does: what happens in these is the program's.
_TURNING: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (QEventLoop, ("exec",)),
    (QDialog, ("exec",)),
    (QApplication, ("exec",)),
    (QCoreApplication, ("processEvents", "sendPostedEvents")),
    (QTest, ("keyClick", "keyPress", "keyRelease", "mouseClick", "mouseDClick", "mouseMove", "mousePress",
             "mouseRelease", "qWait", "qWaitForWindowActive", "qWaitForWindowExposed")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, in milliseconds of CPU time, and the stacks that were seen in it with how often each was."""

    took: float
    stacks: Counter[tuple[str, ...]]

    @property
    def excepted(self) -> bool:
        """Tell whether most of it is the work of something that may take long."""
        named = sum(times for stack, times in self.stacks.items() if EXCEPTIONS.keys() & set(stack))
        return named * 2 > sum(self.stacks.values())

    def __str__(self) -> str:
        seen = sum(self.stacks.values())
        places = [f"{times} of {seen}: {' > '.join(stack) or 'Qt'}" for stack, times in self.stacks.most_common(3)]
        return f"{self.took:.0f} ms" + "".join(f"\n    {place}" for place in places)


@dataclass
class LoopWatch:
    """Measures every turn from when it is put up; one a process."""

    limit: float = LIMIT_MS
    slow: list[Turn] = field(default_factory=list)
    longest: float = 0.0
    _depth: int = 0  # of calls that let the loop run
    _begun: float = 0.0
    _turn: int = 0  # its number, by which the sampler knows what it saw
    _collected: float = 0.0  # by Python in this turn, of what the whole test run has made
    _collecting: float = 0.0
    _stacks: Counter[tuple[str, ...]] = field(default_factory=Counter)

    @property
    def sampled(self) -> bool:
        """Tell whether the program was seen at work in this turn."""
        return any(list(self._stacks))

    def turned(self) -> None:
        """End a turn and begin the next."""
        if not self._depth:
            return
        took = (time.thread_time() - self._begun - self._collected) * 1000
        self.longest = max(self.longest, took)
        if took > self.limit:
            self.slow.append(Turn(took, self._stacks))
        self._turn += 1
        self._stacks = Counter()
        self._collected, self._begun = 0.0, time.thread_time()

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Let the loop run: what the test did until now is no turn."""
        if self._depth:
            self.turned()
        self._depth += 1
        self._collected, self._begun, self._stacks = 0.0, time.thread_time(), Counter()
        try:
            yield
        finally:
            self.turned()
            self._depth -= 1

    def collecting(self, phase: str, _info: dict[str, int]) -> None:
        """Leave Python's own collections aside: the program collects by itself, and here it is not the program's."""
        if threading.current_thread() is not threading.main_thread():
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting

    def sample(self, main: int) -> None:
        """Note where the Qt thread is, if it is in a turn; from the sampling thread."""
        turn, stacks = self._turn, self._stacks
        frame = sys._current_frames().get(main)
        if self._depth and turn == self._turn and frame is not None:
            stacks[_stack(frame)] += 1


@contextmanager
def watching(limit: float = LIMIT_MS) -> Iterator[LoopWatch]:
    """Watch the loop of this process meanwhile; the application must be there."""
    watch = LoopWatch(limit)
    dispatcher = QAbstractEventDispatcher.instance()
    dispatcher.awake.connect(watch.turned)
    dispatcher.aboutToBlock.connect(watch.turned)
    gc.callbacks.append(watch.collecting)
    taken_back = [_wrap(owner, name, watch) for owner, names in _TURNING for name in names]
    over, main = threading.Event(), threading.get_ident()

    def look() -> None:
        while not over.wait(SAMPLE_SECONDS):
            watch.sample(main)

    sampler = threading.Thread(target=look, name="loop watch", daemon=True)
    sampler.start()
    try:
        yield watch
    finally:
        over.set()
        sampler.join()
        for take_back in taken_back:
            take_back()
        gc.callbacks.remove(watch.collecting)
        dispatcher.awake.disconnect(watch.turned)
        dispatcher.aboutToBlock.disconnect(watch.turned)


def _wrap(owner: Any, name: str, watch: LoopWatch) -> Callable[[], None]:
    before = vars(owner)[name]
    static = isinstance(before, staticmethod)
    call = getattr(owner, name)

    @functools.wraps(call)
    def let_turn(*args: Any, **named: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            return call(*args, **named)
        with watch.turning():
            return call(*args, **named)

    setattr(owner, name, staticmethod(let_turn) if static else let_turn)
    return lambda: setattr(owner, name, before)


def _stack(frame: FrameType | None) -> tuple[str, ...]:
    """Give the functions the program is in, outermost first, from where the loop called it."""
    names: list[str] = []
    while frame is not None and frame.f_code.co_filename != __file__:
        module = frame.f_globals.get("__name__", "")
        names.append(f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed([name for name in names if name.split(".")[0] in _OURS]))


_OURS = {"app", "core", "dicom", "importer", "library", "portal", "tests", "viewer"}


def reference() -> float:
    """Measure a plain loop: the middle one of five, in milliseconds of CPU time."""

    def once() -> float:
        begun = time.thread_time()
        sum(number * number for number in range(300_000))
        return (time.thread_time() - begun) * 1000

    return sorted(once() for _ in range(5))[2]


def limit_now() -> float:
    """How long a turn may take on this computer as fast as it is now, in milliseconds of CPU time.

    Where many more programs run than there are processors they push each other out of the caches, which a plain loop
    feels less than the window does.
    """
    crowded = hasattr(os, "getloadavg") and os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    return LIMIT_MS * max(1.0, reference() / REFERENCE_MS) * (2 if crowded else 1)
