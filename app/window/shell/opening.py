"""Opening an exam in the viewer: what is shown while it comes, and leaving that again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.window.shell.engines import Engines
    from app.window.shell.frame import Frame
    from app.window.shell.parts import Parts
    from dicom.source import Content
    from viewer.study.known import KnownSeries
    from viewer.ui.viewer_panel import ViewerPanel


class Opening(QObject):
    """Goes to the viewer at once; of several exams that were asked for, the newest is shown."""

    def __init__(self, frame: Frame, engines: Engines, parts: Parts) -> None:
        super().__init__()
        self._frame, self._window, self._engines = frame, frame.window, engines
        self._jobs, self._viewer, self._shelf = parts.jobs, parts.viewer, parts.shelf_presenter
        self._notices = parts.notices
        self._newest = 0  # which exam is waited for until the viewer is there
        self._panel: ViewerPanel | None = None

    def show_from_source(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        """Show a study of a source; what was asked for on the shelf and has not come is not wanted any more."""
        if (shelf := self._shelf.made) is not None:
            shelf.open_no_more()
        self._viewer().opening.forget()
        self.show_study(title, contents, known)

    def show_study(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        """Show a study in the viewer; its series are named at once, before they are read."""
        self._newest += 1
        number = self._newest
        if self._viewer().panel is not None:
            self._show(title, contents, known)
            return
        from app.window.jobs.job_runner import Task

        self._show_opening()

        def show() -> None:
            if number == self._newest:
                self._show(title, contents, known)

        def hold() -> None:
            if self._viewer().panel is None and self._panel is not None:
                self._hold(self._panel)
            QTimer.singleShot(0, self, show)

        def done(_: None) -> None:
            if number == self._newest:  # each in a turn of its own: all together halt the window
                if self._panel is None:
                    self._panel = self._engines.make_viewer(self._jobs(), self._frame, self._notices.in_two_sentences)
                QTimer.singleShot(0, self, hold)

        task: Task[None] = Task(done=done, failed=self.failed)
        jobs = self._jobs()
        jobs.run(jobs.asking, lambda job: self._engines.prepare_viewer(jobs), task)

    def begin(self) -> None:
        """Show that another exam is being opened."""
        self._viewer().opening.forget()
        self._show_opening()

    def leave(self) -> None:
        """Go back: what was to be opened is not wanted any more."""
        self._newest += 1
        if (shelf := self._shelf.made) is not None:
            shelf.open_no_more()
        self._viewer().show_no_opening()
        self._window.go_back()

    def failed(self, error: Exception) -> None:
        """Go back and say what kept it from being opened."""
        self.leave()
        self._notices.explain(error)

    def _show_opening(self) -> None:
        self._window.go_to("viewer")
        self._viewer().show_opening()

    def _show(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        self._window.go_to("viewer")  # first: only a place that is shown can be given the keys
        self._viewer().show_study(title, contents, known)

    def _hold(self, panel: ViewerPanel) -> None:
        panel.close_requested.connect(self._window.go_back)
        panel.full_screen_requested.connect(self._window.show_bare)
        self._viewer().hold(panel)
