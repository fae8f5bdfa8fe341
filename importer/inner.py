"""The containers that lie on a source or in each other: opened one by one, within bounds, or named with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.errors import SourceError, WorkerError
from core.job import Job
from core.worker import WorkerPool
from dicom.model import FileCode, Rejection
from dicom.source import Source
from importer.archive import Archive
from importer.names import shown
from importer.reasons import BOMB, BROKEN, DISK_IMAGE, TOO_DEEP, TOO_MUCH, is_not_looked_into, not_looked_into
from importer.settle import Settled, settle
from importer.walk import HeaderSalvager, walk

MAX_DEPTH: Final = 4
MAX_CONTAINERS: Final = 50_000
MAX_NESTED: Final = 2_000  # of those that lie in others: one file can hold any number of them


class Containers:
    """Opens what a walk found to be a container, and what is found in there."""

    def __init__(self, source: Source, media: WorkerPool, decoder: HeaderSalvager, job: Job) -> None:
        self._source, self._media, self._decoder, self._job = source, media, decoder, job
        self._left = {False: MAX_CONTAINERS, True: MAX_NESTED}

    def open_all(self, outer: Settled) -> list[Settled]:
        """Walk every container in a walk; why one was not looked into (wholly) is said in `outer`'s problem of it."""
        opened = []
        if outer.walk.archive is None and outer.walk.shortfalls:
            outer.problems.extend(Rejection("", "archive", said) for said in outer.walk.shortfalls)
        for archive in list(_found_in(outer)):
            inner = self._open(archive, outer)
            if inner is not None:
                opened.append(inner)
                if inner.walk.shortfalls:
                    _say(outer, archive, inner.walk.shortfalls[0])
                opened.extend(self.open_all(inner))
        return opened

    def _open(self, archive: Archive, outer: Settled) -> Settled | None:
        nested = archive.outer is not None
        if archive.depth > MAX_DEPTH or self._left[nested] <= 0:
            _say(outer, archive, not_looked_into(TOO_DEEP if self._left[nested] else TOO_MUCH))
            return None
        self._left[nested] -= 1
        try:
            return settle(walk(self._source, self._media, self._job, archive), self._decoder, self._job)
        except (SourceError, WorkerError) as error:
            if error.code in {"medium-gone", "worker-unavailable"}:
                raise
            _refuse(outer, archive, error)
            return None


def _found_in(settled: Settled) -> Iterator[Archive]:
    for look in settled.walk.looks:
        if look.code == "archive" and look.entry.kind == "file" and not is_not_looked_into(look.detail):
            yield Archive(look.entry, look.detail, settled.walk.archive)


def _say(outer: Settled, archive: Archive, detail: str) -> None:
    """Put the reason in the place of what was said of the container before."""
    path = shown(archive.path)
    outer.problems = [
        replace(one, detail=detail) if one.path == path and one.code == "archive" else one for one in outer.problems
    ]


def _refuse(outer: Settled, archive: Archive, error: SourceError | WorkerError) -> None:
    reason = str(error.facts.get("reason", ""))
    code: FileCode
    if error.code == "password-needed":
        code = "password-needed"
    elif isinstance(error, WorkerError) or reason == BOMB:
        code, reason = "refused-bomb", ""
    elif is_not_looked_into(reason):
        return _say(outer, archive, reason)
    elif reason in {BROKEN, DISK_IMAGE}:
        return _say(outer, archive, not_looked_into(reason))
    elif "UDF" in reason:
        return _say(outer, archive, not_looked_into(DISK_IMAGE, "UDF"))
    else:  # the medium cannot be read here
        code = "unreadable"
    outer.problems.append(Rejection(shown(archive.path), code, reason))
    return None
