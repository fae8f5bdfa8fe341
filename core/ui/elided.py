"""One line of plain text that gives way where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.ui.parts import plain_tip, reading_side


class Elided(QLabel):
    """Never higher than one line, never wider than its place; all of the text is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAlignment(reading_side())
        self._all = ""

    def say(self, text: str) -> None:
        """Show another text."""
        self._all = text
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def said(self) -> str:
        """Give all of the text."""
        return self._all

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(0, QFontMetrics(self.font()).height())

    def sizeHint(self) -> QSize:
        """Ask for the whole text in one line."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._all) + 4, metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self._all, Qt.TextElideMode.ElideRight, max(self.width(), 0)))
