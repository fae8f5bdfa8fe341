"""The one line below the picture: what is open, what the hand does, what is going on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from core.ui.parts import plain_tip


class _Elided(QLabel):
    """Plain text that gives way where there is no room; all of it is in the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._all = ""

    def say(self, text: str) -> None:
        self._all = text
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self._fit()

    def said(self) -> str:
        return self._all

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._all) + 4, metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self._all, Qt.TextElideMode.ElideRight, max(self.width(), 0)))


class StatusLine(QWidget):
    """Title at the left, hint in the middle, news at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._hint, self._news = _Elided(self), _Elided(self), _Elided(self)
        self._news.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(16)
        row.addWidget(self._title)
        row.addWidget(self._hint, 1)
        row.addWidget(self._news)

    def show_title(self, text: str) -> None:
        """Say what is open."""
        self._title.say(text)

    def show_hint(self, text: str) -> None:
        """Say what the hand does."""
        self._hint.say(text)

    def show_news(self, text: str) -> None:
        """Say what is going on."""
        self._news.say(text)

    def news(self) -> str:
        """Return what is going on."""
        return self._news.said()
