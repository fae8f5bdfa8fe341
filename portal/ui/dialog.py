"""What all questions of "My portal" have in common: a title, a scrolling middle, buttons that stay in sight."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, label, scrolling

LETTERS_WIDE = 72
MARGIN = 24


class Question(QDialog):
    """A window over the window for a choice that cannot wait; it never stops the rest of the program."""

    def __init__(self, title: str, parent: QWidget | None = None, *, height: int = 640) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.title = label(title, "title")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(16)
        whole.addWidget(self.title)
        page = Page()
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(12)
        whole.addWidget(scrolling(page), 1)
        self._actions = FlowLayout()
        whole.addLayout(self._actions)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(max(620, LETTERS_WIDE * letter), round(height * max(1.0, letter / 8)))

    def add_button(self, made: QPushButton) -> QPushButton:
        """Put a button into the row that stays in sight."""
        self._actions.addWidget(made)
        return made

    def add_cancel(self, words: str = "") -> QPushButton:
        """Add the way back."""
        made = button(words or self.tr("Cancel"))
        made.clicked.connect(self.reject)
        return self.add_button(made)

    def ask(self) -> None:
        """Open over the window and let go when it is answered."""
        self.finished.connect(self.deleteLater)
        self.open()
