"""The places at the left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from app.window.style import Style
from core.ui.parts import spaced


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail: its name in settings, its word, its icon, its key."""

    name: str
    word: str
    icon: str
    key: str
    below: bool = False


class Rail(QFrame):
    """A column of places, one of them chosen."""

    chosen = Signal(str)

    def __init__(self, style: Style, places: list[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._places = {place.name: place for place in places}
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.setProperty("role", "rail")
        self._fill()
        style.changed.connect(self._dress)
        self._dress()

    def select(self, name: str) -> None:
        """Mark a place as the one that is shown."""
        self._buttons[name].setChecked(True)
        self._dress()

    def set_count(self, name: str, count: int) -> None:
        """Show how many things wait at a place (0 shows nothing)."""
        word, key = self._places[name].word, self._places[name].key
        self._buttons[name].setText(spaced(f"{word} ({count})" if count else word))
        self._buttons[name].setShortcut(QKeySequence(key))  # a new text takes the key away

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 16)
        column.setSpacing(4)
        above = [place for place in self._places.values() if not place.below]
        below = [place for place in self._places.values() if place.below]
        for place in above:
            column.addWidget(self._button(place))
        column.addStretch(1)
        for place in below:
            column.addWidget(self._button(place))

    def _button(self, place: Place) -> QPushButton:
        made = QPushButton(spaced(place.word))
        made.setCheckable(True)
        made.setAccessibleName(place.word)
        made.setShortcut(QKeySequence(place.key))
        made.setToolTip(QKeySequence(place.key).toString(QKeySequence.SequenceFormat.NativeText))
        made.clicked.connect(lambda: self.chosen.emit(place.name))
        self._group.addButton(made)
        self._buttons[place.name] = made
        return made

    def _dress(self) -> None:
        widest = max(self.fontMetrics().horizontalAdvance(f"{place.word} (99)") for place in self._places.values())
        self.setMinimumWidth(round(widest * 1.15) + self._style.scaled(72))
        for name, made in self._buttons.items():
            colour = "accent_ink" if made.isChecked() else "ink"
            made.setIcon(self._style.icons(self._places[name].icon, colour))
