"""The glue of "My shelf": finds studies, shows the chosen one, opens it, moves it to the bin and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.window import shelf_words as say
from app.window.desk import Desk, Task
from app.window.formats import name_words, study_words
from core.job import Job
from library.ui.entries import StudyPreview
from library.ui.shelf_panel import ShelfPanel

if TYPE_CHECKING:
    from dicom.source import Content
    from library.rows import BinEntry, InstanceRow, SeriesRow, StudyRow

THUMBNAIL_PIXELS = 144


class ShelfDesk(QObject):
    """Feeds the panel from the library."""

    view_requested = Signal(str, list)  # title, contents
    binned = Signal(str, str)  # words, what `Library.restore` takes
    send_requested = Signal(object)  # StudyRow
    share_requested = Signal(object)

    def __init__(self, desk: Desk, panel: ShelfPanel) -> None:
        super().__init__()
        self._desk, self._panel = desk, panel
        self._rows: dict[str, StudyRow] = {}
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

    def find(self, text: str) -> None:
        """Ask the library for the studies that fit."""
        task: Task[list[StudyRow]] = Task(done=lambda rows: self._found(text, rows))
        self._desk.run(self._desk.asking, lambda job: self._desk.library().studies(text or None), task)

    def choose(self, study: str) -> None:
        """Choose a study (`person:key`) as soon as its row is there."""
        self._wanted = study
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
        row = self._rows.get(study)
        if row is None:
            return
        name = f"\u2068{name_words(row.patient_name)}\u2069"
        title = f"{name} · {study_words(row.study_description, row.modalities)}"
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

        def done(contents: list[Content]) -> None:
            if number == self._opening:
                self.view_requested.emit(title, contents)

        self._desk.run(self._desk.asking, lambda job: self._contents(uid), Task(done=done))

    def _hand_on(self, study: str, signal: SignalInstance) -> None:
        row = self._rows.get(study)
        if row is not None:
            signal.emit(row)

    def bin(self, study: str) -> None:
        """Move a study to the bin."""
        row = self._rows.get(study)
        if row is not None:
            what = f"{study_words(row.study_description, row.modalities)}, \u2068{name_words(row.patient_name)}\u2069"
            done = self._after(lambda entries: self.binned.emit(what, entries[0] if entries else ""))
            task: Task[tuple[str, ...]] = Task(done=done)
            self._desk.run(self._desk.keeping, lambda job: self._desk.library().delete([study]).entries, task)

    def restore(self, entry: str) -> None:
        """Put something back from the bin."""
        done = self._after(lambda _: self.show_bin() if self._panel.bin is not None else None)
        task: Task[tuple[str, ...]] = Task(done=done)
        self._desk.run(self._desk.keeping, lambda job: self._desk.library().restore([entry]).entries, task)

    def show_bin(self) -> None:
        """Show what is in the bin."""
        task: Task[list[BinEntry]] = Task(done=lambda entries: self._panel.show_bin(say.bin_lines(entries)))
        self._desk.run(self._desk.asking, lambda job: self._desk.library().bin(), task)

    def _after(self, then: Callable[[tuple[str, ...]], object]) -> Callable[[tuple[str, ...]], None]:
        def act(entries: tuple[str, ...]) -> None:
            self._panel.ask_again()
            then(entries)

        return act

    def _found(self, text: str, rows: list[StudyRow]) -> None:
        self._rows = {say.study_id(row): row for row in rows}
        self._panel.show_persons(text, say.persons_of(rows))
        if self._wanted in self._rows:
            self._panel.table.choose(self._wanted)
        self._wanted = ""

    def _look_up(self, row: StudyRow, job: Job) -> tuple[StudyPreview, list[tuple[str, Content]]]:
        library, study = self._desk.library(), say.study_id(row)
        series = library.series(study)
        preview = say.preview_of(row, series, library.receipts(study))
        job.check()
        middle = _middle_of_each(series, library.instance_refs(study))
        return preview, [(key, library.object_content(instance.sha256)) for key, instance in middle.items()]

    def _previewed(self, preview: StudyPreview, pictures: list[tuple[str, Content]]) -> None:
        self._panel.show_study(preview)
        self._desk.pictures.keep_only(lambda key: not isinstance(key, tuple) or key[0] != "shelf")
        for series, content in reversed(pictures):
            show = partial(self._panel.set_thumbnail, preview.key, series)
            self._desk.picture(("shelf", preview.key, series), content, THUMBNAIL_PIXELS, show)

    def _contents(self, study: str) -> list[Content]:
        library = self._desk.library()
        return [library.object_content(row.sha256) for row in library.instance_refs(study)]


def _middle_of_each(series: list[SeriesRow], instances: list[InstanceRow]) -> dict[str, InstanceRow]:
    """Choose the middle instance of each series."""
    grouped: dict[str, list[InstanceRow]] = {one.key: [] for one in series}
    for instance in instances:
        grouped.setdefault(instance.series_key, []).append(instance)
    return {key: members[len(members) // 2] for key, members in grouped.items() if members}
