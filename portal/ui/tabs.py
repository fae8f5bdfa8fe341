"""The four lists of "My portal" side by side; they wrap where the text is large, and arrow keys go along them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from core.ui.flow import FlowLayout

BACK = {Qt.Key.Key_Left, Qt.Key.Key_Up}
ON = {Qt.Key.Key_Right, Qt.Key.Key_Down}


class Tabs(QWidget):
    """One of several is chosen; Tab goes to the chosen one only, as in a row of tabs."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        flow = FlowLayout(self, spacing=4)
        for number, word in enumerate(words):
            made = QPushButton(word)
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setProperty("kind", "tab")
            made.setAccessibleName(word)
            self._group.addButton(made, number)
            flow.addWidget(made)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._group.idToggled.connect(self._toggled)
        self._group.button(0).setChecked(True)

    def current(self) -> int:
        """Give the number of the chosen one."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Choose one."""
        self._group.button(number).setChecked(True)

    def set_text(self, number: int, word: str) -> None:
        """Change a word (its count)."""
        made = self._group.button(number)
        made.setText(word)
        made.setAccessibleName(word)
        self.updateGeometry()

    def take_focus(self) -> None:
        """Put the keyboard on the chosen one."""
        self._group.button(self.current()).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or the one before; mirrored where the window is."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        horizontal = event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}
        step = (event.key() in ON) - (event.key() in BACK)
        if mirrored and horizontal:
            step = -step
        if step:
            count = len(self._group.buttons())
            self.choose((self.current() + step) % count)
            self.take_focus()
        else:
            super().keyPressEvent(event)

    def _toggled(self, number: int, on: bool) -> None:
        made = self._group.button(number)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        if on:
            self.chosen.emit(number)
