"""What happened with the account and its exams, newest first, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.ui.parts import card, clear, label, line
from portal.ui.entries import ActivityLine
from portal.ui.parts import NamedIcon, Quiet, page_of

MOST_SHOWN = 200


class ActivityView(QWidget):
    """Lines with their time; the box on top leaves those of one exam."""

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        del icons
        self._lines: tuple[ActivityLine, ...] = ()
        self._exams: tuple[tuple[str, str], ...] = ()
        self.exam = QComboBox()
        self.exam.setAccessibleName(self.tr("Show what happened with"))
        self.exam.addItem(self.tr("All exams"), "")
        self.exam.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.exam.setMinimumContentsLength(20)
        self.exam.currentIndexChanged.connect(self._again)
        column = page_of(self)
        row = QHBoxLayout()
        row.addWidget(self.exam)
        row.addStretch(1)
        column.addLayout(row)
        self._rows = QVBoxLayout()
        column.addLayout(self._rows)
        column.addStretch(1)
        self._again()

    def show_activity(self, lines: Sequence[ActivityLine], exams: Sequence[tuple[str, str]]) -> None:
        """Show what happened; `exams` are keys and titles to choose from."""
        if tuple(exams) != self._exams:
            self._exams = tuple(exams)
            self._offer()
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._again()

    def choose(self, exam: str) -> None:
        """Show only what happened with one exam."""
        self.exam.setCurrentIndex(max(0, self.exam.findData(exam)))

    def shown(self) -> list[ActivityLine]:
        """Give the lines of the chosen exam."""
        chosen = self.exam.currentData()
        return [one for one in self._lines if not chosen or chosen in one.exams]

    def _offer(self) -> None:
        chosen = self.exam.currentData()
        self.exam.blockSignals(True)
        self.exam.clear()
        self.exam.addItem(self.tr("All exams"), "")
        for key, title in self._exams:
            self.exam.addItem(title, key)
        self.exam.setCurrentIndex(max(0, self.exam.findData(chosen)))
        self.exam.blockSignals(False)

    def _again(self) -> None:
        clear(self._rows)
        lines = self.shown()
        if not lines:
            self._rows.addWidget(Quiet(self.tr("Nothing has happened yet"), self.tr("Every access is listed here.")))
            return
        self._rows.addWidget(self._list(lines[:MOST_SHOWN]))
        if len(lines) > MOST_SHOWN:
            self._rows.addWidget(label(self.tr("and %n older", "", len(lines) - MOST_SHOWN), "caption"))

    def _list(self, lines: Sequence[ActivityLine]) -> QFrame:
        frame, column = card()
        for number, one in enumerate(lines):
            if number:
                column.addWidget(line())
            column.addWidget(self._row(one))
        return frame

    def _row(self, one: ActivityLine) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        when = label(one.when, "caption")
        when.setWordWrap(False)
        when.setFixedWidth(self.fontMetrics().horizontalAdvance("30 September 2026, 00:00") + 8)
        grid.addWidget(when, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(one.what, "body", tone=one.tone, selectable=True), 0, 1)
        return holder
