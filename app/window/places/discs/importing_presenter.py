"""The glue of putting a source on the shelf: whose images, recording what is to come, copying, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from app.actions import importing, scanning
from app.actions.importing import Begun
from app.window.appearance.formats import size_words
from app.window.jobs.imports import begin_noted, bring_noted
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.discs import receipt_words
from app.window.places.discs import words as say
from app.window.places.discs.held import Held
from app.window.places.discs.progress import Pace, keeping_line, now_words
from app.words.messages import Messages
from core.errors import Cancelled, ScanshelfError
from core.job import Job
from core.lanes import Progress
from dicom.amounts import Amount
from importer.reasons import NO_IMAGES, nothing_found
from importer.ui.discs_panel import DiscsPanel
from importer.ui.summary import ProblemLine, total_of

if TYPE_CHECKING:
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from library.index.rows import Unfinished


class Show(Protocol):
    """Shows the card of a source in a state."""

    def __call__(self, held: Held, state: str, **more: object) -> None:
        """Show it."""


class ImportingPresenter(QObject):
    """Each import is recorded before its first byte, and told as unfinished until it is complete."""

    kept = Signal(str)  # a sentence for a notification
    unfinished_changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        panel: DiscsPanel,
        messages: Messages,
        sources: Mapping[str, Held],
        show: Show,
        problems: Callable[[ScanResult], tuple[ProblemLine, ...]],
    ) -> None:
        super().__init__()
        self._jobs, self._panel, self._messages = jobs, panel, messages
        self._sources, self._show, self._problems = sources, show, problems
        panel.keep_requested.connect(self.keep)
        panel.persons_chosen.connect(self.keep_persons)

    def keep(self, source_id: str) -> None:
        """Put a source on the shelf; where several persons are on it, ask whose images first."""
        held = self._sources.get(source_id)
        if held is None or held.scan is None or held.job:
            return
        patients = held.scan.patients
        persons = say.person_lines(patients)
        deleted = say.person_lines(patients, deleted=True)
        if len(persons) > 1 or deleted or any(person.variants for person in persons):
            self._panel.ask_persons(source_id, persons + deleted)
        else:
            self.keep_persons(source_id, [person.key for person in persons])

    def keep_persons(self, source_id: str, ticked: list[str]) -> None:
        """Put what was ticked on the shelf: the images of these persons, or those they have in a recycle bin."""
        held = self._sources.get(source_id)
        if held is None or held.scan is None or held.job or not held.scan.patients:
            return
        scan = held.scan
        lines = say.person_lines(scan.patients) + say.person_lines(scan.patients, deleted=True)
        amount = total_of(line for line in lines if line.key in ticked)
        self._begin(held, lambda: importing.plan_of_ticked(scan, ticked), amount)

    def go_on(self, held: Held, unfinished: Unfinished) -> None:
        """Go on with an import that was cut off, with the choice the person made then."""
        scan = held.scan
        if scan is not None and not held.job:
            left = Amount((unfinished.of or 0) - unfinished.here)
            self._begin(held, lambda: importing.plan_of_rest(scan, unfinished), left)

    def _begin(self, held: Held, plan: Callable[[], ImportPlan], amount: Amount) -> None:
        """Record first what shall be brought, beside whatever is being copied; then wait for the copying."""
        held.importing, held.begun, held.ran = True, None, False

        asked: list[Job] = []

        def begin(job: Job) -> Begun:
            asked.append(job)
            scanning.still_in(held.on, held.mark)
            planned = plan()
            job.check()
            return begin_noted(self._jobs, planned)

        def done(begun: Begun) -> None:
            held.begun = begun
            if _is_stopped(asked[0]):  # while it was being recorded, or before that was heard of here
                self._keep_stopped(held)
            else:
                self._bring(held, begun, amount)

        task: Task[Begun] = Task(
            done=done,
            failed=lambda error: self._keep_failed(held, error),
            stopped=lambda: self._keep_stopped(held),
        )
        held.job = self._jobs.run(self._jobs.asking, begin, task)
        self._show(held, "importing", note=self.tr("Getting ready"))

    def _bring(self, held: Held, begun: Begun, amount: Amount) -> None:
        pace, whose = Pace(), receipt_words.brought_words(begun.plan)

        def work(job: Job) -> ImportReport:
            held.ran = True
            return bring_noted(self._jobs, begun, job)

        held.job = self._jobs.run(
            self._jobs.keeping,
            work,
            Task(
                done=lambda report: self._was_kept(held, report),
                failed=lambda error: self._keep_failed(held, error),
                stopped=lambda: self._keep_stopped(held),
                progress=lambda progress: self._keeping(held, progress),
                line=lambda progress: keeping_line(amount, whose, progress, pace),
            ),
        )
        self._show(held, "importing", note=self.tr("Waiting for its turn"))
        self.unfinished_changed.emit()

    def stop_imports(self) -> None:
        """Stop what is being put on the shelf: what is there stays, the rest is told as unfinished."""
        for held in self._sources.values():
            if held.importing:
                self._jobs.stop(held.job)

    def _was_kept(self, held: Held, report: ImportReport) -> None:
        held.job, held.importing, held.report, held.when = "", False, report, now_words()
        note = receipt_words.headline(report) + "."
        if held.medium and not report.unread:
            note += " " + self.tr("You can take it out.")
        problems = receipt_words.ended_and_problems(self._messages, report)
        self._show(held, "kept", note=note, left=receipt_words.left_behind_words(report), problems=problems)
        self.unfinished_changed.emit()
        self.kept.emit(note)

    def _keep_failed(self, held: Held, error: Exception) -> None:
        held.job, held.importing = "", False
        problems = self._problems(held.scan) if held.scan else ()
        if isinstance(error, ScanshelfError):
            none = error.code == NO_IMAGES and held.scan is not None
            code = nothing_found(held.scan.problems) if none and held.scan is not None else error.code
            ended = say.problem_of(self._messages, code, "loss")
            problems = say.told_once(ended, problems, self._messages) if none else (ended, *problems)
        else:
            self._jobs.failed.emit(error)
        self._show(held, "ready", problems=problems)
        self.unfinished_changed.emit()

    def _keep_stopped(self, held: Held) -> None:
        held.job, held.importing = "", False
        if held.begun is not None and not held.ran:
            self._stopped_waiting(held.begun)
        words = self._messages.for_code("stopped")
        self._show(held, "ready", note=f"{words.what} {words.means} {words.do}")
        self.unfinished_changed.emit()

    def _stopped_waiting(self, begun: Begun) -> None:
        """Take down that nothing of it was copied because it was stopped."""
        self._jobs.import_over(begun.import_id)
        task: Task[None] = Task(done=lambda _: self.unfinished_changed.emit())
        self._jobs.run(self._jobs.asking, lambda job: importing.note_stopped(begun, self._jobs.library()), task)

    def _keeping(self, held: Held, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        note = self.tr("{done} of {total} are on your computer").format(
            done=size_words(progress.done), total=size_words(progress.total)
        )
        self._show(held, "importing", note=note, share=share)


def _is_stopped(job: Job) -> bool:
    try:
        job.check()
    except Cancelled:
        return True
    return False
