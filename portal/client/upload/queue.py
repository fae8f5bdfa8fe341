"""Runs what waits in the queue, one study at a time, until nothing does: over exits, crashes and lost networks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.errors import PortalError, ScanshelfError
from core.job import Job
from library.index.rows import TargetKind, UploadRow
from library.shelf import Library
from portal.client.upload.deliver import WAITING, asked_wait
from portal.client.upload.engine import Limits, Watch, upload_study
from portal.client.upload.pace import Progress
from portal.client.upload.targets.target import Target

GOES_ON = frozenset({"waiting", "sending", "waiting-for-network"})
_NAP = 0.2
_ASKED_MOST = 3600.0  # a server may ask to be left alone, but nobody is left waiting for days

Connect = Callable[[UploadRow], Target]


class Waits:
    """When an upload whose server could not be reached is tried again: full jitter, doubling up to some minutes."""

    def __init__(self, first: float = 4.0, longest: float = 180.0) -> None:
        self._first, self._longest = first, longest
        self._tries: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def put_off(self, upload: str, asked_for: float = 0.0) -> None:
        """Wait longer each time, and as long as the server asks within bounds."""
        tries = self._tries[upload] = self._tries.get(upload, 0) + 1
        most = min(self._longest, self._first * 2 ** min(tries - 1, 16))
        wait = most / 4 + random.uniform(0, most * 3 / 4)
        self._until[upload] = time.monotonic() + max(wait, min(asked_for, _ASKED_MOST))

    def over(self, upload: str) -> None:
        """Forget an upload that went on."""
        self._tries.pop(upload, None)
        self._until.pop(upload, None)

    def is_due(self, upload: str) -> bool:
        """Say whether it may be tried now."""
        return self.seconds(upload) <= 0

    def seconds(self, upload: str) -> float:
        """Give the seconds until it may be tried."""
        return self._until.get(upload, 0.0) - time.monotonic()


def run_queue(
    library: Library,
    connect: Connect,
    job: Job,
    *,
    kind: TargetKind = "portal",
    limits: Limits | None = None,
    watch: Watch = lambda _: None,
    waits: Waits | None = None,
) -> None:
    """Send all that waits for servers of this kind, in the order it was asked for; returns when nothing waits any more.

    `connect` reaches the server of an upload as its account; what keeps one upload from going on is noted with it
    and does not keep the next. One that is put back to "waiting" while it waits for the network is tried at once.

    Raises `Cancelled`, and what keeps the shelf from noting anything, as a full disk does; what was on its
    way then goes on in the next run.
    """
    waits = waits or Waits()
    while True:
        told = library.uploads_told()
        waiting = [row for row in library.uploads() if row.state in GOES_ON and row.kind == kind]
        if not waiting:
            return
        due = next((row for row in waiting if row.state == "waiting" or waits.is_due(row.id)), None)
        if due is None:
            _rest(library, told, min(waits.seconds(row.id) for row in waiting), job)
        else:
            _one(library, due, connect, job, limits, watch, waits)


def _rest(library: Library, told: int, seconds: float, job: Job) -> None:
    """Wait until one is due, or something is asked for or stopped meanwhile; the shelf is asked nothing."""
    until = time.monotonic() + seconds
    while library.uploads_told() == told and (left := until - time.monotonic()) > 0:
        job.check()
        time.sleep(min(left, _NAP))


def _one(
    library: Library, row: UploadRow, connect: Connect, job: Job, limits: Limits | None, watch: Watch, waits: Waits
) -> None:
    try:
        with _reached(library, row, connect) as target:
            upload_study(row.id, library, target, job, limits=limits, watch=watch)
        waits.over(row.id)
    except ScanshelfError as problem:  # noted with the upload
        if problem.code in WAITING:
            waits.put_off(row.id, asked_wait(problem))
            watch(_waits(row, waits.seconds(row.id)))
        elif _still_goes_on(library, row.id):  # it could not even be noted: once more would be a storm
            raise


def _waits(row: UploadRow, seconds: float) -> Progress:
    return Progress(
        row.id, "upload-wait", row.sent_bytes, row.bytes, row.sent, row.instances, None, next_try=max(0.0, seconds)
    )


def _still_goes_on(library: Library, upload: str) -> bool:
    try:
        return library.upload_state(upload) in GOES_ON
    except PortalError:  # deleted meanwhile
        return False


@contextmanager
def _reached(library: Library, row: UploadRow, connect: Connect) -> Iterator[Target]:
    """Reach the server; what prevents that is noted as what ends or delays the upload."""
    try:
        target = connect(row)
    except PortalError as problem:
        if problem.code in WAITING:
            library.note_going(row.id, "waiting-for-network", problem.code)
        else:
            library.finish_upload(row.id, "failed", (), reason=problem.code)
        raise
    try:
        yield target
    finally:
        target.close()
