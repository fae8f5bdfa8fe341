"""The one screen before everything: what this is, what it is not, where things are kept."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.window.appearance.icons import app_icon
from app.window.appearance.style import Style
from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, card, label, picture, scrolling

WIDTH = 720  # the sentence below the name stands in one line, and Start is in sight in a low window


class FirstStart(QWidget):
    """Say what Scanshelf does, that it is not for diagnosis, and where the shelf is; then start."""

    started = Signal()
    folder_requested = Signal()

    def __init__(self, style: Style, library_folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._folder: QLabel = label(library_folder, "body", selectable=True)
        self.start = button(self.tr("Start"), "primary")
        self.start.clicked.connect(self.started)
        self.start.setDefault(True)
        self._page = Page()
        self._fill()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(self._page))
        self.setFocusProxy(self.start)

    def show_folder(self, folder: str) -> None:
        """Show another place for the shelf."""
        self._folder.setText(folder)

    def _fill(self) -> None:
        outer = QHBoxLayout(self._page)
        outer.setContentsMargins(32, 16, 32, 16)
        middle = QWidget()
        middle.setMaximumWidth(self._style.scaled(WIDTH))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        outer.addStretch(1)
        outer.addWidget(middle, 20)
        outer.addStretch(1)
        column.addStretch(1)
        column.addLayout(self._head())
        column.addWidget(label(self.tr("Your medical images, off the disc and safe on your own computer."), "title"))
        for icon, words in self._sentences():
            column.addLayout(self._row(icon, words))
        column.addWidget(self._not_for_diagnosis())
        column.addWidget(self._shelf())
        row = FlowLayout()
        row.addWidget(self.start)
        column.addLayout(row)
        column.addStretch(2)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        size = self._style.scaled(56)
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(QSize(size, size)))
        row.addWidget(mark)
        row.addWidget(label(self.tr("Welcome to Scanshelf"), "display"), 1)
        return row

    def _sentences(self) -> list[tuple[str, str]]:
        return [
            ("disc-3", self.tr("Put in a disc or a USB stick from a hospital or practice, or drop a folder here.")),
            ("library", self.tr("Keep the images on your own shelf. The disc is only read, never changed.")),
            ("eye", self.tr("Look at them whenever you like, without the disc and without the internet.")),
        ]

    def _row(self, icon: str, words: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        size = self._style.scaled(24)
        mark = picture(self._style.icons(icon, "accent"), size)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(words, "body"), 1)
        return row

    def _not_for_diagnosis(self) -> QFrame:
        frame, column = card("notice")
        frame.setProperty("tone", "amber")
        column.setSpacing(4)
        column.addWidget(label(self.tr("Not for diagnosis"), "strong", tone="amber"))
        words = self.tr("Scanshelf is not a medical device. What the images mean is for your doctor to say.")
        column.addWidget(label(words, "body"))
        return frame

    def _shelf(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("Your shelf is kept in this folder on this computer:"), "body"))
        column.addWidget(self._folder)
        other = button(self.tr("Choose another folder…"), "quiet")
        other.clicked.connect(self.folder_requested)
        row = FlowLayout()
        row.addWidget(other)
        column.addLayout(row)
        column.addWidget(label(self.tr("Nothing leaves this computer. No account is needed."), "caption"))
        return frame
