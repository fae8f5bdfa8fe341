"""What is in the bin, the way back out of it, and the way to delete it for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, card, label, scrolling
from library.ui.entries import BinLine

SHOWN = 200


class BinView(QWidget):
    """A list of what was put into the bin, each with "Put back" and "Delete for good"."""

    back_requested = Signal()
    restore_requested = Signal(str)
    purge_requested = Signal(str)
    empty_requested = Signal()

    def __init__(self, icons: Callable[..., QIcon], lines: Sequence[BinLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        self.back = button(self.tr("Back"), "quiet", icons("arrow-left"))
        self.back.clicked.connect(self.back_requested)
        self.empty = button(self.tr("Empty the bin"), "danger", icons("trash-2"))
        self.empty.clicked.connect(self.empty_requested)
        if not lines:
            self.empty.hide()
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.empty)
        column.addLayout(row)
        column.addWidget(label(self.tr("Bin"), "title"))
        column.addWidget(label(self._about(lines), "body"))
        for entry in lines[:SHOWN]:
            column.addWidget(self._entry(entry))
        if len(lines) > SHOWN:
            column.addWidget(label(self.tr("and %n more, put there earlier", "", len(lines) - SHOWN), "body"))
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
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(entry.what, "strong"))
        words.addWidget(label(entry.until, "caption"))
        restore, purge = button(self.tr("Put back")), button(self.tr("Delete for good…"))
        for made in (restore, purge):
            made.setAccessibleDescription(entry.what)
        restore.clicked.connect(lambda: self._restore(restore, entry.id))
        purge.clicked.connect(lambda: self.purge_requested.emit(entry.id))
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), frame)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.setAutoRepeat(False)
        key.activated.connect(lambda: self.purge_requested.emit(entry.id))
        flow = FlowLayout()
        flow.addWidget(restore)
        flow.addWidget(purge)
        column.addLayout(words)
        column.addLayout(flow)
        return frame
