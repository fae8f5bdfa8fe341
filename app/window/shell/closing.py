"""The question that is asked when the window is closed while images are being put on the shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.discs import unfinished_words as say

if TYPE_CHECKING:
    from core.ui.confirm import Confirm


class ClosingQuestion(QObject):
    """Asks once, counts on while it is open, and goes away by itself when everything has arrived."""

    confirmed = Signal()

    def __init__(self, jobs: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._jobs, self._window = jobs, window
        self.dialog: Confirm | None = None
        self._asking = False
        jobs.line_changed.connect(lambda _: self._count() if self.dialog is not None else None)
        jobs.imports_changed.connect(self._over)

    def ask(self) -> None:
        """Ask, or bring the question that is open to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
        else:
            self._count()

    def _count(self) -> None:
        if not self._asking:
            self._asking = True
            task: Task[tuple[int, int]] = Task(done=lambda sums: self._show(*sums), failed=lambda _: self._show(0, 0))
            self._jobs.run(self._jobs.asking, lambda job: _sums(self._jobs), task)

    def _show(self, here: int, of: int) -> None:
        self._asking = False
        if not self._jobs.importing:
            return
        title, sentences = say.closing_words(here, of)
        if self.dialog is None:
            self._open(title, sentences)
        else:
            self.dialog.title.setText(title)
            for label, words in zip(self.dialog.findChildren(QLabel, "sentence"), sentences, strict=True):
                label.setText(words)

    def _open(self, title: str, sentences: tuple[str, ...]) -> None:
        from core.ui.confirm import Confirm

        dialog = self.dialog = Confirm(title, sentences, self.tr("Stop and close"), "", self._window)
        dialog.no.setText(self.tr("Go on"))
        dialog.no.setAccessibleName(self.tr("Go on"))
        dialog.accepted.connect(self.confirmed)
        dialog.finished.connect(self._answered)
        dialog.ask()

    def _answered(self) -> None:
        self.dialog = None

    def _over(self) -> None:
        if self.dialog is not None and not self._jobs.importing:
            self.dialog.reject()


def _sums(jobs: JobRunner) -> tuple[int, int]:
    """Count what is here of what is being brought. Runs in a lane thread."""
    running = [one for one in jobs.library().unfinished() if one.import_id in jobs.importing]
    return sum(one.here for one in running), sum(one.of or 0 for one in running)
