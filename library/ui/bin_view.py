"""What is in the bin, and the way back out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.ui.parts import Page, button, card, label, scrolling
from library.ui.entries import BinLine


class BinView(QWidget):
    """A list of what was put into the bin, each with "Put back"."""

    back_requested = Signal()
    restore_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon], lines: Sequence[BinLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        self.back = button(self.tr("Back"), "quiet", icons("arrow-left"))
        self.back.clicked.connect(self.back_requested)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(label(self.tr("Bin"), "title"))
        column.addWidget(label(self._about(lines), "body"))
        for entry in lines:
            column.addWidget(self._entry(entry))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page))

    def _about(self, lines: Sequence[BinLine]) -> str:
        if not lines:
            return self.tr("The bin is empty.")
        return self.tr("What you move to the bin stays here for 30 days. Until then you can put it back.")

    def _restore(self, pressed: QPushButton, entry: str) -> None:
        """Ask once, and stand on no button meanwhile: the next one is somebody else's."""
        self.setFocus()
        pressed.setEnabled(False)
        self.restore_requested.emit(entry)

    def _entry(self, entry: BinLine) -> QFrame:
        frame, column = card()
        row = QHBoxLayout()
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(entry.what, "strong"))
        words.addWidget(label(entry.until, "caption"))
        row.addLayout(words, 1)
        restore = button(self.tr("Put back"))
        restore.setAccessibleDescription(entry.what)
        restore.clicked.connect(lambda: self._restore(restore, entry.id))
        row.addWidget(restore)
        column.addLayout(row)
        return frame
