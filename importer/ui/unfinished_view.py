"""Imports that were cut off, on top of "Discs & drives" until each is settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import button, clear, holds_focus, label, picture
from importer.ui.summary import UnfinishedCard


class UnfinishedView(QFrame):
    """One of them: what happened, how much is here, what to do, and the ways on."""

    def __init__(self, owner: UnfinishedList) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._owner = owner
        self.card: UnfinishedCard | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_card(self, card: UnfinishedCard) -> None:
        """Show the card, where it is not shown so already."""
        if card != self.card:
            self.card = card
            self.redraw()

    def redraw(self) -> None:
        """Fill the card anew; who stood on a button that is gone stands on the card."""
        if self.card is None:
            return
        focused = next((name for name, made in self.buttons.items() if made.hasFocus()), "")
        had_focus = holds_focus(self)
        self.setAccessibleName(f"{self.card.title}. {self.card.what} {self.card.means}")
        clear(self._column)
        self.buttons = {}
        inner = self._build(self.card)
        self._column.addWidget(inner)
        inner.show()
        if had_focus:
            (self.buttons.get(focused) or self).setFocus()

    def _build(self, card: UnfinishedCard) -> QWidget:
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        size = max(24, round(self.fontMetrics().height() * 1.5))
        mark = picture(self._owner.icons("triangle-alert", "amber"), size)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(label(card.title, "caption", selectable=True))
        words.addWidget(label(card.what, "strong", selectable=True))
        words.addWidget(label(card.means, "body", tone="amber", selectable=True))
        if card.do:
            words.addWidget(label(card.do, "body", selectable=True))
        words.addLayout(self._actions(card))
        row.addLayout(words, 1)
        return inner

    def _actions(self, card: UnfinishedCard) -> FlowLayout:
        flow = FlowLayout()
        flow.setContentsMargins(0, 8, 0, 0)
        owner = self._owner
        offered: list[tuple[str, bool, str, SignalInstance]] = [
            ("go-on", card.can_go_on, self.tr("Go on"), owner.go_on_requested),
            ("shelf", card.can_show, self.tr("Show on my shelf"), owner.shelf_requested),
            ("receipt", True, self.tr("Receipt"), owner.receipt_requested),
            ("leave", True, self.tr("Leave it so"), owner.leave_requested),
        ]
        for name, there, words, signal in offered:
            if there:
                made = button(words, "primary" if name == "go-on" else "")
                made.setAccessibleDescription(card.title)
                made.clicked.connect(lambda _=False, send=signal: send.emit(card.key))
                self.buttons[name] = made
                flow.addWidget(made)
        if "leave" in self.buttons:
            self.buttons["leave"].setToolTip(self.tr("This is all I want: ask no more for the rest"))
        return flow


class UnfinishedList(QWidget):
    """All of them, the newest first; nothing where there is none."""

    go_on_requested = Signal(str)
    leave_requested = Signal(str)
    receipt_requested = Signal(str)
    shelf_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = icons
        self.views: dict[str, UnfinishedView] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.hide()

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self.icons = icons
        for view in self.views.values():
            view.redraw()

    def show_cards(self, cards: Sequence[UnfinishedCard]) -> None:
        """Show these and no others."""
        keys = {card.key for card in cards}
        for key in [key for key in self.views if key not in keys]:
            self._remove(key)
        for place, card in enumerate(cards):
            if card.key not in self.views:
                self.views[card.key] = UnfinishedView(self)
            view = self.views[card.key]
            self._column.insertWidget(place, view)
            view.show_card(card)
        self.setVisible(bool(cards))

    def _remove(self, key: str) -> None:
        view = self.views.pop(key)
        if holds_focus(view):  # else it would go to the next card's button
            (self.parentWidget() or self).setFocus()
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()
