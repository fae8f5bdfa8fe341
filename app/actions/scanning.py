"""Looking at a source: which media are in, what is on one, and how much of that the shelf seems to have."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LibraryError, SourceError
from core.job import Job

if TYPE_CHECKING:
    from app.build import Workers
    from dicom.source import Source
    from importer.results import ScanResult
    from importer.scan.known import Known
    from importer.sources.media import Medium
    from library.shelf import Library

log = logging.getLogger(__name__)


def media_in() -> list[Medium]:
    """List what is in; nothing on a medium is read."""
    from importer.sources.media import list_media

    return list_media()


def with_marks(media: Sequence[Medium]) -> list[tuple[Medium, str]]:
    """Put beside each medium what tells it from the next one in the same drive, "" where that is not known."""
    return [(medium, _mark_of(medium)) for medium in media]


def still_in(medium: Medium | None, mark: str) -> None:
    """Raise `SourceError` where another disc lies in the drive than the one that was looked at."""
    if medium is not None and mark and _mark_of(medium) != mark:
        raise SourceError("medium-gone")


def is_folder(path: str) -> bool:
    """Tell whether a path names a folder; a drive that does not answer may make this wait long."""
    return Path(path).is_dir()


def named_source(path: str) -> Source:
    """Open what a path names; raises `SourceError`."""
    from importer.sources.kinds_of_source import open_source

    return open_source(path)


def look_at(source: Source, workers: Workers, job: Job, incoming: Path | None = None) -> ScanResult:
    """Look at a source in its own media worker; with `incoming` that worker can copy there what is imported next.

    Raises `SourceError`, `WorkerError`, `Cancelled`.
    """
    from importer.scan.scanning import scan

    media = workers.media(source, incoming)
    try:
        result = scan(source, media, workers, job)
    except BaseException:
        media.close()
        raise
    if incoming is None and not result.needs_worker:
        result.close()
    return result


def known_of(scan: ScanResult, library: Library) -> Known | None:
    """Say how much of a source seems to be on the shelf; None where the shelf cannot be asked, which it says itself."""
    from importer.scan.known import known_on_shelf

    try:
        return known_on_shelf(scan, library)
    except LibraryError as error:
        log.info("the shelf could not be asked before an import: %s", error.code)
        return None


def known_in(scan: ScanResult, folder: Path) -> Known | None:
    """Ask the shelf of a folder the same, where there is one that can be read; nothing is made there."""
    from app.build import open_library
    from importer.scan.known import known_of_nothing

    if not folder.joinpath("library.db").exists():
        return known_of_nothing(scan)
    try:
        with open_library(folder, read_only=True) as library:
            return known_of(scan, library)
    except LibraryError:  # it says so itself when it is asked for something
        return None


def _mark_of(medium: Medium) -> str:
    if medium.kind not in {"disc", "removable"}:
        return ""
    try:
        root = Path(medium.path).stat()
    except OSError:
        return ""
    made = root.st_mtime_ns if medium.kind == "disc" else 0  # a stick's root changes when it is written to
    return f"{medium.device} {medium.label} {root.st_dev} {made}"
