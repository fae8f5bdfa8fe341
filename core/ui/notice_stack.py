"""Notices one below the other, as high as their words need, but never more than their share of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from core.ui.notice import Notice
from core.ui.parts import Page

SHARE, SHARE_OF_LOW = 1 / 2, 1 / 3
LOW = 26  # lines of text: in a lower window the place needs the room more


class NoticeStack(QScrollArea):
    """Scrolls where there are more or longer notices than their share can hold; hidden without any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = Page()
        self._inner.setProperty("role", "plain")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(24, 0, 24, 16)
        self.setWidget(self._inner)
        self._inner.installEventFilter(self)
        self._newest: Notice | None = None  # its first words are to be seen as soon as it has its place
        self.verticalScrollBar().rangeChanged.connect(self._show_newest)
        self.hide()

    def add(self, notice: Notice) -> None:
        """Show a notice below the others."""
        self._column.addWidget(notice)
        self.show()
        self._newest = notice
        self._fit()

    def take(self, notice: Notice) -> None:
        """Take a notice away."""
        self._newest = None if self._newest is notice else self._newest
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self.setVisible(self._column.count() > 0)
        self._fit()

    def notices(self) -> list[Notice]:
        """Give what is shown, the oldest first."""
        widgets = [item.widget() for at in range(self._column.count()) if (item := self._column.itemAt(at))]
        return [widget for widget in widgets if isinstance(widget, Notice)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow words that change (Qt calls this)."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _show_newest(self) -> None:
        if self._newest is not None:
            self.verticalScrollBar().setValue(self._newest.y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self._column.heightForWidth(self.width()) if self._column.hasHeightForWidth() else 0
        low = self.window().height() < LOW * self.fontMetrics().lineSpacing()
        most = round(self.window().height() * (SHARE_OF_LOW if low else SHARE))
        high = min(max(needed, self._column.sizeHint().height() if not needed else 0), most)
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if needed <= most else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if bar != self.verticalScrollBarPolicy():  # one that comes too early takes the width from the words, and stays
            self.setVerticalScrollBarPolicy(bar)
        if high != self.maximumHeight():
            self.setFixedHeight(high)
