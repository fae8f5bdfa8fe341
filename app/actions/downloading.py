"""Bringing an exam of the account here: into a folder that was named, or onto the shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.actions import importing, scanning
from core.errors import PortalError
from core.job import Job

if TYPE_CHECKING:
    from app.actions.signing_in import OpenAccount
    from app.build import Workers
    from core.files.own_folder import OwnFolder
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from portal.names import ExamId
    from portal.wire.exams import Exam


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where an exam came to, and how many of its images the portal says are damaged there."""

    folder: Path
    damaged: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of an exam that was downloaded: `came` images, and `damaged` ones the portal could not give."""

    report: ImportReport
    came: int
    persons: int = 1
    damaged: int = 0

    def kept(self) -> int:
        """Count what is on the shelf."""
        return self.report.imported + self.report.already

    def of(self) -> int:
        """Count what should be there."""
        return max(self.came, self.report.planned) + self.damaged

    def whole(self) -> bool:
        """Tell whether each image that came is on the shelf."""
        return self.report.end == "complete" and self.kept() >= self.of()


def fetch(home: OpenAccount, downloads: OwnFolder, exam: Exam, job: Job) -> Fetched:
    """Bring an exam into a folder of its own, from where it is put on the shelf; goes on where it was."""
    with _folder_trouble():
        about = (home.portal.url, home.account.id, exam.id)
        downloads.adopt(exam.id, *about)
        folder = downloads.folder(*about)
    return Fetched(folder, home.portal.download_exam(exam, folder, job).damaged)


def put_on_shelf(
    fetched: Fetched,
    downloads: OwnFolder,
    workers: Workers,
    job: Job,
    bring: Callable[[ImportPlan, Job], ImportReport],
) -> Brought:
    """Import what was fetched, and remove it once nothing of it is still to come; `bring` records and copies."""
    came = sum(1 for _ in fetched.folder.rglob("*.dcm"))
    scan = scanning.look_at(scanning.named_source(str(fetched.folder)), workers, job)
    try:
        plan = importing.plan_of_ticked(scan, [patient.key for patient in scan.patients])
        report = bring(plan, job)
    finally:
        scan.close()
    if report.end == "complete" and not report.failed:
        let_go(downloads, fetched.folder)
    return Brought(report, came, _persons(scan), fetched.damaged)


def let_go(downloads: OwnFolder, folder: Path) -> bool:
    """Remove what `fetch` brought, once it is on the shelf; what else is there stays. Tells if it is gone."""
    from portal.client.download import is_ours

    return downloads.remove(folder, is_ours)


def report(home: OpenAccount, reports: OwnFolder, exam: ExamId, job: Job) -> Path:
    """Bring an exam's report into a file of this person alone; gives its path."""
    with _folder_trouble():
        folder = reports.make()
    path = folder / f"{reports.name(home.portal.url, home.account.id, exam)}.pdf"
    home.portal.bring_report(exam, path, job)
    return path


def _persons(scan: ScanResult) -> int:
    from importer.bins import images_of
    from importer.people.who_is_here import questions_of

    questions = questions_of(scan.patients)
    return sum(any(images_of(study) for person in one.persons for study in person.studies) for one in questions)


@contextmanager
def _folder_trouble() -> Iterator[None]:
    """Say that something else stands where this program's own folder is."""
    try:
        yield
    except (NotADirectoryError, FileExistsError) as problem:
        raise PortalError("downloads-unusable") from problem
