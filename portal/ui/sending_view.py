"""What is on its way to the portal, study by study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.notice import Notice
from core.ui.parts import button, label
from portal.ui.card_list import CardList, CardView
from portal.ui.entries import SendAction, SendingCard
from portal.ui.parts import NamedIcon, Quiet, page_of, set_tone

ICONS = {
    "now": "refresh-cw",
    "pause": "pause",
    "resume": "play",
    "again": "refresh-cw",
    "stop": "square",
    "receipt": "receipt-text",
    "new-key": "shield-check",
}
LIMITS = (0, 100, 250, 500, 1000, 2000, 5000)  # KB a second


class SendingCardView(CardView[SendingCard]):
    """One study: whose, how far, and what can be done about it; mere progress changes only words and bar."""

    def __init__(self, owner: SendingView) -> None:
        super().__init__()
        self._owner = owner
        self._note: QLabel | None = None
        self.bar: QProgressBar | None = None

    def show_card(self, card: SendingCard) -> None:
        """Show how far it is."""
        if self.card is not None and self._note is not None and _still(self.card) == _still(card):
            self.card = card
            self._go_on(card)
        else:
            super().show_card(card)

    def fill(self, card: SendingCard, column: QVBoxLayout) -> None:
        """Put title, bar, words and buttons into the card."""
        self.setAccessibleName(f"{card.title}, {card.person}")
        column.addWidget(label(card.title, "strong", selectable=True))
        column.addWidget(label(card.person, "body"))
        self.bar = None
        if card.running:
            self.bar = QProgressBar()
            self.bar.setTextVisible(False)
            column.addWidget(self.bar)
        self._note = label("", "body", tone=card.tone, selectable=True)
        column.addWidget(self._note)
        if card.means or card.do:
            column.addWidget(Notice(self._owner.icons, card.tone or "amber", card.means or card.do, card.do))
        self._go_on(card)
        if card.actions:
            column.addSpacing(4)
            column.addLayout(self._actions(card))

    def _go_on(self, card: SendingCard) -> None:
        if self._note is not None:
            set_tone(self._note, card.note, card.tone)
        if self.bar is not None:
            self.bar.setAccessibleName(card.note)
            self.bar.setRange(0, 0 if card.share is None else 1000)
            self.bar.setValue(round((card.share or 0) * 1000))

    def _actions(self, card: SendingCard) -> QHBoxLayout:
        """Place what a study under way takes on one side and what begins it anew on the other.

        A card changes by itself, and no button may come to where another one was: the room of "Try again" is kept free.
        """
        row, flow = QHBoxLayout(), FlowLayout()
        row.setSpacing(8)
        for name in card.actions:
            if name != "again":
                flow.addWidget(self._button(card, name))
        again = self._button(card, "again")
        policy = again.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        again.setSizePolicy(policy)
        if "again" not in card.actions:
            again.hide()
        row.addLayout(flow, 1)
        row.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        self.buttons = {name: made for name, made in self.buttons.items() if name in card.actions}
        return row

    def _button(self, card: SendingCard, name: SendAction) -> QPushButton:
        words = {
            "now": self.tr("Try now"),
            "pause": self.tr("Pause"),
            "resume": self.tr("Go on"),
            "again": self.tr("Try again"),
            "stop": self.tr("Stop sending"),
            "receipt": self.tr("Save receipt…"),
            "new-key": self.tr("Use its new key"),
        }
        primary = name in {"resume", "again"}
        icon = self._owner.icons(ICONS[name], "on_accent" if primary else None)
        made = button(words[name], "primary" if primary else "", icon)
        made.setAccessibleDescription(f"{card.title}, {card.person}")
        made.clicked.connect(lambda _=False: self._owner.action_requested.emit(card.key, name))
        self.buttons[name] = made
        return made


class SendingView(QWidget):
    """All studies that are being sent, wait, or were sent."""

    action_requested = Signal(str, str)  # upload, what
    shelf_requested = Signal()
    limit_chosen = Signal(int)  # KB a second, 0 for none

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = icons
        column = page_of(self)
        self.limit = QComboBox()
        self._limit_row = self._make_limit()
        column.addWidget(self._limit_row)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        self.empty = self._nothing()
        column.addWidget(self.empty)
        words = self.tr("You can close Scanshelf at any time: what is not sent yet goes on at the next start.")
        self._hint = label(words, "caption")
        column.addWidget(self._hint)
        column.addStretch(1)
        self.list: CardList[SendingCard] = CardList(self._cards, lambda: SendingCardView(self), self)
        self.show_sending([])

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self.icons = icons
        self.list.redraw()

    def show_sending(self, cards: Sequence[SendingCard]) -> None:
        """Show these studies."""
        self.list.show_cards(cards)
        self.empty.setVisible(not cards)
        self._hint.setVisible(bool(cards))
        self._limit_row.setVisible(bool(cards))

    def show_limit(self, kilobytes: int) -> None:
        """Show how much of the line may be used; one that is not offered is named with the others."""
        if (index := self.limit.findData(kilobytes)) < 0:
            self.limit.addItem(self._limit_words(kilobytes), kilobytes)
            index = self.limit.count() - 1
        with QSignalBlocker(self.limit):
            self.limit.setCurrentIndex(index)

    def _make_limit(self) -> QWidget:
        holder, flow, words = QWidget(), FlowLayout(), self.tr("Speed of sending")
        for kilobytes in LIMITS:
            self.limit.addItem(self._limit_words(kilobytes), kilobytes)
        self.limit.setAccessibleName(words)
        self.limit.setToolTip(self.tr("Leaves room on the line for others. It holds at once, and until you change it."))
        self.limit.activated.connect(lambda _: self.limit_chosen.emit(self.limit.currentData()))
        flow.setContentsMargins(0, 0, 0, 0)
        flow.addWidget(label(words, "body"))
        flow.addWidget(self.limit)
        holder.setLayout(flow)
        return holder

    def _limit_words(self, kilobytes: int) -> str:
        if not kilobytes:
            return self.tr("As fast as possible")
        if kilobytes % 1000:
            return self.tr("At most {n} KB a second").replace("{n}", f"{kilobytes:,}")
        return self.tr("At most {n} MB a second").replace("{n}", f"{kilobytes // 1000:,}")

    def _nothing(self) -> Quiet:
        words = self.tr("Choose an exam on your shelf and press “Send”. It goes on by itself, even after a restart.")
        made = Quiet(self.tr("Nothing is being sent"), words)
        self.to_shelf = button(self.tr("Choose images on my shelf"))
        self.to_shelf.clicked.connect(self.shelf_requested)
        flow = FlowLayout()
        flow.addWidget(self.to_shelf)
        made.column.addLayout(flow)
        return made


def _still(card: SendingCard) -> SendingCard:
    return replace(card, note="", share=None)
