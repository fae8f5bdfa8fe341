"""From what a walk saw to what it means: every entry in exactly one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from core.errors import DicomError, SourceError, WorkerError
from core.job import Job
from dicom.model import MEDIA_STORAGE_DIRECTORY, FileCode, Header, Rejection
from importer.results import FoundFile, Totals, class_of
from importer.scan.walk import HeaderSalvager, Walk
from importer.sources.names import shown
from importer.sources.wire import Look, marked_cut

# Marks of a header that people are told about; the file is kept all the same.
_TOLD_MARKS: tuple[FileCode, ...] = ("non-standard", "truncated", "header-damaged", "no-uid")


@dataclass(slots=True)
class Classified:
    """A walk with nothing left open. `links` are names whose bytes are those of a file found elsewhere (by path).

    `looks` says what was seen under each name, links followed; `listed` is how many files the DICOMDIRs name.
    """

    walk: Walk
    files: list[FoundFile] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    problems: list[Rejection] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    listed: int | None = None


def classify(walk: Walk, decoder: HeaderSalvager, job: Job) -> Classified:
    """Settle what the header reader could not, follow links inside the source, and count."""
    classified = Classified(walk, problems=list(walk.problems))
    by_path = {look.entry.path: look for look in _salvaged(walk, decoder, job)}
    for path, look in by_path.items():
        if look.entry.target is not None and look.code is None:
            by_path[path] = _through_link(look, by_path)
    classified.looks = by_path
    for look in by_path.values():
        _place(classified, look)
    return classified


def count_instances(classified: Classified) -> None:
    """Count distinct instances; a file without a UID counts once."""
    uids = {file.header.sop_instance_uid for file in classified.files} - {None}
    classified.totals.instances = len(uids) + sum(file.header.sop_instance_uid is None for file in classified.files)


def _salvaged(walk: Walk, decoder: HeaderSalvager, job: Job) -> Iterator[Look]:
    for look in walk.looks:
        yield _salvage(walk, look, decoder, job) if look.salvage else look


def _salvage(walk: Walk, look: Look, decoder: HeaderSalvager, job: Job) -> Look:
    try:
        header = decoder.salvage_header(walk.content(look), job)
    except (DicomError, WorkerError, SourceError, OSError):
        return look
    if header.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return replace(look, header=None, code="dicomdir", detail="")
    return replace(look, header=marked_cut(header, look.entry), code=None, detail="")


def _through_link(look: Look, by_path: dict[str, Look]) -> Look:
    """Say of a link what is said of the file it leads to; a link to a name outside the listing is refused."""
    target = by_path.get(look.entry.target or "")
    if target is None or target.entry.kind != "file":
        return replace(look, code="refused-link")
    return replace(look, header=target.header, code=target.code, detail=target.detail)


def _place(classified: Classified, look: Look) -> None:
    totals, path = classified.totals, classified.walk.prefix + look.entry.path
    totals.entries += 1
    totals.bytes += look.entry.size
    match class_of(look.code):
        case "dicom":
            totals.dicom += 1
        case "not_dicom":
            totals.not_dicom += 1
        case "unreadable":
            totals.unreadable += 1
        case "refused":
            totals.refused += 1
    if look.code is not None:
        detail = "; ".join(filter(None, (look.detail, *_directory_problems(classified.walk, look))))
        classified.problems.append(Rejection(shown(path), look.code, detail))
    elif look.entry.kind == "link":
        classified.links[path] = classified.walk.prefix + (look.entry.target or "")
    elif look.header is not None:
        classified.files.append(FoundFile(path, classified.walk.place(look), look.header))
        classified.problems.extend(
            Rejection(shown(path), mark, _detail(look.header, mark)) for mark in _told_marks(look.header)
        )


NAME_GUESSED = "the name is guessed: its character set is not said, or said wrongly"


def _detail(header: Header, mark: FileCode) -> str:
    return NAME_GUESSED if mark == "non-standard" and header.doubtful_name else ""


def _directory_problems(walk: Walk, look: Look) -> tuple[str, ...]:
    if look.code != "dicomdir":
        return ()
    return next((one.problems for one in walk.directories if one.path == look.entry.path), ())


def _told_marks(header: Header) -> Iterable[FileCode]:
    return (mark for mark in _TOLD_MARKS if mark in header.marks)
