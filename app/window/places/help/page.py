"""The place "Help": how it goes, sending and sharing, mouse and keys, and what Scanshelf is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.window.appearance.icons import app_icon
from app.window.appearance.style import Style
from app.window.places.viewer.keys import viewer_keys
from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, card, label, scrolling

MAX_WIDTH = 760


class HelpPage(QWidget):
    """Steps, what a portal is for, tables of mouse and keys, and About."""

    report_requested = Signal()

    def __init__(self, style: Style, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        page = Page()
        column = page.column(self._style.scaled(MAX_WIDTH), 16)
        column.addWidget(label(self.tr("Help"), "title"))
        for part in (
            self._steps(),
            self._sharing(),
            self._mouse(),
            self._viewer_keys(),
            self._shelf_keys(),
            self._keys(),
            self._about(version),
        ):
            column.addWidget(part)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page))

    def _steps(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("How it goes"), "strong"))
        steps = (
            self.tr("Put in the disc or stick. It shows up under “Discs & drives” with the names that are on it."),
            self.tr("Press “Look” to see the images straight from the disc, or “Put … on my shelf” to keep them."),
            self.tr("Read the receipt. It says how many images were kept and whether any could not be read."),
            self.tr("Open them from “My shelf” whenever you like. You can give the disc back."),
        )
        column.addLayout(_numbered(steps))
        return frame

    def _sharing(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("Sending and sharing"), "strong"))
        steps = (
            self.tr("Sign in at your practice's portal under “My portal”. Its address stands on its letter."),
            self.tr("Choose an exam on “My shelf” and press “Send”. You are asked whose it is before anything goes."),
            self.tr("Wait until it says that all images are there, checked. Then press “Share”."),
            self.tr("Give the link to whom it is for, and the code by another way, such as the telephone."),
            self.tr("Under “Shared” you see who opened it, change until when it is open, or stop sharing at once."),
        )
        column.addLayout(_numbered(steps))
        return frame

    def _mouse(self) -> QFrame:
        return self._table(
            self.tr("The mouse in the viewer"),
            (
                (self.tr("Wheel"), self.tr("Next and previous image; with Ctrl larger and smaller")),
                (self.tr("Left button"), self.tr("What is chosen above: brightness, move or zoom")),
                (self.tr("Right button"), self.tr("Drag to enlarge or shrink; press for the menu")),
                (self.tr("Middle button"), self.tr("Move the picture, as with the space bar held")),
                (self.tr("Double click"), self.tr("The picture alone, and back")),
            ),
        )

    def _keys(self) -> QFrame:
        keys = (
            ("Ctrl+1, 2, 3, 4", self.tr("Discs & drives, My shelf, Viewer, My portal")),
            ("Ctrl+F", self.tr("Search the shelf")),
            ("Ctrl+O", self.tr("Choose a folder or disc with images")),
            ("Ctrl+,", self.tr("Settings")),
            ("F1", self.tr("Help")),
        )
        return self._table(self.tr("Keys"), keys)

    def _shelf_keys(self) -> QFrame:
        keys = (
            ("↑ ↓", self.tr("Another exam; with Shift several, as with Ctrl and the mouse")),
            (self.tr("Enter"), self.tr("Open the exam, as a double click")),
            (self.tr("Delete"), self.tr("Move what is chosen to the bin")),
            ("Ctrl+Z", self.tr("Take back what was done last")),
            ("Ctrl+A", self.tr("Choose all exams of the person; once more, all on the shelf")),
            (self.tr("Menu key, right click"), self.tr("What can be done with what is chosen")),
        )
        return self._table(self.tr("Keys on the shelf"), keys)

    def _viewer_keys(self) -> QFrame:
        return self._table(self.tr("Keys in the viewer, and on the page a share opens"), viewer_keys())

    def _table(self, title: str, rows: Sequence[tuple[str, str]]) -> QFrame:
        frame, column = card()
        column.addWidget(label(title, "strong"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (key, words) in enumerate(rows):
            named = label(key, "strong")
            named.setWordWrap(False)
            grid.addWidget(named, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words, "body"), row, 1)
        column.addLayout(grid)
        return frame

    def _about(self, version: str) -> QFrame:
        frame, column = card()
        row = QHBoxLayout()
        row.setSpacing(16)
        size = self._style.scaled(48)
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(QSize(size, size)))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(self.tr("Scanshelf {version}").format(version=version), "strong", selectable=True))
        words.addWidget(label(self.tr("Not for diagnosis. Scanshelf is not a medical device."), "body", tone="amber"))
        words.addWidget(label(self.tr("Free software under the Apache Licence 2.0. Icons: Lucide (ISC)."), "caption"))
        words.addWidget(label(self.tr("It uses the internet only for the portal you sign in to."), "caption"))
        row.addLayout(words, 1)
        column.addLayout(row)
        flow = FlowLayout()
        report = button(self.tr("Copy report for support"))
        report.setToolTip(self.tr("Numbers about this computer and Scanshelf; no names and no images"))
        report.clicked.connect(self.report_requested)
        flow.addWidget(report)
        column.addLayout(flow)
        return frame


def _numbered(steps: Sequence[str]) -> QGridLayout:
    """Put each number before its sentence; a second line begins below the first, not below the number."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for row, step in enumerate(steps):
        number = label(f"{row + 1}.", "body")
        number.setWordWrap(False)
        grid.addWidget(number, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(step, "body"), row, 1)
    return grid
