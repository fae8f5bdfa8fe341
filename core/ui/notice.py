"""A problem in words, beside what it is about: what happened, what it means, what to do; it can be copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Tone, button, label, picture

NamedIcon = Callable[..., QIcon]
ICONS = {"amber": "triangle-alert", "loss": "circle-x", "good": "circle-check", "": "info"}


class Notice(QFrame):
    """Three short sentences with an icon, and buttons below where there is something to press."""

    closed = Signal()

    def __init__(
        self,
        icons: NamedIcon,
        tone: Tone,
        what: str,
        means: str = "",
        do: str = "",
        *,
        details: str = "",
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", tone)
        self.setAccessibleName(what)
        self._text = "\n".join(part for part in (what, means, do, details) if part)
        self._actions = FlowLayout()
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(label(what, "strong", tone=tone, selectable=True))
        said = " ".join(part for part in (means, do) if part)
        if said:
            column.addWidget(label(said, "body", selectable=True))
        if details:
            self._add_details(column, details)
        if details or do:
            self.add_action(self.tr("Copy"), self.copy)
        self._actions.setContentsMargins(0, 8, 0, 0)
        column.addLayout(self._actions)
        self._place(icons, tone, column, closable)

    def is_like(self, other: Notice) -> bool:
        """Tell whether both name the same problem; what was done, and can be undone, is never like another."""
        return self.property("tone") in ("loss", "amber") and self._text == other._text

    def add_action(self, text: str, act: Callable[[], object]) -> QPushButton:
        """Put a button under the words."""
        made = button(text, "small")
        made.clicked.connect(lambda: act())
        self._actions.addWidget(made)
        return made

    def copy(self) -> None:
        """Put everything the notice says on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)

    def _place(self, icons: NamedIcon, tone: Tone, column: QVBoxLayout, closable: bool) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        size = max(20, self.fontMetrics().height())
        row.addWidget(picture(icons(ICONS[tone], tone or "ink"), size), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        if closable:
            row.addWidget(self._closer(icons), 0, Qt.AlignmentFlag.AlignTop)

    def _closer(self, icons: NamedIcon) -> QPushButton:
        made = button("", "quiet")
        made.setIcon(icons("x"))
        made.setAccessibleName(self.tr("Close this message"))
        made.setToolTip(self.tr("Close this message"))
        made.clicked.connect(self.closed)
        return made

    def _add_details(self, column: QVBoxLayout, details: str) -> None:
        box = QPlainTextEdit(details)
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setAccessibleName(self.tr("Details"))
        box.setFixedHeight(self.fontMetrics().lineSpacing() * min(8, details.count("\n") + 2) + 24)
        box.hide()
        column.addWidget(box)
        turn = self.add_action(self.tr("Show details"), lambda: None)
        turn.clicked.connect(lambda: self._turn(turn, box))

    def _turn(self, turn: QPushButton, box: QPlainTextEdit) -> None:
        box.setVisible(box.isHidden())
        turn.setText(self.tr("Show details") if box.isHidden() else self.tr("Hide details"))
