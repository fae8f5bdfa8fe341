"""The one line below the picture: what is open, what the hand does, what is going on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.ui.elided import Elided

ANSWER_MS = 6000


class StatusLine(QWidget):
    """Title at the left, hint in the middle, news at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._hint, self._news = Elided(self), Elided(self), Elided(self)
        self._news.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting: str | None = None  # the news since the answer
        self._answer = QTimer(self, singleShot=True, interval=ANSWER_MS)
        self._answer.timeout.connect(self._answer_read)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(16)
        row.addWidget(self._title)
        row.addWidget(self._hint, 1)
        row.addWidget(self._news)

    def show_title(self, text: str) -> None:
        """Say what is open."""
        self._title.say(text)
        self._title.setVisible(bool(text))

    def show_hint(self, text: str) -> None:
        """Say what the hand does."""
        self._hint.say(text)
        self._hint.setVisible(bool(text))

    def show_news(self, text: str) -> None:
        """Say what is going on, once an answer has been read."""
        self._waiting = text
        if not self._answer.isActive():
            self._say(text)

    def show_answer(self, text: str) -> None:
        """Say what came of a press; a film that goes on does not talk over it."""
        self._waiting = None
        self._answer.start()
        self._say(text)

    def _answer_read(self) -> None:
        if self._waiting is not None:
            self._say(self._waiting)

    def _say(self, text: str) -> None:
        self._news.say(text)
        self._news.setVisible(bool(text))

    def news(self) -> str:
        """Return what is going on."""
        return self._news.said()
