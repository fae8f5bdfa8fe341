"""A column of cards by key: only what changed is drawn anew, so that looking again and again disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from core.ui.parts import clear


class Keyed(Protocol):
    """What a card shows; its key names it."""

    @property
    def key(self) -> str: ...


C = TypeVar("C", bound=Keyed)


class CardView(QFrame, Generic[C]):
    """A framed card that is filled anew when what it shows changed; the button that had the focus keeps it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.card: C | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)

    def show_card(self, card: C) -> None:
        """Show the card, where it is not shown so already."""
        if card != self.card:
            self.card = card
            self.redraw()

    def redraw(self) -> None:
        """Fill the card anew."""
        if self.card is None:
            return
        focused = next((name for name, made in self.buttons.items() if made.hasFocus()), None)
        clear(self._outer)
        self.buttons = {}
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        self.fill(self.card, column)
        self._outer.addWidget(inner)
        inner.show()
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def fill(self, card: C, column: QVBoxLayout) -> None:
        """Put the card's parts into its column."""
        raise NotImplementedError


class CardList(QObject, Generic[C]):
    """Keeps the views in a column in the order of the cards."""

    def __init__(self, column: QVBoxLayout, make: Callable[[], CardView[C]], parent: QObject) -> None:
        super().__init__(parent)
        self._column, self._make = column, make
        self.views: dict[str, CardView[C]] = {}

    def show_cards(self, cards: Sequence[C]) -> None:
        """Show these cards and no others."""
        for key in self.views.keys() - {card.key for card in cards}:
            self._remove(key)
        for place, card in enumerate(cards):
            if card.key not in self.views:
                self.views[card.key] = self._make()
            view = self.views[card.key]
            if self._column.indexOf(view) != place:
                self._column.insertWidget(place, view)
            view.show_card(card)

    def redraw(self) -> None:
        """Fill all cards anew (other colours)."""
        for view in self.views.values():
            view.redraw()

    def _remove(self, key: str) -> None:
        view = self.views.pop(key)
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()
