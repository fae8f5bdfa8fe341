"""Checking every file and row of the shelf, and making its index again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.job import Job
from dicom.source import FileContent

if TYPE_CHECKING:
    from app.build import Workers
    from dicom.model import Header
    from library.report import Problem, VerifyReport
    from library.shelf import Library


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read again, and all that was found wrong, also while the index was made anew."""

    report: VerifyReport
    problems: tuple[Problem, ...]


def verify(library: Library, job: Job) -> Verified:
    """Read every object and row again."""
    report = library.verify(job)
    return Verified(report, tuple(report.problems))


def rebuild(library: Library, workers: Workers, job: Job) -> Verified:
    """Make the index again from the files of the shelf, then read everything again."""
    rebuilt = library.rebuild(_header_reader(workers, job), job).problems
    report = library.verify(job)
    return Verified(report, (*rebuilt, *(problem for problem in report.problems if problem not in rebuilt)))


def _header_reader(workers: Workers, job: Job) -> Callable[[Path], Header]:
    """Read one object's header where foreign bytes may be read: in a worker."""
    return lambda path: workers.decoder.salvage_header(FileContent(str(path), path.stem), job)
