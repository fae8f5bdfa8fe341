"""The glue of "Discs & drives": looks at sources, asks whose they are, puts them on the shelf, shows the receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.actions import importing, opening, scanning
from app.window.appearance.formats import name_words, size_words, study_words
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.discs import receipt_words
from app.window.places.discs import words as say
from app.window.places.discs.exam_facts import exam_facts
from app.window.places.discs.held import Held, Sums
from app.window.places.discs.importing_presenter import ImportingPresenter
from app.window.places.discs.progress import count_words
from app.words.known import known_words
from app.words.messages import Messages
from core.changes import Changes
from core.errors import LibraryError, ScanshelfError
from core.lanes import Progress
from core.language.isolates import isolated
from importer.reasons import may_hold_more, nothing_found
from importer.ui.discs_panel import DiscsPanel
from importer.ui.summary import DiscCard, ProblemLine

if TYPE_CHECKING:
    from core.job import Job
    from importer.results import ScanResult
    from importer.scan.known import Known
    from importer.sources.media import Medium

LOOK_FOR_MEDIA_MS = 2000
THUMBNAIL_PIXELS = 192
KINDS = {
    "disc": "disc-3",
    "removable": "usb",
    "mounted": "hard-drive",
    "network": "hard-drive",
    "fixed": "hard-drive",
}
ARCHIVE_ENDINGS = frozenset({".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".7z", ".rar", ".lzma"})


class DiscsPresenter(QObject):
    """Feeds the panel from the importer; what it asks of the window leaves as signals."""

    view_requested = Signal(str, list, list)  # title, contents, known series
    shelf_requested = Signal(str)  # text to find
    kept = Signal(str)  # a sentence for a notification
    unfinished_changed = Signal()  # what is in, what runs, or what was cut off

    def __init__(
        self,
        jobs: JobRunner,
        panel: DiscsPanel,
        messages: Messages,
        list_media: Callable[[], list[Medium]],
        looks_by_itself: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._jobs, self._panel, self._messages = jobs, panel, messages
        self._list_media, self._looks_by_itself = list_media, looks_by_itself
        self.sources: dict[str, Held] = {}
        self._ignored: set[str] = set()
        self.asking_for_media = False
        self.keeping = ImportingPresenter(jobs, panel, messages, self.sources, self._show, self._problems_of)
        self._timer = QTimer(self, interval=LOOK_FOR_MEDIA_MS)
        self._timer.timeout.connect(self.look_for_media)
        self._connect()

    def start(self) -> None:
        """Look for media now and then every two seconds."""
        self._timer.start()
        self.look_for_media()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def add_paths(self, paths: list[str], *, view: bool = False) -> None:
        """Take in what was dropped or chosen, and look at it; with `view` show it where it is one study."""
        for path in paths:
            self._ignored.discard(path)
            if path not in self.sources:
                self.sources[path] = Held(path, Path(path).name or path, *self._of_path(path))
                self._ask_folder(self.sources[path])
            self.sources[path].view = view and len(paths) == 1  # of several, whose images were meant is not known
            self.look_at(path)
            self._panel.bring_to_sight(path)

    def look_at(self, source_id: str) -> None:
        """Read what is on a source."""
        held = self.sources.get(source_id)
        if held is None or held.job:
            return
        title = held.title
        self._panel.set_thumbnail(source_id, None)
        reading = self.tr("Reading {title}").format(title=isolated(title))
        held.job = self._jobs.run(
            self._jobs.reading,
            lambda job: _look_and_compare(self._jobs, held.path, job),
            Task(
                done=lambda found: self._scanned(held, *found),
                failed=lambda error: self._scan_failed(held, error),
                stopped=lambda: self._stopped(held),
                progress=lambda progress: self._reading(held, progress),
                line=lambda progress: (
                    f"{reading} · {count_words(progress)}" if progress and progress.total else reading
                ),
            ),
        )
        self._show(held, "looking", note=self.tr("Waiting for its turn"))

    def view(self, source_id: str, study_key: str) -> None:
        """Show a study straight from the source."""
        held = self.sources.get(source_id)
        if held is None or held.scan is None or not held.scan.patients:
            return
        patient, study = say.study_of(held.scan, study_key)
        modalities = [series.modality for series in study.series]
        name = name_words(patient.patient_name, guessed=bool(patient.doubtful_name))
        title = f"{isolated(name)} · {isolated(study_words(study.study_description, modalities))}"
        opened = opening.from_source(held.scan, study)
        self.view_requested.emit(title, opened.contents, opened.known)

    def look_for_media(self) -> None:
        """Ask the system what is in, unless the last question is not answered yet."""
        if not self.asking_for_media:
            self.asking_for_media = True
            task = Task(done=self._media_seen, failed=self._media_unseen, stopped=self._media_done)
            self._jobs.run(self._jobs.watching, lambda job: scanning.with_marks(self._list_media()), task)

    def _media_seen(self, media: list[tuple[Medium, str]]) -> None:
        self._media_done()
        there = {medium.path: (medium, mark) for medium, mark in media if medium.kind != "fixed"}
        for path, held in list(self.sources.items()):
            mark = there[path][1] if path in there else ""
            another = mark and held.mark and mark != held.mark
            if held.medium and not held.job and (path not in there or another):
                self._forget(path)
        for path, (medium, mark) in there.items():
            if path not in self.sources and path not in self._ignored:
                self._new_medium(path, medium, mark)
        self._ignored &= set(there)

    def _media_unseen(self, error: Exception) -> None:
        """Say it (the same is said once) and ask again: the next answer may be better."""
        self._media_done()
        self._jobs.failed.emit(error)

    def _media_done(self) -> None:
        self.asking_for_media = False

    def _new_medium(self, path: str, medium: Medium, mark: str) -> None:
        words = {"disc": self.tr("Disc"), "removable": self.tr("USB stick or drive"), "network": self.tr("Network")}
        kind = words.get(medium.kind, self.tr("Drive"))
        self.sources[path] = Held(path, medium.label, kind, KINDS[medium.kind], medium=True, mark=mark, on=medium)
        if self._looks_by_itself() and medium.kind in {"disc", "removable"}:
            self.look_at(path)
        else:
            self._panel.show_card(say.found_card(path, medium.label, kind, KINDS[medium.kind]))

    def compare_again(self, changes: Changes) -> None:
        """The shelf has changed: say anew how much of what waits to be put there is there already, where it may be."""
        for held in self.sources.values():
            card = self._panel.card_of(held.path)
            if held.scan is not None and card is not None and card.state == "ready":
                studies = (study.study_instance_uid for patient in held.scan.patients for study in patient.studies)
                if changes.may_be_of(studies):
                    self._compare(held, held.scan)

    def _compare(self, held: Held, scan: ScanResult) -> None:
        def done(known: Known | None) -> None:
            card = self._panel.card_of(held.path)
            if held.scan is scan and card is not None and card.state == "ready":
                held.known = known
                self._panel.show_card(replace(card, on_shelf=known_words(known, say.words)))

        self._jobs.run(self._jobs.asking, lambda job: _known_of(self._jobs, scan), Task(done=done))

    def _scanned(self, held: Held, result: ScanResult, known: Known | None, sums: Sums) -> None:
        self._let_go(held)
        held.known, held.sums = known, sums
        self._panel.ask_no_more(held.path)
        held.job, held.scan, held.report, held.fresh = "", result, None, True
        self._panel.set_thumbnail(held.path, None)
        if not result.patients:
            files = self._problems_of(result)
            calm = held.medium and not may_hold_more(result.problems) and not any(one.lost for one in files)
            nothing = say.problem_of(self._messages, nothing_found(result.problems), "" if calm else "amber")
            self._show(held, "empty", problems=say.told_once(nothing, files, self._messages))
            return
        self._show(held, "ready", problems=self._problems_of(result))
        self._ask_thumbnail(held, result)
        only_one = sum(len(patient.studies) for patient in result.patients) == 1
        if held.view and only_one and self._panel.isVisibleTo(self._panel.window()):  # else something else is looked at
            self.view(held.path, "")
        held.view = False
        self.unfinished_changed.emit()

    def _problems_of(self, result: ScanResult) -> tuple[ProblemLine, ...]:
        return (
            *say.shared_line(self._messages, result.patients),
            *say.problem_lines(self._messages, result.problems, result.listings),
            *say.deleted_line(self._messages, result.patients),
        )

    def _scan_failed(self, held: Held, error: Exception) -> None:
        held.job = ""
        if not isinstance(error, ScanshelfError):
            self._jobs.failed.emit(error)
        code = error.code if isinstance(error, ScanshelfError) else "source-unopenable"
        self._show(held, "unreadable", problems=(say.problem_of(self._messages, code, "loss"),))

    def _stopped(self, held: Held) -> None:
        held.job = ""
        self._show(held, "ready" if held.scan else "found", note=self.tr("You stopped it."))

    def _reading(self, held: Held, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        self._show(held, "looking", note=say.reading_note(progress.done, progress.total), share=share)

    def _show(self, held: Held, state: str, **more: object) -> None:
        card = DiscCard(held.path, held.title, held.kind, held.icon, state)  # type: ignore[arg-type]
        if held.sums is not None and state != "looking":
            persons = held.sums.persons
            studies = sum(len(person.studies) for person in persons)
            images = sum(person.images for person in persons)
            card = replace(
                card, persons=persons, exams=exam_facts(persons), studies=studies, images=images, size=held.sums.size
            )
        if state == "ready":
            card = replace(card, on_shelf=known_words(held.known, say.words))
        self._panel.show_card(replace(card, **more))  # type: ignore[arg-type]

    def _show_receipt(self, source_id: str) -> None:
        held = self.sources.get(source_id)
        if held is not None and held.report is not None:
            self._panel.show_receipt(
                receipt_words.receipt(self._messages, source_id, held.title, held.when, held.report)
            )

    def _show_on_shelf(self, source_id: str) -> None:
        held = self.sources.get(source_id)
        if held is None:
            return
        report = held.report
        self._panel.show_cards()
        self.shelf_requested.emit(importing.first_study(report) if report is not None else "")

    def _ask_thumbnail(self, held: Held, result: ScanResult) -> None:
        content = opening.a_picture(result)
        if content is not None:
            self._jobs.picture(
                ("disc", held.path), content, THUMBNAIL_PIXELS, lambda image: self._show_thumbnail(held, result, image)
            )

    def _show_thumbnail(self, held: Held, result: ScanResult, image: QImage) -> None:
        if self.sources.get(held.path) is held and held.scan is result:
            self._panel.set_thumbnail(held.path, image)

    def _forget(self, source_id: str) -> None:
        self._let_go(self.sources.pop(source_id, None))
        self._panel.ask_no_more(source_id)
        self._panel.remove_card(source_id)
        self.unfinished_changed.emit()

    def _let_go(self, held: Held | None) -> None:
        """End the worker of a scan that is not needed any more, without waiting for it here."""
        scan = held.scan if held is not None else None
        if scan is not None and scan.needs_worker:
            self._jobs.run(self._jobs.watching, lambda job: scan.close(), Task(done=lambda _: None))

    def _remove(self, source_id: str) -> None:
        self._ignored.add(source_id)
        self._forget(source_id)

    def _stop(self, source_id: str) -> None:
        held = self.sources.get(source_id)
        if held is not None:
            self._jobs.stop(held.job)

    def _ask_folder(self, held: Held) -> None:
        """Find out beside the window whether a path is a folder; the network drive it lies on may be gone."""

        def done(folder: bool) -> None:
            if folder != (held.icon == "folder"):
                held.kind, held.icon = (self.tr("Folder"), "folder") if folder else (self.tr("File"), "file-text")
                if (card := self._panel.card_of(held.path)) is not None:
                    self._panel.show_card(replace(card, kind=held.kind, icon=held.icon))

        self._jobs.run(self._jobs.lane("kinds", 2), lambda job: scanning.is_folder(held.path), Task(done=done))

    def _of_path(self, path: str) -> tuple[str, str]:
        """Say what a path is by its name alone: where it lies may answer late, or never."""
        ending = Path(path).suffix.casefold()
        if not ending:
            return self.tr("Folder"), "folder"
        if ending == ".zip":
            return self.tr("ZIP archive"), "file-archive"
        if ending in ARCHIVE_ENDINGS:
            return self.tr("Archive"), "file-archive"
        return (self.tr("Disc image"), "disc-3") if ending == ".iso" else (self.tr("File"), "file-text")

    def _connect(self) -> None:
        panel, keeping = self._panel, self.keeping
        keeping.unfinished_changed.connect(self.unfinished_changed)
        keeping.kept.connect(self.kept)
        panel.scan_requested.connect(self.look_at)
        panel.look_requested.connect(self.view)
        panel.stop_requested.connect(self._stop)
        panel.receipt_requested.connect(self._show_receipt)
        panel.shelf_requested.connect(self._show_on_shelf)
        panel.remove_requested.connect(self._remove)


def _look_and_compare(jobs: JobRunner, path: str, job: Job) -> tuple[ScanResult, Known | None, Sums]:
    """Look at a source, count what is on it, and see whether the shelf knows that. Runs in a lane thread."""
    job.report(0, 0, "scan")  # its turn has come
    scan = scanning.look_at(scanning.named_source(path), jobs.workers(), job)
    return scan, _known_of(jobs, scan), _sums_of(scan)


def _known_of(jobs: JobRunner, scan: ScanResult) -> Known | None:
    try:
        return scanning.known_of(scan, jobs.library())
    except LibraryError:  # it cannot be opened, which it says itself when it is asked for something
        return None


def _sums_of(scan: ScanResult) -> Sums:
    from importer.bins import is_deleted

    size = sum(one.size for one in scan.instances() if not is_deleted(one))
    return Sums(say.person_lines(scan.patients), size_words(size))
