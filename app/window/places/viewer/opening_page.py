"""What stands in the viewer's place until an exam's files are known; it holds keys that go through images for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.ui.parts import label
from viewer.tools.table import ACTIONS
from viewer.ui import words
from viewer.ui.style import Colours

_MOVES = {
    QKeySequence(key).toString(): spec.name
    for spec in ACTIONS
    if spec.group in ("images", "series")
    for key in (*spec.keys, *spec.everywhere)
}


class OpeningPage(QWidget):
    """As dark as the viewer, so that nothing flashes; knows no exam's name, so that none is mixed up."""

    left = Signal()  # Esc: it is not wanted any more

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: list[str] = []
        title, body = words.reading()
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("opening")
        colours = Colours()
        self.setStyleSheet(f"QWidget#opening {{ background: {colours.surround}; }}")
        column = QVBoxLayout(self)
        column.addStretch(1)
        for said, colour in ((label(title, "title"), colours.ink), (label(body, "body"), colours.muted)):
            said.setAlignment(Qt.AlignmentFlag.AlignCenter)
            said.setStyleSheet(f"color: {colour};")
            column.addWidget(said)
        column.addStretch(1)

    def forget(self) -> None:
        """Forget keys: another exam is asked for."""
        self._held = []

    def take_held(self) -> list[str]:
        """Hand over the names of the viewer's actions that were asked for."""
        held, self._held = self._held, []
        return held

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold what goes through images and series; Esc goes back."""
        name = _MOVES.get(QKeySequence(event.keyCombination()).toString())
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif name is not None:
            self._held.append(name)
        else:
            super().keyPressEvent(event)
