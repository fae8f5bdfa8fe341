"""The work behind "Discs & drives": what runs in lanes, and how far it is."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.jobs.workbench import Desk
from app.window.places.discs import words as say
from core.errors import LibraryError, SourceError
from core.job import Job
from core.lanes import Progress
from core.ui.dates import moment_text

if TYPE_CHECKING:
    from dicom.source import Content
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from importer.scan.known import Known
    from importer.sources.media import Medium

log = logging.getLogger(__name__)


class Pace:
    """Guess the time that is left from what was done so far."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def left(self, done: int, total: int) -> float | None:
        """Give seconds, or None while it is too early to say."""
        gone = time.monotonic() - self._begun
        return gone * (total - done) / done if done and total and gone > 2 else None


def scan_path(desk: Desk, path: str, job: Job) -> ScanResult:
    """Look at a source in its own media worker. Runs in a lane thread."""
    from importer.scan.scanning import scan
    from importer.sources.opening import open_source

    source = open_source(path)
    workers = desk.workers()
    media = workers.media(source)
    try:
        result = scan(source, media, workers.decoder, job)
    except BaseException:
        media.close()
        raise
    if not result.needs_worker:
        result.close()
    return result


def scan_and_compare(desk: Desk, path: str, job: Job) -> tuple[ScanResult, Known | None]:
    """Look at a source, and whether the shelf knows what is on it. Runs in a lane thread."""
    result = scan_path(desk, path, job)
    return result, known_of(desk, result)


def known_of(desk: Desk, scan: ScanResult) -> Known | None:
    """Say how much of a source seems to be on the shelf; None where the shelf cannot be asked, which it says itself.

    Runs in a lane thread.
    """
    from importer.scan.known import known_on_shelf

    try:
        return known_on_shelf(scan, desk.library())
    except LibraryError as error:
        log.info("the shelf could not be asked before an import: %s", error.code)
        return None


def media_with_marks(media: list[Medium]) -> list[tuple[Medium, str]]:
    """Put beside each medium what tells it from the next one in the same drive, "" where that is not known.

    Runs in a lane thread.
    """
    return [(medium, _mark_of(medium)) for medium in media]


def _mark_of(medium: Medium) -> str:
    if medium.kind not in {"disc", "removable"}:
        return ""
    try:
        root = Path(medium.path).stat()
    except OSError:
        return ""
    made = root.st_mtime_ns if medium.kind == "disc" else 0  # a stick's root changes when it is written to
    return f"{medium.device} {medium.label} {root.st_dev} {made}"


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that was recorded and has not copied anything yet."""

    plan: ImportPlan
    import_id: str


def plan_of(scan: ScanResult, ticked: list[str]) -> ImportPlan:
    """Plan what was ticked of a source. Runs in a lane thread."""
    from importer.plan import make_plan

    persons, deleted = say.chosen_keys(scan.patients, ticked)
    return make_plan(scan, persons, deleted=deleted)


def begin_on_shelf(desk: Desk, plan: ImportPlan) -> Begun:
    """Record what is to be brought, so that it leaves a word whatever happens. Runs in a lane thread."""
    from importer.copy.importing import begin

    begun = Begun(plan, begin(plan, desk.library()))
    desk.import_begun(begun.import_id)
    return begun


def bring(desk: Desk, begun: Begun, job: Job) -> ImportReport:
    """Copy what was recorded. Runs in a lane thread."""
    from importer.copy.importing import import_files

    try:
        library, workers = desk.library(), desk.workers()
        media = workers.media(begun.plan.scan.source, library.incoming)
        try:
            return import_files(begun.plan, library, media, workers.decoder, job, begun.import_id)
        finally:
            media.close()
    finally:
        desk.import_over(begun.import_id)


def note_stopped(desk: Desk, begun: Begun) -> None:
    """Save the receipt of an import that was stopped before it copied anything. Runs in a lane thread."""
    from importer.receipts.receipt import ImportReport, receipt_of

    report = ImportReport(begun.plan, begun.import_id, len(begun.plan.items), end="stopped")
    desk.library().save_receipt(begun.import_id, receipt_of(report))


def keep_on_shelf(desk: Desk, scan: ScanResult, ticked: list[str], job: Job) -> ImportReport:
    """Import what was ticked of a source. Runs in a lane thread."""
    return bring(desk, begin_on_shelf(desk, plan_of(scan, ticked)), job)


def still_in(medium: Medium | None, mark: str) -> None:
    """Raise `SourceError` where another disc lies in the drive than the one that was looked at."""
    if medium is not None and mark and _mark_of(medium) != mark:
        raise SourceError("medium-gone")


def keeping_line(images: int, whose: str, progress: Progress | None, pace: Pace) -> str:
    """Write the strip's line of an import."""
    if progress is None:
        return say.keeping_words(images, whose, 0, 0, None)
    return say.keeping_words(images, whose, progress.done, progress.total, pace.left(progress.done, progress.total))


def count_words(progress: Progress) -> str:
    """Write how many files have been read."""
    said = QCoreApplication.translate("Discs", "{done} of {total} files")
    return said.format(done=f"{progress.done:,}", total=f"{progress.total:,}")


def a_picture(scan: ScanResult) -> Content | None:
    """Choose an image from the middle of the largest series that holds pictures; nothing out of a recycle bin."""
    from importer.bins import is_deleted

    series = [s for patient in scan.patients for study in patient.studies for s in study.series]
    shown = [s for s in series if (s.modality or "") not in {"SR", "PR", "KO", "SEG", "REG", "DOC"}] or series
    present = ([one for one in s.instances if not is_deleted(one)] for s in shown)
    largest = max(present, key=len, default=[])
    return scan.content(largest[len(largest) // 2]) if largest else None


def first_study(report: ImportReport) -> str:
    """Name the first study of an import as the shelf does."""
    for patient in report.plan.scan.patients:
        if patient.key in report.plan.kept_as and patient.studies:
            return f"{report.plan.kept_as[patient.key]}:{patient.studies[0].study_instance_uid or ''}"
    return ""


def now_words() -> str:
    """Write this moment in the person's format."""
    return moment_text(datetime.now())
