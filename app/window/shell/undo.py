"""What was just done, with the way back: one notice with a button, and Ctrl+Z for each deed, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from app.window.shell.main_window import MainWindow
from app.words.messages import Words
from core.ui.notice import Notice


@dataclass(frozen=True, slots=True)
class Undoable:
    """One thing that was done: said in words, and how to take it back (`undo` on the button)."""

    key: str
    done: Words
    undo: str
    take_back: Callable[[], None]


class Undo(QObject):
    """Keeps the deeds of this window; the newest one is told below the places until it is closed or taken back."""

    def __init__(self, window: MainWindow, tell: Callable[[Words], Notice]) -> None:
        super().__init__(window)
        self._window, self._tell = window, tell
        self._undoables: list[Undoable] = []
        self._notice: Notice | None = None
        self._told = ""  # the deed the notice is about
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), window)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.undo_newest)

    def did(self, undoable: Undoable) -> None:
        """Tell a deed and remember how it is taken back."""
        self._undoables.append(undoable)
        notice = self._show(undoable.done)
        self._told = undoable.key
        notice.add_action(undoable.undo, lambda: self._take_back(undoable))

    def say(self, done: Words) -> None:
        """Tell what came of taking something back, in the place of what was told before."""
        self._show(done)

    def undo_newest(self) -> None:
        """Take back what was done last."""
        if self._undoables:
            self._take_back(self._undoables[-1])

    def forget(self, key: str) -> None:
        """Leave a deed aside that cannot or need not be taken back any more."""
        self._undoables = [undoable for undoable in self._undoables if undoable.key != key]
        if self._told == key:
            self._hush()

    def forget_part(self, part: str) -> None:
        """Leave each deed aside whose key has this part (parts are apart by a space): it is not all there any more."""
        for undoable in [undoable for undoable in self._undoables if part in undoable.key.split(" ")]:
            self.forget(undoable.key)

    def _take_back(self, undoable: Undoable) -> None:
        if undoable in self._undoables:
            self._undoables.remove(undoable)
            self._hush()
            undoable.take_back()

    def _show(self, words: Words) -> Notice:
        self._hush()
        notice = self._notice = self._tell(words)
        notice.closed.connect(lambda: self._closed(notice))
        return notice

    def _hush(self) -> None:
        self._told = ""
        if self._notice is not None:
            notice, self._notice = self._notice, None
            self._window.remove_notice(notice)

    def _closed(self, notice: Notice) -> None:
        if self._notice is notice:
            self._notice = None
