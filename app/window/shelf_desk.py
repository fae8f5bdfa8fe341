"""The glue of "My shelf": finds studies, shows the chosen one, opens it, moves it to the bin and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.window import copies_words
from app.window import shelf_words as say
from app.window.copies_desk import CopiesDesk
from app.window.desk import Desk, Task
from app.window.formats import name_words, study_words
from app.window.person_buttons import one_kind
from app.window.shelf_vocabulary import shelf_vocabulary
from core.isolates import isolated
from core.job import Job
from library.ui.entries import StudyPreview
from library.ui.shelf_panel import ShelfPanel

if TYPE_CHECKING:
    from dicom.source import Content
    from library.rows import BinEntry, InstanceRow, SeriesRow, StudyRow
    from library.shelf import Library
    from viewer.known import KnownSeries

THUMBNAIL_PIXELS = 144


@dataclass(frozen=True, slots=True)
class Binned:
    """What was moved to the bin, or came back from there: whose, how the shelf names it, and its entry of the bin."""

    study: str  # `person:UID`, as `Library.delete` takes it
    entry: str  # as `Library.restore` takes it
    patient_name: str | None
    what: str


class ShelfDesk(QObject):
    """Feeds the panel from the library."""

    view_requested = Signal(str, list, list)  # title, contents, known series
    binned = Signal(object)  # Binned
    restored = Signal(object)
    send_requested = Signal(object)  # StudyRow
    share_requested = Signal(object)

    def __init__(self, desk: Desk, panel: ShelfPanel) -> None:
        super().__init__()
        self._desk, self._panel = desk, panel
        self._rows: dict[str, StudyRow] = {}  # as they are shown
        self._text = ""  # what they were found by
        self._entries: list[BinEntry] = []
        self._leaving: set[str] = set()  # on their way to the bin: nothing else is done with them
        self._wanted = ""
        self._opening = 0  # of several studies that were asked for, the newest is shown
        panel.find_requested.connect(self.find)
        panel.chosen.connect(self.preview)
        panel.open_requested.connect(self.open)
        panel.bin_requested.connect(self.bin)
        panel.send_requested.connect(lambda study: self._hand_on(study, self.send_requested))
        panel.share_requested.connect(lambda study: self._hand_on(study, self.share_requested))
        panel.show_bin_requested.connect(self.show_bin)
        panel.restore_requested.connect(self.restore)
        self.copies = CopiesDesk(desk, panel, self._copy_chosen)

    def find(self, text: str) -> None:
        """Ask the library for the studies that fit."""
        words = shelf_vocabulary()
        task: Task[list[StudyRow]] = Task(done=lambda rows: self._found(text, rows))
        self._desk.run(self._desk.asking, lambda job: self._desk.library().studies(text or None, words=words), task)

    def choose(self, study: str) -> None:
        """Choose a study (`person:key`) as soon as its row is there."""
        self._wanted = study
        self._panel.table.choose(study)  # nothing is chosen until it is there: nobody else's images meanwhile
        self._panel.search.clear()
        self._panel.ask_again()

    def preview(self, study: str) -> None:
        """Show a study at the right."""
        row = self._rows.get(study)
        if row is None:
            return
        task: Task[tuple[StudyPreview, list[tuple[str, Content]]]] = Task(done=lambda made: self._previewed(*made))
        self._desk.run(self._desk.asking, lambda job: self._look_up(row, job), task)

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

        def done(found: tuple[list[Content], list[KnownSeries]]) -> None:
            if number == self._opening:
                self.view_requested.emit(title, *found)

        self._desk.run(self._desk.asking, lambda job: self._contents(uid), Task(done=done))

    def _hand_on(self, study: str, signal: SignalInstance) -> None:
        row = self._staying_row(study)
        if row is not None:
            signal.emit(row)

    def _staying_row(self, study: str) -> StudyRow | None:
        return None if study in self._leaving else self._rows.get(study)

    def bin(self, study: str) -> None:
        """Move a study to the bin; it leaves the list at once, and nothing else is chosen instead."""
        row = self._staying_row(study)
        if row is None:
            return
        self._leaving.add(study)
        self._show_rows()
        what = one_kind(row.modalities)

        def done(entries: tuple[str, ...]) -> None:
            self._stays(study)
            self.binned.emit(Binned(study, entries[0] if entries else "", row.patient_name, what))

        def failed(error: Exception) -> None:
            self._stays(study)
            self._desk.failed.emit(error)

        self._change(lambda library: library.delete([study]).entries, Task(done, failed, lambda: self._stays(study)))

    def bin_again(self, binned: Binned) -> None:
        """Move to the bin once more what was just brought back from there."""

        def done(entries: tuple[str, ...]) -> None:
            self._after_change()
            self.binned.emit(replace(binned, entry=entries[0] if entries else ""))

        self._change(lambda library: library.delete([binned.study]).entries, Task(done))

    def restore(self, entry: str) -> None:
        """Put something back from the bin, named by its line there."""
        found = next((one for one in self._entries if one.id == entry), None)
        if found is None:
            return
        uid = found.uid if found.uid.startswith(f"{found.person_key}:") else f"{found.person_key}:{found.uid}"
        binned = Binned(uid, entry, found.patient_name, say.binned_what(found))

        def back() -> None:
            self._after_change()
            self.restored.emit(binned)

        self._bring_back(binned, back)

    def bring_back(self, binned: Binned, then: Callable[[], None]) -> None:
        """Take back that something was moved to the bin, and choose it."""

        def back() -> None:
            self._wanted = binned.study
            self._after_change()
            then()

        self._bring_back(binned, back)

    def _bring_back(self, binned: Binned, then: Callable[[], None]) -> None:
        def failed(error: Exception) -> None:
            self._after_change()
            self._desk.failed.emit(error)

        self._change(lambda library: library.restore([binned.entry]).entries, Task(lambda _: then(), failed))

    def show_bin(self) -> None:
        """Show what is in the bin."""
        task: Task[list[BinEntry]] = Task(done=self._show_bin)
        self._desk.run(self._desk.asking, lambda job: self._desk.library().bin(), task)

    def _copy_chosen(self, study: str) -> None:
        self._wanted = study
        self._panel.ask_again()

    def _show_bin(self, entries: list[BinEntry]) -> None:
        self._entries = entries
        self._panel.show_bin(say.bin_lines(entries))

    def _change(self, act: Callable[[Library], tuple[str, ...]], task: Task[tuple[str, ...]]) -> None:
        """Change the shelf beside an import, which may take long; the shelf itself lets in one at a time."""
        self._desk.run(self._desk.lane("changing"), lambda job: act(self._desk.library()), task)

    def _stays(self, study: str) -> None:
        self._leaving.discard(study)
        self._after_change()

    def _after_change(self) -> None:
        self._panel.ask_again()
        if self._panel.bin is not None:
            self.show_bin()

    def _found(self, text: str, rows: list[StudyRow]) -> None:
        if not self._panel.waits_for(text):
            return
        self._rows, self._text = {say.study_id(row): row for row in rows}, text
        self._show_rows()
        if self._wanted in self._rows:
            self._panel.table.choose(self._wanted)
        self._wanted = ""

    def _show_rows(self) -> None:
        self._panel.show_persons(self._text, say.persons_of(self._staying(self._rows)))

    def _staying(self, rows: dict[str, StudyRow]) -> list[StudyRow]:
        return [row for study, row in rows.items() if study not in self._leaving]

    def _look_up(self, row: StudyRow, job: Job) -> tuple[StudyPreview, list[tuple[str, Content]]]:
        library, study = self._desk.library(), say.study_id(row)
        series = library.series(study)
        preview = say.preview_of(row, series, library.receipts(study))
        decided = sum(one.why == "chosen" for one in library.copies_aside(study))
        preview = replace(preview, copies=copies_words.button_words(row.conflicts, decided))
        job.check()
        middle = _middle_of_each(series, library.instance_refs(study))
        return preview, [(key, library.object_content(instance.sha256)) for key, instance in middle.items()]

    def _previewed(self, preview: StudyPreview, pictures: list[tuple[str, Content]]) -> None:
        self._panel.show_study(preview)
        self._desk.pictures.keep_only(lambda key: not isinstance(key, tuple) or key[0] != "shelf")
        for series, content in reversed(pictures):
            show = partial(self._panel.set_thumbnail, preview.key, series)
            self._desk.picture(("shelf", preview.key, series), content, THUMBNAIL_PIXELS, show)

    def _contents(self, study: str) -> tuple[list[Content], list[KnownSeries]]:
        from viewer.known import KnownSeries

        library = self._desk.library()
        grouped: dict[str, list[Content]] = {}
        rows = library.instance_refs(study)
        for row in rows:
            grouped.setdefault(row.series_key, []).append(library.object_content(row.sha256))
        studies = dict.fromkeys(f"{row.person_key}:{row.study_key}" for row in rows)
        named = [one for key in studies for one in library.series(key) if one.key in grouped]
        known = [
            KnownSeries(
                f"known {one.key}",
                tuple(grouped[one.key]),
                one.series_instance_uid,
                one.series_number,
                one.series_description,
                one.modality,
            )
            for one in named
        ]
        return [content for members in grouped.values() for content in members], known


def _middle_of_each(series: list[SeriesRow], instances: list[InstanceRow]) -> dict[str, InstanceRow]:
    """Choose the middle instance of each series."""
    grouped: dict[str, list[InstanceRow]] = {one.key: [] for one in series}
    for instance in instances:
        grouped.setdefault(instance.series_key, []).append(instance)
    return {key: members[len(members) // 2] for key, members in grouped.items() if members}
