"""What tests of the importer share: a judge that knows nothing, and a source worker around one folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from core.errors import DicomError
from core.job import Job, QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.model import FileCode, Header, Instance
from dicom.source import Content
from importer.copy.importing import import_files
from importer.copy.twins import Sameness
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport
from importer.results import ScanResult
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library


class StrictJudge:
    """Salvages nothing, and answers the same to every comparison."""

    def __init__(self, sameness: Sameness = "different") -> None:
        self.sameness = sameness
        self.asked = 0

    def salvage_header(self, content: Content, job: Job) -> Header:
        """Refuse."""
        raise DicomError("header-damaged")

    def compare(self, one: Content, other: Content, job: Job) -> Sameness:
        """Answer what it was told to answer, once it has opened both."""
        self.asked += 1
        for content in (one, other):
            content.open().close()
        return self.sameness

    def holds_all_of(self, whole: Content, damaged: Content, job: Job, *, known: bool = True) -> bool:
        """Find nothing."""
        return False

    def reduced_of(self, one: Content, other: Content, job: Job) -> Literal["one", "other"] | None:
        """Find nothing."""
        return None

    def damage_of(self, content: Content, job: Job) -> FileCode | None:
        """Find nothing."""
        return None


@contextmanager
def media_worker(folder: Path, **limits: Any) -> Iterator[WorkerPool]:
    """Run a media worker that may read and write below one folder."""
    pool = WorkerPool(WorkerSpec("importer.media_tasks", (str(folder),), (str(folder),), **limits))
    try:
        pool.layers(QuietJob())
        yield pool
    finally:
        pool.close()


def scan_folder(folder: Path, media: WorkerPool) -> ScanResult:
    """Scan a folder with nobody watching."""
    return scan(open_source(str(folder)), media, StrictJudge(), QuietJob())


def import_folder(
    folder: Path, library: Library, media: WorkerPool, judge: StrictJudge | None = None, job: Job | None = None
) -> ImportReport:
    """Import everything in a folder."""
    judge, job = judge or StrictJudge(), job or QuietJob()
    found = scan(open_source(str(folder)), media, judge, job)
    return import_files(make_plan(found, everything=True), library, media, judge, job)


def codes_by_path(problems: list[Any]) -> dict[str, set[str]]:
    """Group problems by path."""
    codes: dict[str, set[str]] = {}
    for problem in problems:
        codes.setdefault(problem.path, set()).add(problem.code)
    return codes


def all_paths(result: ScanResult) -> dict[str, Instance]:
    """Name every instance by its path and those of its duplicates."""
    return {path: one for one in result.instances() for path in (one.path, *one.duplicates)}


def assert_adds_up(result: ScanResult) -> None:
    """Check that every entry is in exactly one list, in the archives too."""
    for totals in (result.totals, *(archive.totals for archive in result.archives)):
        assert totals.entries == totals.dicom + totals.not_dicom + totals.unreadable + totals.refused
        assert totals.instances <= totals.dicom


def assert_receipt_adds_up(report: ImportReport) -> None:
    """Check that every planned content has exactly one end."""
    assert report.planned == report.imported + report.already + report.failed + report.left
    assert min(report.imported, report.already, report.failed, report.left) >= 0
    assert report.conflicts <= report.imported
    assert report.damaged <= report.imported


def shelf_hashes(library: Library) -> set[str]:
    """List the hash of each object on the shelf, as the file names say."""
    return {path.stem for path in (Path(library.folder) / "objects").rglob("*.dcm")}
