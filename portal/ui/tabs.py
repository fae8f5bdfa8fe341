"""The four lists of "My portal" side by side; they wrap where the text is large (Qt's arrow keys go along)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Button


class Tabs(QWidget):
    """One of several is chosen; the Tab key goes to the chosen one, the arrow keys from one to the next."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        flow = FlowLayout(self, spacing=4)
        for number, word in enumerate(words):
            made = Button(word)
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

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.chosen.emit(number)
