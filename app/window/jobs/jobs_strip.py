"""What is running, at the bottom: one line, and a list when it is opened.

Its room is kept while nothing runs: a job that begins or ends moves nothing that a hand may be on its way to.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.window.appearance.style import Style
from core.ui.elided import Elided
from core.ui.parts import button, holds_focus, label, scrolling, spaced

SPACING = 8
ROWS_AT_MOST = 5  # of the opened list; further ones are scrolled to


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job as the strip shows it; `share` is 0-1, or None while the end is not known."""

    job_id: str
    text: str
    share: float | None = None
    can_stop: bool = True
    stopping: bool = False


class JobsStrip(QFrame):
    """The oldest job in one line with Stop; a button opens the others."""

    stop_requested = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAccessibleName(self.tr("What is running"))
        self._style = style
        self._rows: dict[str, JobRow] = {}
        self._open = 0  # rows the list has room for, 0 while it is closed
        self._more = button("", "quiet")
        self._more.clicked.connect(self._turn)
        self._list = QWidget()
        self._list.setProperty("role", "plain")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)
        self._idle = label(self.tr("Nothing is being copied or sent"), "caption")
        self._idle.setWordWrap(False)
        self._column.addWidget(self._idle)
        self._column.addStretch(1)
        self._measure = JobRow("")  # never shown, of no window: how high a row is
        self._area = scrolling(self._list)
        self._area.setProperty("role", "plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(16)
        row.addWidget(self._area, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        style.changed.connect(self._arrange)
        self._arrange()

    def show_job(self, job: JobLine) -> None:
        """Add a job or show its progress."""
        if job.job_id not in self._rows:
            row = JobRow(job.job_id)
            row.stop.clicked.connect(lambda: self._stop(row))
            self._rows[job.job_id] = row
            self._column.insertWidget(self._column.count() - 1, row)
            self._arrange()
        self._rows[job.job_id].show_job(job)

    def _stop(self, row: JobRow) -> None:
        """Ask once: the next row's Stop comes to the same place when this one has ended."""
        self.setFocus()
        row.stopping = True
        if row.shown is not None:
            row.show_job(row.shown)
        self.stop_requested.emit(row.job_id)

    def end_job(self, job_id: str) -> None:
        """Take a job off the strip."""
        row = self._rows.pop(job_id, None)
        if row is not None:
            if holds_focus(row):
                self.setFocus()
            row.hide()
            row.deleteLater()
            self._arrange()

    def running(self) -> list[str]:
        """Give the ids of the jobs on the strip, oldest first."""
        return list(self._rows)

    def _turn(self) -> None:
        self._open = 0 if self._open else min(max(len(self._rows), 2), ROWS_AT_MOST)
        self._arrange()

    def _arrange(self) -> None:
        rows = list(self._rows.values())
        for row in rows:
            row.setVisible(bool(self._open) or row is rows[0])
            row.dress(self._style)
        self._idle.setVisible(not rows)
        self._measure.dress(self._style)
        self._more.setVisible(len(rows) > 1 or bool(self._open))
        self._more.setText(self.tr("Show %n other(s)", "", len(rows) - 1) if not self._open else self.tr("Show less"))
        high = max(self._open, 1)
        self._measure.ensurePolished()
        self._idle.setFixedHeight(self._measure.sizeHint().height())
        self._area.setFixedHeight(high * self._measure.sizeHint().height() + (high - 1) * SPACING)


class JobRow(QWidget):
    """One job: words, bar, Stop; as high with as without any of them."""

    def __init__(self, job_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job_id = job_id
        self.shown: JobLine | None = None
        self.stopping = False  # Stop was pressed
        self.words = Elided()
        self.words.setProperty("role", "body")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.stop: QPushButton = button(self.tr("Stop"), "")
        policy = self.stop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.stop.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        row.addLayout(column, 1)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_job(self, job: JobLine) -> None:
        """Show the job's state."""
        self.shown = job
        stopping = self.stopping or job.stopping
        self.words.say(job.text)
        self.bar.setAccessibleName(job.text)
        self.bar.setRange(0, 0 if job.share is None else 1000)
        if job.share is not None:
            self.bar.setValue(round(job.share * 1000))
        self.stop.setVisible(job.can_stop)
        self.stop.setEnabled(not stopping)
        self.stop.setText(spaced(self.tr("Stopping…") if stopping else self.tr("Stop")))
        self.stop.setAccessibleDescription(job.text)

    def dress(self, style: Style) -> None:
        """Take the icon in the colours of the moment."""
        self.stop.setIcon(style.icons("square"))
