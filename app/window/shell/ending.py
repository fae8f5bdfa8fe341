"""Closing the window: the question before it, ending all work, and waiting for what takes a moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.window.shell.main_window import MainWindow
from core.qt import Bridge

if TYPE_CHECKING:
    from app.window.jobs.job_runner import JobRunner
    from app.window.shell.parts import Parts

CLOSING_SECONDS = 5.0
AT_ONCE_SECONDS = 0.05


class Ending(QObject):
    """Ends what was begun and nothing else: what was never made is not made for it."""

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__()
        self._window, self._parts = window, parts
        self._thread: threading.Thread | None = None
        self._over = False
        self._asked = False  # nothing more is asked before closing
        self._bridge = Bridge(self)  # the jobs' own one closes with them

    def may_close(self) -> bool:
        """Tell whether the window may close now; asks first where images are being put on the shelf."""
        jobs = self._parts.jobs.made
        if jobs is not None and jobs.importing and not self._asked and not self._over:
            self._parts.closing_question().ask()
            return False
        return self.close()

    def close(self) -> bool:
        """Stop all work; tells whether the window may close now (it closes by itself when the work has ended)."""
        if self._over:
            return True
        if (discs := self._parts.discs_presenter.made) is not None:
            discs.stop()
        if self._thread is None:
            if (viewer := self._parts.viewer.made) is not None:
                viewer.stop()
            portal, jobs = self._parts.portal.made, self._parts.jobs.made
            waits = portal is not None and portal.begin_end()
            self._over = jobs is None or self._end_in_background(jobs, 0.0 if waits else AT_ONCE_SECONDS)
        return self._over

    def end(self) -> None:
        """Close without a question: it was answered, or the system asks the program to end."""
        self._asked = True
        self._window.close()

    def session_ends(self) -> None:
        """Stop what is being put on the shelf in good order: the person logs out, and there is little time."""
        if (discs := self._parts.discs_presenter.made) is not None:
            discs.keeping.stop_imports()

    def _end_in_background(self, jobs: JobRunner, seconds: float) -> bool:
        """Stop and close all beside the window: workers, and a shelf on a slow disk, take their time.

        Tells whether that was over within so many seconds, as it is where nothing was at work.
        """

        def close() -> None:
            try:
                jobs.close(CLOSING_SECONDS)
            finally:
                self._bridge.post(self._ended)

        self._thread = threading.Thread(target=close, name="closing", daemon=True)
        self._thread.start()
        self._thread.join(seconds)
        if not self._thread.is_alive():
            return True
        self._window.setEnabled(False)
        self._window.setWindowTitle(self.tr("Scanshelf is stopping…"))
        return False

    def _ended(self) -> None:
        if not self._over:
            self._over = True
            self._window.close()
