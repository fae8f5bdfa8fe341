"""Where the window's work is done: lanes, the shelf, the workers; everything is made when it is first needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.window.appearance.pictures import thumbnail_image
from app.window.jobs.jobs_strip import JobLine
from core.changes import Changes, Gathered
from core.job import Job
from core.lanes import Ended, Event, Lane, NewestFirstLane, Progress, RunningJob, Started
from core.qt import Bridge

if TYPE_CHECKING:
    from app.build import Workers
    from dicom.source import Content
    from library.shelf import Library

T = TypeVar("T")
log = logging.getLogger(__name__)


def _nothing(*_: object) -> None:
    return


@dataclass(slots=True)
class Task(Generic[T]):
    """What is done with a piece of work: `line` gives its words on the strip (None: it is not shown there)."""

    done: Callable[[T], None]
    failed: Callable[[Exception], None] | None = None
    stopped: Callable[[], None] = _nothing
    progress: Callable[[Progress], None] = _nothing
    line: Callable[[Progress | None], str] | None = None
    share: bool = True


class JobRunner(QObject):
    """Runs work in lanes and tells the Qt thread; owns the open shelf and the worker processes."""

    line_changed = Signal(object)  # JobLine
    line_ended = Signal(str)
    failed = Signal(object)  # Exception
    imports_changed = Signal()  # one was begun or is over
    changed = Signal(object)  # Changes
    library_opened = Signal(bool, tuple)  # read only, codes of what was put right

    def __init__(self, open_library: Callable[[], Library], make_workers: Callable[[], Workers]) -> None:
        super().__init__()
        self._open_library, self._make_workers = open_library, make_workers
        self._opening, self._making = threading.Lock(), threading.Lock()
        self._library: Library | None = None
        self._workers: Workers | None = None
        self._running: dict[str, RunningJob[Any]] = {}
        self._shown: set[str] = set()
        self._lanes: dict[str, Lane] = {}
        self._closers: list[Callable[[], None]] = []
        self._closing = False
        self._noting = threading.Lock()
        self.importing: frozenset[str] = frozenset()  # what is being put on the shelf, or waits for that
        self.bridge = Bridge(self)
        self._changes = Gathered(self.bridge.post, self.changed.emit)
        self.reading = Lane("reading", self.bridge.post, threads=2)
        self.keeping = Lane("keeping", self.bridge.post)
        self.asking = Lane("asking", self.bridge.post)
        self.watching = Lane("watching", self.bridge.post)
        self.pictures = NewestFirstLane("pictures", self.bridge.post)
        self.viewing = NewestFirstLane("viewing", self.bridge.post, threads=2)

    def library(self) -> Library:
        """Give the open shelf, opening it the first time; from lane threads; raises `LibraryError`."""
        with self._opening:
            if self._library is None:
                self._library = self._open_library()
                self._library.tell_changes(self.note)
                opened = (self._library.read_only, self._library.recovered)
                self.bridge.post(lambda: self.library_opened.emit(*opened))
            return self._library

    def library_if_writable(self) -> bool:
        """Open a shelf that was open for looking only so that it can be changed; tells whether that is so now.

        From lane threads. The one that was open stays so until the end: others may be in the middle of a question.
        """
        with self._opening:
            before = self._library
            if before is None or not before.read_only:
                return before is not None
            if before.is_in_use():  # tells so at once, and costs nothing
                return False
            opened = self._open_library()
            if opened.read_only:
                opened.close()
                return False
            self._closers.append(before.close)
            self._library = opened
            opened.tell_changes(self.note)
            self.bridge.post(lambda: self.library_opened.emit(False, opened.recovered))
            return True

    def workers(self) -> Workers:
        """Give the worker processes, starting them the first time; from lane threads."""
        with self._making:
            if self._workers is None:
                self._workers = self._make_workers()
            return self._workers

    def run(self, lane: Lane, work: Callable[[Job], T], task: Task[T]) -> str:
        """Put work into a lane; gives the name it has on the strip."""
        name: list[str] = []
        job = lane.submit(work, lambda event: self._tell(name[0], event, task))
        name.append(f"{id(lane)}-{job.number}")
        self._running[name[0]] = job
        if task.line is not None:
            self._shown.add(name[0])
            self.line_changed.emit(JobLine(name[0], task.line(None)))
        return name[0]

    def lane(self, name: str, threads: int = 1) -> Lane:
        """Give a lane that not every window needs, made when first asked for; one without work once all closes."""
        with self._noting:
            if name not in self._lanes:
                self._lanes[name] = Lane(name, self.bridge.post, threads=threads)
            lane = self._lanes[name]
            closing = self._closing
        if closing:
            lane.close(0)
        return lane

    def at_the_end(self, close: Callable[[], None]) -> None:
        """Have something closed when all work has ended."""
        self._closers.append(close)

    def picture(self, key: Hashable, content: Content, size: int, show: Callable[[QImage], None]) -> None:
        """Ask for a small picture; nothing is shown where there is none, or where nobody waits for it any more."""

        def tell(event: Event[QImage | None]) -> None:
            if isinstance(event, Ended) and event.result is not None:
                show(event.result)

        self.pictures.request(key, lambda job: thumbnail_image(self.workers().decoder, content, size, job), tell)

    def import_begun(self, import_id: str) -> None:
        """Note that an import runs or waits; from any thread."""
        with self._noting:
            self.importing |= {import_id}
        self.bridge.post(self.imports_changed.emit)

    def import_over(self, import_id: str) -> None:
        """Note that an import is over, however it ended; from any thread."""
        with self._noting:
            self.importing -= {import_id}
        self.bridge.post(self.imports_changed.emit)

    def note(self, changes: Changes) -> None:
        """Tell of changes through `changed`; from any thread."""
        self._changes.note(changes)

    def told_together(self) -> AbstractContextManager[None]:
        """Tell what this lane thread changes meanwhile once it is over, however it ends; not batch by batch."""
        return self._changes.together()

    def stop(self, name: str) -> None:
        """Stop a job that waits or runs."""
        job = self._running.get(name)
        if job is not None:
            job.stop()

    def close(self, seconds: float) -> bool:
        """Stop everything and wait so long; tells whether all work has ended and everything is closed."""
        with self._noting:
            self._closing = True
            made = list(self._lanes.values())
        lanes = [self.pictures, self.viewing, self.reading, self.asking, self.watching, self.keeping, *made]
        for lane in lanes:
            lane.stop_all()
        until = time.monotonic() + seconds
        ended = [lane.close(max(0.0, until - time.monotonic())) for lane in lanes]
        if not all(ended):
            return False
        self._let_go()
        return True

    def _let_go(self) -> None:
        self.bridge.close()
        while self._closers:
            self._closers.pop()()
        if self._workers is not None:
            self._workers.close()
            self._workers = None
        if self._library is not None:
            self._library.close()
            self._library = None

    def _tell(self, name: str, event: Event[T], task: Task[T]) -> None:
        match event:
            case Started():
                return
            case Progress():
                task.progress(event)
                self._show(name, event, task)
            case Ended():
                self._running.pop(name, None)
                if name in self._shown:
                    self._shown.remove(name)
                    self.line_ended.emit(name)
                self._end(event, task)

    def _show(self, name: str, event: Progress, task: Task[T]) -> None:
        if task.line is not None and name in self._shown:
            share = event.done / event.total if event.total and task.share else None
            self.line_changed.emit(JobLine(name, task.line(event), share))

    def _end(self, event: Ended[T], task: Task[T]) -> None:
        if event.state == "done":
            task.done(event.result)  # type: ignore[arg-type]
        elif event.state == "failed" and event.error is not None:
            log.warning("a job ended with %s", type(event.error).__name__)
            (task.failed or self.failed.emit)(event.error)
        else:
            task.stopped()
