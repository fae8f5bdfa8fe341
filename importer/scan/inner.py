"""The containers that lie on a source or in each other: opened one by one, within bounds, or named with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.errors import SourceError, WorkerError
from core.job import Job
from core.workers.worker import WorkerPool
from dicom.model import FileCode, Rejection
from dicom.source import Source
from importer.reasons import BOMB, BROKEN, DISK_IMAGE, TOO_DEEP, TOO_MUCH, is_not_looked_into, not_looked_into
from importer.scan.classify import Classified, classify
from importer.scan.walk import HeaderSalvager, walk
from importer.sources.archive import Archive
from importer.sources.names import shown

MAX_DEPTH: Final = 4
MAX_CONTAINERS: Final = 50_000
MAX_NESTED: Final = 2_000  # of those that lie in others: one file can hold any number of them


class Containers:
    """Opens what a walk found to be a container, and what is found in there."""

    def __init__(self, source: Source, media: WorkerPool, decoder: HeaderSalvager, job: Job) -> None:
        self._source, self._media, self._decoder, self._job = source, media, decoder, job
        self._left = {False: MAX_CONTAINERS, True: MAX_NESTED}
        self._said: dict[str, str] = {}  # path of a container -> why it was not looked into (wholly)

    def open_all(self, outer: Classified) -> list[Classified]:
        """Walk every container in a walk; why one was not looked into (wholly) is said in the problem of it."""
        if outer.walk.shortfalls:
            outer.problems.extend(Rejection("", "archive", said) for said in outer.walk.shortfalls)
        opened = list(self._open_in(outer))
        for classified in (outer, *opened):
            classified.problems = [self._with_reason(problem) for problem in classified.problems]
        return opened

    def _open_in(self, outer: Classified) -> Iterator[Classified]:
        for archive in _found_in(outer):
            inner = self._open(archive, outer)
            if inner is not None:
                yield inner
                if inner.walk.shortfalls:
                    self._say(archive, inner.walk.shortfalls[0])
                yield from self._open_in(inner)

    def _say(self, archive: Archive, detail: str) -> None:
        self._said[shown(archive.path)] = detail

    def _with_reason(self, problem: Rejection) -> Rejection:
        """Put the reason in the place of what was said of the container before."""
        said = self._said.get(problem.path) if problem.code == "archive" else None
        return problem if said is None else replace(problem, detail=said)

    def _open(self, archive: Archive, outer: Classified) -> Classified | None:
        nested = archive.outer is not None
        if archive.depth > MAX_DEPTH or self._left[nested] <= 0:
            self._say(archive, not_looked_into(TOO_DEEP if self._left[nested] else TOO_MUCH))
            return None
        self._left[nested] -= 1
        try:
            return classify(walk(self._source, self._media, self._job, archive), self._decoder, self._job)
        except (SourceError, WorkerError) as error:
            if error.code in {"medium-gone", "worker-unavailable"}:
                raise
            self._refuse(outer, archive, error)
            return None

    def _refuse(self, outer: Classified, archive: Archive, error: SourceError | WorkerError) -> None:
        reason = str(error.facts.get("reason", ""))
        code: FileCode
        if error.code == "password-needed":
            code = "password-needed"
        elif isinstance(error, WorkerError) or reason == BOMB:
            code, reason = "refused-bomb", ""
        elif is_not_looked_into(reason):
            return self._say(archive, reason)
        elif reason in {BROKEN, DISK_IMAGE}:
            return self._say(archive, not_looked_into(reason))
        elif "UDF" in reason:
            return self._say(archive, not_looked_into(DISK_IMAGE, "UDF"))
        else:  # the medium cannot be read here
            code = "unreadable"
        outer.problems.append(Rejection(shown(archive.path), code, reason))
        return None


def _found_in(classified: Classified) -> Iterator[Archive]:
    for look in classified.walk.looks:
        if look.code == "archive" and look.entry.kind == "file" and not is_not_looked_into(look.detail):
            yield Archive(look.entry, look.detail, classified.walk.archive)
