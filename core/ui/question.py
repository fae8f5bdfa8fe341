"""What every question of the window has in common: a title, a scrolling middle, buttons that stay in sight."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, label, margins, scrolling

LETTERS_WIDE = 80
NARROWEST = 680
MARGIN = 24
BESIDE_BAR = 8
OF_THE_SCREEN = 0.92
SIDE_BY_SIDE = 0.8  # of the wished width


class Question(QDialog):
    """A window over the window for a choice that cannot wait; it never stops the rest of the program."""

    narrowest = NARROWEST

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.title = label(title, "title")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(16)
        whole.addWidget(self.title)
        self._page = Page()
        self.column = QVBoxLayout(self._page)
        self.column.setContentsMargins(margins(0, 0, BESIDE_BAR, 0))
        self.column.setSpacing(12)
        self._area = scrolling(self._page)
        self._area.verticalScrollBar().rangeChanged.connect(self._show_where_keys_go)
        whole.addWidget(self._area, 1)
        self._rows: list[QBoxLayout] = []
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(margins(0, 0, BESIDE_BAR, 0))  # as wide as what it stands below
        whole.addLayout(self.foot)
        self._actions = FlowLayout()
        whole.addLayout(self._actions)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the words need, where the screen allows."""
        self._fit()
        super().showEvent(event)

    def _show_where_keys_go(self) -> None:
        """Keep what is typed into in sight, where there is more than can be shown."""
        part = self.focusWidget()
        if part is not None and self._page.isAncestorOf(part):
            self._area.ensureWidgetVisible(part, 0, MARGIN)

    def _fit(self) -> None:
        room = self.screen().availableSize() * OF_THE_SCREEN
        wanted = max(self.narrowest, LETTERS_WIDE * self.fontMetrics().averageCharWidth())
        width = min(wanted, room.width())
        if width < wanted * SIDE_BY_SIDE:
            for row in self._rows:
                row.setDirection(QBoxLayout.Direction.TopToBottom)
        self.resize(width, self.height())
        layout = self.layout()
        if layout is None:
            return
        layout.activate()
        inner = width - 2 * MARGIN
        rest = layout.totalHeightForWidth(width) - self._area.sizeHint().height()
        self.resize(width, min(rest + self._page.heightForWidth(inner) + 2, room.height()))

    def beside(self, *parts: QWidget, spacing: int = 12) -> QBoxLayout:
        """Put parts side by side, or below each other where the text is too large for that."""
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(spacing)
        for part in parts:
            row.addWidget(part, 1)
        self._rows.append(row)
        return row

    def add_button(self, made: QPushButton) -> QPushButton:
        """Put a button into the row that stays in sight."""
        self._actions.addWidget(made)
        return made

    def add_cancel(self, words: str = "") -> QPushButton:
        """Add the way back."""
        made = button(words or self.tr("Cancel"))
        made.clicked.connect(self.reject)
        return self.add_button(made)

    def ask(self) -> None:
        """Open over the window and let go when it is answered."""
        self.finished.connect(self.deleteLater)
        self.open()
