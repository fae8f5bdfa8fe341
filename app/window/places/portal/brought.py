"""What became of an exam that was brought from a portal: onto the shelf whole, or in part, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.actions import importing, scanning
from app.window.jobs.workbench import Desk
from app.window.places.discs.words import person_lines
from app.words.messages import Messages
from core.job import Job
from core.ui.parts import Tone

if TYPE_CHECKING:
    from app.window.places.portal.work import PortalWork
    from importer.receipts.receipt import ImportReport


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Brought", text, None, n)


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


def bring_to_shelf(desk: Desk, work: PortalWork, folder: Path, damaged: int, job: Job) -> Brought:
    """Put what was downloaded on the shelf, and remove it once nothing of it is still to come. In a lane thread."""
    came = sum(1 for _ in folder.rglob("*.dcm"))
    scan = scanning.look_at(scanning.named_source(str(folder)), desk.workers(), job)
    try:
        plan = importing.plan_of_ticked(scan, [patient.key for patient in scan.patients])
        begun = importing.begin(plan, desk.library())
        desk.import_begun(begun.import_id)
        try:
            report = importing.bring(begun, desk.library(), desk.workers(), job)
        finally:
            desk.import_over(begun.import_id)
    finally:
        scan.close()
    if report.end == "complete" and not report.failed:
        work.remove_download(folder)
    return Brought(report, came, len(person_lines(scan.patients)), damaged)


def brought_words(messages: Messages, title: str, brought: Brought) -> tuple[Tone, str, str, str]:
    """Say how an exam came to the shelf, and where it is not one person's alone."""
    tone: Tone = "good"
    said, means, do = words("{what} is on your shelf.").format(what=title), "", ""
    if not brought.whole():
        tone = "amber" if brought.kept() else "loss"
        said, means, do = partial_words(messages, title, brought)
    if brought.persons > 1:
        tone = "loss"
        several = words("Images of several persons came with it; each person's are kept apart, under the own name.")
        ask = words("Look on your shelf whose they are, and tell the practice.")
        means, do = f"{means} {several}".strip(), f"{do} {ask}".strip()
    return tone, said, means, do


def partial_words(messages: Messages, title: str, brought: Brought) -> tuple[str, str, str]:
    """Say how many of an exam's images are on the shelf, why not all, and what to do."""
    said = words("{kept} of %n image(s) of {what} (is|are) on your shelf.", brought.of()).format(
        kept=f"{brought.kept():,}", what=title
    )
    again = words("Download the exam again: it goes on where it was.")
    end = brought.report.end
    if end == "no-space":
        return said, messages.for_code(end).what, words("Empty the wastebasket to make room.") + " " + again
    if end != "complete":
        return said, messages.for_code(end).what, again
    if brought.report.failed:
        return said, words("The others could not be put there."), again
    if brought.damaged:
        why = words("%n image(s) (is|are) damaged on the portal and did not come.", brought.damaged)
        return said, why, words("Ask whoever sent this exam to the portal to send it again.")
    return (
        said,
        words("The others that came cannot be read as images."),
        words("Ask the practice to look at this exam."),
    )
