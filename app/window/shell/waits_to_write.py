"""A shelf that can only be looked at, as another window has it: asks again and again whether it can be changed now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.window.jobs.job_runner import JobRunner
    from core.ui.notice import Notice

ASK_AGAIN_MS = 3000


class WaitsToWrite(QObject):
    """Tries by itself, and at once when the notice's button is pressed."""

    over = Signal(object)  # the notice, which is not true any more

    def __init__(self, jobs: JobRunner, notice: Notice) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self._notice: Notice | None = notice
        self._asking = False
        self._timer = QTimer(self, interval=ASK_AGAIN_MS)
        self._timer.timeout.connect(self.ask)
        self._timer.start()
        notice.add_action(QCoreApplication.translate("WaitsToWrite", "Try again"), self.ask)
        notice.closed.connect(self._forget_notice)

    def ask(self) -> None:
        """Try, unless the last try is not over yet."""
        if self._asking:
            return
        from app.window.jobs.job_runner import Task

        self._asking = True
        task: Task[bool] = Task(done=self._answered, failed=lambda _: self._answered(False), stopped=self._stop)
        self._jobs.run(self._jobs.watching, lambda job: self._jobs.library_if_writable(), task)

    def _answered(self, writable: bool) -> None:
        self._asking = False
        if writable:
            self._stop()
            if self._notice is not None:
                self.over.emit(self._notice)
            self.deleteLater()

    def _forget_notice(self) -> None:
        self._notice = None

    def _stop(self) -> None:
        self._timer.stop()
