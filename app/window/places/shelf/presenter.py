"""The glue of "My shelf": finds studies, shows the chosen one, opens it, moves it to the bin and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint, Signal, SignalInstance

from app.actions import binning, opening
from app.actions.binning import Moved
from app.actions.opening import Opened
from app.window.appearance.formats import name_words, study_words
from app.window.appearance.person_buttons import named, one_exam
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.shelf import bin_words, copies_words, several_words
from app.window.places.shelf import words as say
from app.window.places.shelf.copies_presenter import CopiesPresenter
from app.window.places.shelf.order import renewed
from app.window.places.shelf.vocabulary import shelf_vocabulary
from core.changes import Changes
from core.job import Job
from core.language.isolates import isolated
from library.ui.entries import Order, ShelfPerson, StudyPreview
from library.ui.shelf_panel import ShelfPanel

if TYPE_CHECKING:
    from app.window.places.shelf.purge_question import PurgeQuestion
    from dicom.source import Content
    from library.index.rows import BinEntry, DeleteReport, StudyRow
    from library.shelf import Library

THUMBNAIL_PIXELS = 144
MANY = 100  # more rows than these are asked for with all others
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Binned:
    """What was moved to the bin, or came back from there: in words, how the shelf names it, its entries of the bin."""

    studies: tuple[str, ...]  # each `person:UID`, as `Library.delete` takes it
    entries: tuple[str, ...]  # as `Library.restore` takes them
    whose: str

    @property
    def key(self) -> str:
        """Name the deed."""
        return " ".join(self.entries)

    @property
    def several(self) -> bool:
        """Tell whether it is more than one."""
        return len(self.studies) > 1


class ShelfPresenter(QObject):
    """Feeds the panel from the library."""

    opening = Signal()  # one was asked for, and is looked up
    not_opened = Signal(object)  # Exception
    view_requested = Signal(str, list, list)  # title, contents, known series
    binned = Signal(object)  # Binned
    restored = Signal(object)
    purged = Signal(tuple, str)  # entries of the bin that are gone for good, and that in words
    order_changed = Signal(object)  # Order
    send_requested = Signal(object)  # StudyRow
    share_requested = Signal(object)

    def __init__(self, jobs: JobRunner, panel: ShelfPanel, order: Order) -> None:
        super().__init__()
        self._jobs, self._panel = jobs, panel
        self._rows: dict[str, StudyRow] = {}  # as they are shown
        self._text: str | None = None  # what they were found by; None before the first answer
        self._previewed_study = ""  # what is shown of it is as it stands on the shelf
        self._changed = 0  # how often something of the shelf did
        self._arranging = 0  # of several orders that were asked for, the newest is shown
        self._entries: list[BinEntry] = []
        self.question: PurgeQuestion | None = None
        self._leaving: set[str] = set()  # on their way to the bin: nothing else is done with them
        self._wanted: tuple[str, ...] = ()  # to be chosen as soon as they are there
        self._said_of: set[str] = set()  # those of them of which the shelf said meanwhile whether they are
        self._opening = 0  # of several studies that were asked for, the newest is shown
        panel.find_requested.connect(self.find)
        panel.chosen.connect(self.preview)
        panel.open_requested.connect(self.open)
        panel.bin_requested.connect(lambda study: self.bin((study,)))
        panel.bin_several_requested.connect(self.bin)
        panel.several_chosen.connect(self._show_several)
        panel.menu_requested.connect(self._show_menu)
        panel.order_changed.connect(self._sort)
        panel.purge_requested.connect(lambda entry: self.ask_purge([entry]))
        panel.empty_requested.connect(lambda: self.ask_purge([entry.id for entry in self._entries]))
        panel.show_order(order)
        panel.send_requested.connect(lambda study: self._hand_on(study, self.send_requested))
        panel.share_requested.connect(lambda study: self._hand_on(study, self.share_requested))
        panel.show_bin_requested.connect(self.show_bin)
        panel.restore_requested.connect(self.restore)
        self.copies = CopiesPresenter(jobs, panel, self._copy_chosen)

    def find(self, text: str) -> None:
        """Ask the library for the studies that fit."""
        words = shelf_vocabulary()
        task: Task[list[StudyRow]] = Task(done=lambda rows: self._found(text, rows))
        self._jobs.run(self._jobs.asking, lambda job: self._jobs.library().studies(text or None, words=words), task)

    def refresh(self, changes: Changes) -> None:
        """Show what changed: the rows of the studies named, or all where nobody knows which or a word is searched."""
        if not changes.of_shelf:
            return
        if self._panel.bin is not None:
            self.show_bin()
        names = changes.studies
        self._changed += 1
        if changes.shelf or self._previewed_study in names:
            self._previewed_study = ""
        if changes.shelf or len(names) > MANY or self._text != "" or not self._panel.waits_for(""):
            self._panel.ask_again()
            return
        task: Task[dict[str, StudyRow]] = Task(done=lambda rows: self._renew(names, rows))
        self._jobs.run(self._jobs.asking, lambda job: self._jobs.library().rows_of(sorted(names)), task)

    def _renew(self, studies: frozenset[str], rows: dict[str, StudyRow]) -> None:
        if self._text != "":  # something is searched for meanwhile, and that answer knows of it
            return
        self._rows = renewed(self._rows, studies, rows)
        self._show_found(studies)

    def choose(self, study: str) -> None:
        """Choose a study (`person:key`) as soon as its row is there."""
        self._panel.table.choose(study)  # nothing is chosen until it is there: nobody else's images meanwhile
        self._panel.search.clear()
        self._choose_when_there((study,))

    def _choose_when_there(self, studies: tuple[str, ...]) -> None:
        self._wanted, self._said_of = studies, set()
        self.refresh(Changes(frozenset(studies)))

    def preview(self, study: str) -> None:
        """Show a study at the right, unless it is shown there as it stands."""
        row = self._rows.get(study)
        if row is None or (study == self._previewed_study and self._panel.preview.shows(study)):
            return
        self._previewed_study = ""
        changed = self._changed

        def done(made: tuple[StudyPreview, list[tuple[str, Content]]]) -> None:
            if changed == self._changed:
                self._previewed_study = study
            self._previewed(*made)

        task: Task[tuple[StudyPreview, list[tuple[str, Content]]]] = Task(done)
        self._jobs.run(self._jobs.asking, lambda job: self._look_up(row, job), task)

    def open(self, study: str) -> None:
        """Show a study's images in the viewer."""
        row = self._staying_row(study)
        if row is None:
            return
        name = isolated(name_words(row.patient_name, guessed=row.name_guessed))
        title = f"{name} · {isolated(study_words(row.study_description, row.modalities))}"
        self._open(title, study)

    def open_uid(self, uid: str) -> None:
        """Show what a study, series or SOP Instance UID names on the shelf."""
        self._open("", uid)

    def open_no_more(self) -> None:
        """Leave aside what was asked for and has not come: something else is shown."""
        self._opening += 1

    def _open(self, title: str, uid: str) -> None:
        self._opening += 1
        number = self._opening

        def done(opened: Opened) -> None:
            if number == self._opening:
                self.view_requested.emit(title, opened.contents, opened.known)

        def failed(error: Exception) -> None:
            if number == self._opening:
                self.not_opened.emit(error)

        self.opening.emit()
        task = Task(done=done, failed=failed)
        self._jobs.run(self._jobs.asking, lambda job: opening.from_shelf(self._jobs.library(), uid), task)

    def _hand_on(self, study: str, signal: SignalInstance) -> None:
        row = self._staying_row(study)
        if row is not None:
            signal.emit(row)

    def _staying_row(self, study: str) -> StudyRow | None:
        return None if study in self._leaving else self._rows.get(study)

    def bin(self, studies: Sequence[str]) -> None:
        """Move studies to the bin; they leave the list at once, and nothing else is chosen instead."""
        rows = {study: row for study in studies if (row := self._staying_row(study)) is not None}
        if not rows:
            return
        self._leaving |= set(rows)
        self._show(self._panel.table.shelf.persons)

        def done(moved: Moved) -> None:
            self._rows = {study: row for study, row in self._rows.items() if not moved.entries.get(study)}
            self._stay(rows)
            gone = {study: entry for study, entry in moved.entries.items() if entry}
            if gone:
                whose = self._whose([rows[study] for study in gone])
                self.binned.emit(Binned(tuple(gone), tuple(gone.values()), whose))
            if moved.error is not None:
                self._jobs.failed.emit(moved.error)

        self._change(
            lambda library: binning.move_each(library, tuple(rows)), Task(done, stopped=lambda: self._stay(rows))
        )

    def bin_again(self, binned: Binned) -> None:
        """Move to the bin once more what was just brought back from there."""

        def done(moved: Moved) -> None:
            gone = {study: entry for study, entry in moved.entries.items() if entry}
            if gone:
                self.binned.emit(replace(binned, studies=tuple(gone), entries=tuple(gone.values())))
            if moved.error is not None:
                self._jobs.failed.emit(moved.error)

        self._change(lambda library: binning.move_each(library, binned.studies), Task(done))

    def _whose(self, rows: Sequence[StudyRow]) -> str:
        if len(rows) > 1:
            return several_words.whose_words(rows)
        return named(rows[0].patient_name, one_exam(rows[0].modalities))

    def restore(self, entry: str) -> None:
        """Put something back from the bin, named by its line there."""
        found = next((one for one in self._entries if one.id == entry), None)
        if found is None:
            return
        uid = found.uid if found.uid.startswith(f"{found.person_key}:") else f"{found.person_key}:{found.uid}"
        binned = Binned((uid,), (entry,), named(found.patient_name, say.binned_what(found)))

        self._bring_back(binned, lambda: self.restored.emit(binned))

    def bring_back(self, binned: Binned, then: Callable[[], None]) -> None:
        """Take back that something was moved to the bin, and choose it."""

        def back() -> None:
            self._choose_when_there(binned.studies)
            then()

        self._bring_back(binned, back)

    def _bring_back(self, binned: Binned, then: Callable[[], None]) -> None:
        self._change(lambda library: library.restore(binned.entries), Task(lambda _: then()))

    def ask_purge(self, entries: Sequence[str]) -> None:
        """Ask, with what and how much it is, whether lines of the bin shall be deleted for good."""
        found = [entry for entry in self._entries if entry.id in set(entries)]
        if not found or self.question is not None:
            return
        from app.window.places.shelf.purge_question import PurgeQuestion

        self.question = PurgeQuestion(found, self._panel.window())
        self.question.finished.connect(self._answered)
        self.question.accepted.connect(lambda: self._purge(found))
        self.question.ask()

    def _answered(self) -> None:
        self.question = None

    def _purge(self, found: Sequence[BinEntry]) -> None:
        entries = tuple(entry.id for entry in found)

        def done(report: DeleteReport) -> None:
            self.purged.emit(entries, bin_words.gone_words(report, found))

        self._change(lambda library: library.purge(entries), Task(done))

    def show_bin(self) -> None:
        """Show what is in the bin."""
        task: Task[list[BinEntry]] = Task(done=self._show_bin)
        self._jobs.run(self._jobs.asking, lambda job: self._jobs.library().bin(), task)

    def _copy_chosen(self, study: str) -> None:
        self._choose_when_there((study,))

    def _show_bin(self, entries: list[BinEntry]) -> None:
        self._entries = entries
        self._panel.show_bin(say.bin_lines(entries))

    def _change(self, act: Callable[[Library], T], task: Task[T]) -> None:
        """Change the shelf beside an import, which may take long; the shelf itself lets in one at a time."""
        self._jobs.run(self._jobs.lane("changing"), lambda job: act(self._jobs.library()), task)

    def _stay(self, studies: Iterable[str]) -> None:
        self._leaving -= set(studies)
        self._show_rows()

    def _found(self, text: str, rows: list[StudyRow]) -> None:
        if not self._panel.waits_for(text):
            return
        before, self._text = self._rows, text
        self._rows = {say.study_id(row): row for row in rows}
        if self._rows.get(self._previewed_study) != before.get(self._previewed_study):
            self._previewed_study = ""
        self._show_found(self._wanted)

    def _show_found(self, answered: Collection[str]) -> None:
        self._said_of |= set(answered)
        self._show_rows()

    def _show_rows(self) -> None:
        """Have the rows sorted and written beside the window: a thousand would halt it."""
        self._arranging += 1
        number, rows, order = self._arranging, list(self._rows.values()), self._panel.order

        def done(persons: list[ShelfPerson]) -> None:
            if number == self._arranging:
                self._show(persons)
                self._choose_wanted()

        self._jobs.run(self._jobs.lane("arranging"), lambda job: say.persons_of(rows, order), Task(done=done))

    def _show(self, persons: Sequence[ShelfPerson]) -> None:
        self._panel.show_persons(self._text or "", say.without(persons, self._leaving))

    def _choose_wanted(self) -> None:
        if any(study in self._rows for study in self._wanted):
            self._panel.table.choose(*self._wanted)
        if set(self._wanted) <= self._said_of:
            self._wanted = ()

    def _sort(self, order: Order) -> None:
        self._panel.show_order(order)
        self._show_rows()
        self.order_changed.emit(order)

    def _show_several(self, studies: tuple[str, ...]) -> None:
        rows = [row for study in studies if (row := self._staying_row(study)) is not None]
        if len(rows) == len(studies):
            self._panel.show_several(several_words.several_of(studies, rows))

    def _show_menu(self, studies: tuple[str, ...], place: QPoint) -> None:
        rows = [row for study in studies if (row := self._staying_row(study)) is not None]
        if rows and len(rows) == len(studies):
            self._panel.show_menu(several_words.menu_words_of(studies, rows), place)

    def _look_up(self, row: StudyRow, job: Job) -> tuple[StudyPreview, list[tuple[str, Content]]]:
        library, study = self._jobs.library(), say.study_id(row)
        series = library.series(study)
        preview = say.preview_of(row, series, library.receipts(study))
        decided = sum(one.why == "chosen" for one in library.copies_aside(study))
        preview = replace(preview, copies=copies_words.button_words(row.conflicts, decided))
        job.check()
        return preview, opening.middle_of_each(library, study, series)

    def _previewed(self, preview: StudyPreview, pictures: list[tuple[str, Content]]) -> None:
        self._panel.show_study(preview)
        self._jobs.pictures.keep_only(lambda key: not isinstance(key, tuple) or key[0] != "shelf")
        for series, content in reversed(pictures):
            show = partial(self._panel.set_thumbnail, preview.key, series)
            self._jobs.picture(("shelf", preview.key, series), content, THUMBNAIL_PIXELS, show)
