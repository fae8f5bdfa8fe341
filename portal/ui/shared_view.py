"""Every share ever made: whom for, what, how it stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import button, label
from portal.ui.card_list import CardList, CardView
from portal.ui.entries import ShareCard
from portal.ui.parts import NamedIcon, Quiet, chip, page_of


class ShareCardView(CardView[ShareCard]):
    """One share as a card."""

    def __init__(self, owner: SharedView) -> None:
        super().__init__()
        self._owner = owner

    def fill(self, card: ShareCard, column: QVBoxLayout) -> None:
        """Put whom for, status, numbers and buttons into the card."""
        self.setAccessibleName(f"{card.for_whom}, {card.what}, {card.status}")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(card.for_whom, "strong", selectable=True), 1)
        head.addWidget(chip(card.status, card.status_tone), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(label(card.what, "body", selectable=True))
        column.addLayout(self._numbers(card))
        if card.whole:
            column.addWidget(label(card.whole, "caption", tone="amber", selectable=True))
        if card.later:
            column.addWidget(label(card.later, "caption", tone="amber", selectable=True))
        if card.warning:
            column.addWidget(label(card.warning, "body", tone=card.warning_tone))
        actions = self._actions(card)
        if actions.count():
            column.addSpacing(4)
            column.addLayout(actions)

    def _numbers(self, card: ShareCard) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(label(card.opened, "body"))
        flow = FlowLayout(spacing=12)
        until = label(card.until, "body")
        until.setWordWrap(False)
        flow.addWidget(until)
        if card.can_edit:
            edit = button(self.tr("Edit"), "small", self._owner.icons("pencil"))
            edit.setAccessibleDescription(card.until)
            until.setMinimumHeight(edit.sizeHint().height())
            edit.clicked.connect(lambda: self._owner.edit_requested.emit(card.key, card.until_date))
            self.buttons["edit"] = edit
            flow.addWidget(edit)
        column.addLayout(flow)
        return column

    def _actions(self, card: ShareCard) -> FlowLayout:
        flow = FlowLayout()
        icons, owner = self._owner.icons, self._owner
        offered = [
            ("open", card.url, self.tr("Open as the recipient sees it"), "external-link", owner.open_requested),
            ("later", card.later, self.tr("Share the later one too…"), "share-2", owner.later_requested),
            ("print", card.can_print, self.tr("Print again"), "printer", owner.print_requested),
        ]
        for name, there, words, icon, signal in offered:
            if there:
                made = button(words, "", icons(icon))
                made.clicked.connect(lambda _=False, send=signal: send.emit(card.key))
                self.buttons[name] = made
                flow.addWidget(made)
        if card.can_stop:
            stop = button(self.tr("Stop sharing"), "danger", icons("ban", "loss"))
            stop.clicked.connect(lambda: owner.stop_requested.emit(card.key))
            self.buttons["stop"] = stop
            flow.addWidget(stop)
        for name, made in self.buttons.items():
            if name != "edit":
                made.setAccessibleDescription(f"{card.for_whom}, {card.what}")
        return flow


class SharedView(QWidget):
    """All shares, newest first."""

    edit_requested = Signal(str, str)  # share, ISO date it ends now
    stop_requested = Signal(str)
    print_requested = Signal(str)
    open_requested = Signal(str)
    later_requested = Signal(str)
    exams_requested = Signal()

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = icons
        column = page_of(self)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        self.empty = self._nothing()
        column.addWidget(self.empty)
        column.addStretch(1)
        self.list: CardList[ShareCard] = CardList(self._cards, lambda: ShareCardView(self), self)
        self.empty.hide()

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self.icons = icons
        self.list.redraw()

    def show_shares(self, cards: Sequence[ShareCard]) -> None:
        """Show these shares."""
        self.list.show_cards(cards)
        self.empty.setVisible(not cards)

    def _nothing(self) -> Quiet:
        words = self.tr("Choose an exam and press “Share”. A doctor then sees it in any browser, without an account.")
        made = Quiet(self.tr("Nothing is shared yet"), words)
        self.to_exams = button(self.tr("Go to my exams"))
        self.to_exams.clicked.connect(self.exams_requested)
        flow = FlowLayout()
        flow.addWidget(self.to_exams)
        made.column.addLayout(flow)
        return made
