"""The receipt of an import: what was kept, what was not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.notice import ICONS, Notice
from core.ui.parts import Page, button, card, label, picture, scrolling
from importer.ui.summary import Receipt, ReceiptLine

MAX_WIDTH = 960


class ReceiptView(QWidget):
    """One receipt on a page, with a way back."""

    back_requested = Signal()
    shelf_requested = Signal(str)
    save_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon], receipt: Receipt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.receipt = receipt
        page = Page()
        column = page.column(MAX_WIDTH, 16)
        column.addLayout(self._way_back())
        column.addWidget(self._sum())
        for problem in receipt.problems:
            details = "\n".join(problem.paths)
            column.addWidget(Notice(icons, problem.tone, problem.what, problem.means, problem.do, details=details))
        column.addLayout(self._actions())
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page))

    def copy(self) -> None:
        """Put the receipt on the clipboard as text."""
        QGuiApplication.clipboard().setText(self.receipt.as_text())

    def _way_back(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back = button(self.tr("Back"), "quiet", self._icons("arrow-left"))
        self.back.clicked.connect(self.back_requested)
        row.addWidget(self.back)
        row.addStretch(1)
        return row

    def _sum(self) -> QFrame:
        frame, column = card(margin=24, spacing=16)
        head = QHBoxLayout()
        head.setSpacing(16)
        size = max(32, self.fontMetrics().height() * 2)
        head.addWidget(
            picture(self._icons(ICONS[self.receipt.tone], self.receipt.tone or "good"), size),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(self.receipt.headline, "title", selectable=True))
        words.addWidget(label(self.receipt.title, "caption", selectable=True))
        for fact in self.receipt.facts:
            words.addWidget(label(fact, "body", selectable=True))
        head.addLayout(words, 1)
        column.addLayout(head)
        column.addLayout(self._lines())
        return frame

    def _lines(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(self.receipt.lines):
            grid.addWidget(_number(line), row, 0)
            grid.addWidget(label(line.label, "body", tone=line.tone, selectable=True), row, 1)
        return grid

    def _actions(self) -> FlowLayout:
        flow = FlowLayout()
        shelf = button(self.tr("Show on my shelf"), "primary")
        shelf.clicked.connect(lambda: self.shelf_requested.emit(self.receipt.source_id))
        copy = button(self.tr("Copy"), "", self._icons("copy"))
        copy.clicked.connect(self.copy)
        save = button(self.tr("Save…"), "", self._icons("download"))
        save.clicked.connect(lambda: self.save_requested.emit(self.receipt.document))
        for made in (shelf, copy, save):
            flow.addWidget(made)
        return flow


def _number(line: ReceiptLine) -> QLabel:
    made = label(f"{line.count:,}", "strong", tone=line.tone)
    made.setWordWrap(False)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return made
