"""Change until when a share can be opened."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QDateEdit, QWidget

from core.ui.dates import day_pattern
from core.ui.parts import button, label
from core.ui.question import Question


class UntilDialog(Question):
    """Ask for the last day; longer or shorter, never more than the portal allows. The link stays the same."""

    chosen = Signal(str, str)  # share, ISO date

    def __init__(self, share: str, until: str, days_most: int, today: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Shared until"), parent)
        first = QDate.fromString(today, "yyyy-MM-dd")
        self.date = QDateEdit(QDate.fromString(until, "yyyy-MM-dd"))
        self.date.setLayoutDirection(self.date.locale().textDirection())  # day, month, year in the order of its words
        self.date.setMinimumDate(first)
        self.date.setMaximumDate(first.addDays(days_most))
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat(day_pattern())
        self.date.setAccessibleName(self.tr("Last day"))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):  # Qt's red is hard to read on dark
            self.date.calendarWidget().setWeekdayTextFormat(day, QTextCharFormat())
        self.column.addWidget(label(self.tr("The last day on which it can be opened:"), "body"))
        self.column.addWidget(self.date)
        words = self.tr("Longer or shorter, at most %n day(s) from today. The link and the code stay the same.")
        self.column.addWidget(label(self.tr(words, "", days_most), "caption"))
        self.column.addStretch(1)
        self.save = self.add_button(button(self.tr("Save"), "primary"))
        self.save.clicked.connect(self._save)
        self.add_cancel()
        self.date.lineEdit().returnPressed.connect(self._save)
        self.date.setFocus()
        self._share = share

    def say_whom(self, whom: str) -> None:
        """Name the share, since the list behind may have moved on."""
        self.column.insertWidget(0, label(self.tr("Shared with {whom}").format(whom=whom), "strong"))

    def _save(self) -> None:
        self.chosen.emit(self._share, self.date.date().toString("yyyy-MM-dd"))
        self.accept()
