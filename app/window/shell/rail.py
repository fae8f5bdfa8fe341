"""The places at the left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from app.window.appearance.style import Style
from core.ui.parts import Button, plain_tip, restyle, spaced

ICONS_ALONE_ABOVE = 150  # per cent of text size
OF_THE_WINDOW = 1 / 3  # more of its width is never the rail's


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
        self._counts: dict[str, int] = {}
        self._room = 0
        self._column = QVBoxLayout(self)
        self.is_folded = False
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
        self._counts[name] = count
        self._say(name)

    def fit(self, width: int) -> None:
        """Leave the words to the tooltips where text is so large, or the window so narrow."""
        self._room = width
        self._dress()

    def _say(self, name: str) -> None:
        """Write a place's word and number, or its number alone beside the icon."""
        place, made = self._places[name], self._buttons[name]
        count = self._counts.get(name, 0)
        said = f"{place.word} ({count})" if count else place.word
        made.setText(spaced(said) if not self.is_folded else spaced(f"{count}") if count else "")
        made.setAccessibleName(said)
        key = QKeySequence(place.key).toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(plain_tip(f"{said} · {key}" if self.is_folded else key))
        made.setShortcut(QKeySequence(place.key))  # a new text takes the key away

    def _fill(self) -> None:
        column = self._column
        above = [place for place in self._places.values() if not place.below]
        below = [place for place in self._places.values() if place.below]
        for place in above:
            column.addWidget(self._button(place))
        column.addStretch(1)
        for place in below:
            column.addWidget(self._button(place))

    def _button(self, place: Place) -> QPushButton:
        made = Button()
        made.setCheckable(True)
        made.clicked.connect(lambda: self.chosen.emit(place.name))
        self._group.addButton(made)
        self._buttons[place.name] = made
        return made

    def _dress(self) -> None:
        widest = max(self.fontMetrics().horizontalAdvance(f"{place.word} (99)") for place in self._places.values())
        needed = round(widest * 1.15) + self._style.scaled(72)
        too_wide = bool(self._room) and needed > self._room * OF_THE_WINDOW
        self.is_folded = self._style.text_size > ICONS_ALONE_ABOVE or too_wide
        self.setMinimumWidth(0 if self.is_folded else needed)
        if self.property("folded") != self.is_folded:
            self.setProperty("folded", self.is_folded)
            for made in self._buttons.values():
                restyle(made, "folded", self.is_folded)
            margin = 4 if self.is_folded else 16
            self._column.setContentsMargins(8, margin, 8, margin)
            self._column.setSpacing(0 if self.is_folded else 4)
        for name, made in self._buttons.items():
            self._say(name)
            colour = "accent_ink" if made.isChecked() else "ink"
            made.setIcon(self._style.icons(self._places[name].icon, colour))
