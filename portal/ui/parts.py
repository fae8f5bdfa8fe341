"""Small parts several views of "My portal" use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.ui.parts import Page, Tone, label, picture, restyle, scrolling

NamedIcon = Callable[..., QIcon]
MAX_WIDTH = 960


def chip(text: str, tone: Tone) -> QLabel:
    """Make a status word in a small frame."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", "chip")
    made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def page_of(widget: QWidget, spacing: int = 12) -> QVBoxLayout:
    """Fill a widget with a scrolling page and give the page's column."""
    page = Page()
    column = page.column(MAX_WIDTH, spacing)
    whole = QVBoxLayout(widget)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scrolling(page))
    return column


class Banner(QFrame):
    """One amber line above everything, for as long as it is true."""

    def __init__(self, icons: NamedIcon, icon: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setProperty("role", "notice")
        self.setProperty("tone", "amber")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        self._mark = picture(icons(icon, "amber"), max(20, self.fontMetrics().height()))
        self.words = label(text, "body", tone="amber")
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self._mark.setPixmap(icons(self._icon, "amber").pixmap(self._mark.size()))


class LocalBanner(Banner):
    """Says wherever it is true that nothing leaves this computer."""

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(icons, "monitor", parent=parent)
        self.words.setText(self.tr("Practice portal on this computer: what you share reaches nobody else."))


class Quiet(QWidget):
    """What a view says while it has nothing to show: a title, a sentence, and buttons of the caller's."""

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 32, 0, 24)
        self.column.setSpacing(12)
        self.column.addWidget(label(title, "title"))
        self.column.addWidget(label(words, "body"))


def set_tone(made: QLabel, text: str, tone: Tone) -> None:
    """Change a label's words and how loud they are."""
    made.setText(text)
    made.setVisible(bool(text))
    if made.property("tone") != tone:
        restyle(made, "tone", tone)
