"""Several discs put on the shelf with one press: those alone about which there is no question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.language.isolates import isolated
from core.ui.parts import button, holds_focus, label
from importer.ui.summary import DiscCard

NAMED = 5


def without_question(card: DiscCard) -> bool:
    """Tell whether all of it is certainly one person's, and nothing on it needs a word before it is kept."""
    if card.state != "ready" or len(card.persons) != 1 or card.problems:
        return False
    (person,) = card.persons
    return person.sure and not (person.alike or person.variants or person.deleted)


class KeepAll(QWidget):
    """The button, and the names of the discs it leaves; it is there only where several can be kept.

    Each disc is kept as its own button keeps it: by itself, for its own person. It stays in its place, empty-handed,
    while what it began goes on: nothing below it moves under the finger.
    """

    keep_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sure: tuple[str, ...] = ()
        self._pressed = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.keep = button("")
        self.keep.clicked.connect(self._keep)
        self.left = label("", "body")
        row.addWidget(self.keep)
        row.addWidget(self.left, 1)
        self.hide()

    def show_cards(self, cards: Iterable[DiscCard]) -> None:
        """Offer what can be kept of these cards."""
        shown = list(cards)
        sure = [card for card in shown if without_question(card)]
        self._sure = tuple(card.source_id for card in sure)
        self._pressed = self._pressed and any(card.state == "importing" for card in shown)
        offers = len(sure) > 1
        if not offers and holds_focus(self.keep):
            self.setFocus()
        self.keep.setEnabled(offers)
        if offers:
            self.keep.setText(self.tr("Put all %n on my shelf", "", len(sure)))
            self.keep.setAccessibleName(self.keep.text())
            self.keep.setAccessibleDescription(", ".join(card.title for card in sure))
        self.left.setText(self._left_words([card for card in shown if card.state == "ready" and card not in sure]))
        self.setVisible(offers or self._pressed)

    def _left_words(self, left: Sequence[DiscCard]) -> str:
        if not left:
            return ""
        names = ", ".join(isolated(card.title) for card in left[:NAMED])
        if len(left) > NAMED:
            names = self.tr("{names} and %n other(s)", "", len(left) - NAMED).replace("{names}", names)
        return self.tr("Look at the other(s) by (itself|themselves): {names}", "", len(left)).replace("{names}", names)

    def _keep(self) -> None:
        self._pressed = True
        for source_id in self._sure:
            self.keep_requested.emit(source_id)
