"""Files opened from outside: macOS sends them as events to the application, also before its window is filled."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFileOpenEvent


class OpenedFiles(QObject):
    """Keeps what was opened until somebody can look at it, then hands each on at once."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._waiting: list[str] = []
        self._look: Callable[[list[str]], None] | None = None
        application.installEventFilter(self)

    def begin(self, look: Callable[[list[str]], None]) -> None:
        """Hand over what came so far, and from now on what comes."""
        self._look = look
        waiting, self._waiting = self._waiting, []
        if waiting:
            look(waiting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files that are opened; everything else goes its way."""
        if event.type() != QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return super().eventFilter(watched, event)
        path = event.file() or event.url().toLocalFile()
        if path and self._look is None:
            self._waiting.append(path)
        elif path and self._look is not None:
            self._look([path])
        return bool(path)
