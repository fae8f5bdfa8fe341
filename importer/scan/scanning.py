"""What is on a source: the DICOMDIR as a hint, then every file's own header, united and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.job import Job
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.model import Instance, Patient, Rejection
from dicom.source import Source
from importer.results import ArchiveTotals, ScanResult
from importer.scan.classify import Classified, classify
from importer.scan.inner import Containers
from importer.scan.listed import check_listings
from importer.scan.siblings import read_siblings
from importer.scan.tree import build_patients
from importer.scan.unite import United, unite
from importer.scan.walk import HeaderSalvager, walk
from importer.sources.kinds_of_source import readable_paths
from importer.sources.names import shown
from importer.sources.wire import DirectoryFound

# A drive may try for minutes to read one sector; that is not counted against the file, and Stop works meanwhile.
_PATIENCE_SECONDS = 3600.0
# A worker's own view of the source keeps the medium in use; a drive that nobody reads must open when asked to.
_LINGER_SECONDS = 3.0


def media_spec(source: Source, incoming: str | None = None) -> WorkerSpec:
    """Say what the media worker of a source may touch: it reads the source and writes only `incoming`."""
    writable = (incoming,) if incoming else ()
    return WorkerSpec(
        "importer.media_tasks",
        readable_paths(source),
        writable,
        idle_seconds=_PATIENCE_SECONDS,
        linger_seconds=_LINGER_SECONDS,
    )


def scan(
    source: Source,
    media: WorkerPool,
    decoder: HeaderSalvager,
    job: Job,
    on_hint: Callable[[list[Patient]], None] = lambda _: None,
) -> ScanResult:
    """Walk a source in the media worker and say what is on it.

    `on_hint` is told, in this thread, what each DICOMDIR says before the files themselves have been read.
    Trouble with one file is a problem of the result; raises `SourceError` (`medium-gone`, `source-unopenable`,
    `password-needed`), `WorkerError`, `Cancelled`.
    """
    outer = classify(walk(source, media, job, on_hint=lambda found: on_hint(_hinted(found))), decoder, job)
    inner = Containers(source, media, decoder, job).open_all(outer)
    all_classified = [outer, *inner]
    listings = check_listings(all_classified)
    united = unite((file for classified in all_classified for file in classified.files), source, media, job)
    _add_links(all_classified, united)
    read_siblings(united.instances)
    return ScanResult(
        source,
        outer.totals,
        build_patients(united.instances),
        [ArchiveTotals(shown(classified.walk.prefix[:-1]), classified.totals) for classified in inner],
        _in_order(problem for classified in all_classified for problem in classified.problems),
        united.places,
        outer.listed,
        listings,
        media,
    )


def _hinted(directory: DirectoryFound) -> list[Patient]:
    return build_patients(
        Instance(one.path, 0, one.header) for one in directory.references if one.in_use and one.header is not None
    )


def _add_links(all_classified: list[Classified], united: United) -> None:
    holders = {path: one for one in united.instances for path in (one.path, *one.duplicates)}
    for classified in all_classified:
        for link, target in classified.links.items():
            if target in holders:
                holders[target].duplicates.append(link)


def _in_order(problems: Iterable[Rejection]) -> list[Rejection]:
    return sorted(problems, key=lambda problem: (problem.path, problem.code, problem.detail))
