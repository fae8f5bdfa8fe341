"""What happened with the account and its exams, newest first, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.ui.parts import card, label, line, paragraph
from portal.ui.card_list import CardList, CardView
from portal.ui.entries import ActivityLine
from portal.ui.parts import NamedIcon, Quiet, page_of

AT_ONCE, PAGE = 8, 30
LONGEST = "30 September 2026, 00:00"
ONE_LINE = 260  # pixels; what is wider is text so large that the sentence beside it needs the room


@dataclass(frozen=True, slots=True)
class Row:
    """One line in its place: two that say the same are two."""

    key: str
    line: ActivityLine
    first: bool


class RowView(CardView[Row]):
    """When, and what."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "")

    def fill(self, card: Row, column: QVBoxLayout) -> None:
        """Put moment and sentence side by side; where the text is large, the moment takes two lines."""
        column.setContentsMargins(0, 0, 0, 0)
        if not card.first:
            column.addWidget(line())
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        when = label(card.line.when, "caption")
        whole = self.fontMetrics().horizontalAdvance(LONGEST)
        when.setFixedWidth((whole if whole <= ONE_LINE else whole // 2) + 8)
        grid.addWidget(when, 0, 0, Qt.AlignmentFlag.AlignTop)
        what = label(card.line.what, "body", tone=card.line.tone, selectable=True)
        grid.addWidget(what, 0, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)


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
        self.empty = Quiet(self.tr("Nothing has happened yet"), self.tr("Every access is listed here."))
        column.addWidget(self.empty)
        self._frame, rows = card()
        column.addWidget(self._frame)
        column.addStretch(1)
        self.list: CardList[Row] = CardList(rows, RowView, self, at_once=AT_ONCE, page=PAGE)
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
            self.exam.addItem(paragraph(title), key)
        self.exam.setCurrentIndex(max(0, self.exam.findData(chosen)))
        self.exam.blockSignals(False)

    def _again(self) -> None:
        rows = list(_rows(self.shown()))
        self.empty.setVisible(not rows)
        self._frame.setVisible(bool(rows))
        self.list.show_cards(rows)


def _rows(lines: Iterable[ActivityLine]) -> Iterator[Row]:
    """Name each line by what it says, the oldest first: so a new one leaves the names of the others."""
    seen: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[str, ActivityLine]] = []
    for one in reversed(list(lines)):
        seen[one.when, one.what] += 1
        rows.append((f"{one.when}\n{one.what}\n{seen[one.when, one.what]}", one))
    for number, (key, one) in enumerate(reversed(rows)):
        yield Row(key, one, first=number == 0)
