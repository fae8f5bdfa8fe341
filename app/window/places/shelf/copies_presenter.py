"""The glue of comparing copies: shows those that contradict each other, and records which one counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.actions.comparing import copies_to_decide, heal_shelf
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.shelf import copies_words as say
from app.window.places.shelf.words import exam_lines
from core.errors import ScanshelfError
from core.job import Job
from library.ui.copies_view import PICTURE
from library.ui.shelf_panel import ShelfPanel

if TYPE_CHECKING:
    from dicom.source import Content
    from library.index.rows import TwinRow
    from library.shelf import Library

Found = tuple[str, dict[str, list["TwinRow"]], dict[str, "Content"], tuple[str, ...]]


class CopiesPresenter(QObject):
    """Feeds the page of copies from the library."""

    decided = Signal(object)  # TwinRow of the copy that counts
    taken_back = Signal(object)  # one of the copies that all count again

    def __init__(self, jobs: JobRunner, panel: ShelfPanel, changed: Callable[[str], None]) -> None:
        super().__init__()
        self._jobs, self._panel, self._changed = jobs, panel, changed
        self._groups: dict[str, list[TwinRow]] = {}
        self._study = ""
        panel.compare_requested.connect(self.show)
        panel.copy_chosen.connect(self.choose)
        panel.choice_taken_back.connect(self.take_back)
        jobs.library_opened.connect(lambda read_only, _codes: None if read_only else self.heal())

    def show(self, study: str) -> None:
        """Show a study's copies that are not the same."""
        self._study = study
        task: Task[Found] = Task(done=self._show)
        self._jobs.run(self._jobs.asking, lambda job: _look_up(self._jobs.library(), study), task)

    def heal(self) -> None:
        """Compare in the background what earlier imports kept as damaged or in conflict beside another copy."""

        def failed(error: Exception) -> None:
            if not isinstance(error, ScanshelfError):  # else it is tried again at the next start
                self._jobs.failed.emit(error)

        def heal(job: Job) -> int:
            with self._jobs.told_together():
                return heal_shelf(self._jobs.library(), self._jobs.workers, job)

        self._jobs.run(self._jobs.lane("healing"), heal, Task(lambda _: None, failed))

    def choose(self, uid: str, sha256: str) -> None:
        """Let one copy count."""
        row = next((one for one in self._groups.get(uid, ()) if one.sha256 == sha256), None)
        if row is not None:
            self._change(lambda library: library.choose_copy(row), lambda: self.decided.emit(row))

    def take_back(self, uid: str) -> None:
        """Let all of them count again."""
        rows = self._groups.get(uid)
        if rows:
            self.take_choice_back(rows[0], lambda: None)

    def take_choice_back(self, row: TwinRow, then: Callable[[], None]) -> None:
        """Let all copies of an image count again."""

        def done() -> None:
            self.taken_back.emit(row)
            then()

        uid, person = row.sop_instance_uid or "", row.person_key
        self._change(lambda library: library.take_choice_back(uid, person), done)

    def _change(self, act: Callable[[Library], None], then: Callable[[], None]) -> None:
        study = self._study

        def done(_: None) -> None:
            self._done(study)
            then()

        def failed(error: Exception) -> None:
            self._show_again(study)
            self._jobs.failed.emit(error)

        task: Task[None] = Task(done, failed)
        self._jobs.run(self._jobs.lane("changing"), lambda job: act(self._jobs.library()), task)

    def _done(self, study: str) -> None:
        self._changed(study)
        self._show_again(study)

    def _show_again(self, study: str) -> None:
        """Show what stands now, unless the person has left the page meanwhile."""
        if self._panel.copies is not None:
            self.show(study)

    def _show(self, found: Found) -> None:
        study, groups, contents, exam = found
        if study != self._study:
            return
        self._groups = groups
        self._panel.show_copies([say.copy_group(uid, rows) for uid, rows in groups.items()], exam)
        for sha256, content in contents.items():
            show = partial(self._panel.set_copy_picture, sha256)
            self._jobs.picture(("copy", sha256), content, PICTURE * 2, show)


def _look_up(library: Library, study: str) -> Found:
    groups = copies_to_decide(library, study)
    contents: dict[str, Content] = {
        row.sha256: library.object_content(row.sha256) for rows in groups.values() for row in rows
    }
    return study, groups, contents, exam_lines(library.study(study))
