"""The place "Discs & drives": a card for everything that is in, and a place to drop more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QWidget

from core.ui.parts import Page, Standing, holds_focus, label, scrolling
from importer.ui.card import CardView
from importer.ui.drop_target import DropTarget
from importer.ui.keep_all import KeepAll
from importer.ui.unfinished_view import UnfinishedList

if TYPE_CHECKING:
    from importer.ui.person_chooser import PersonChooser
    from importer.ui.receipt_view import ReceiptView
    from importer.ui.summary import DiscCard, PersonLine, Receipt, UnfinishedCard

MAX_WIDTH = 960


class DiscsPanel(QStackedWidget):
    """Cards and drop target, or one receipt; every wish leaves as a signal with the source's id."""

    look_requested = Signal(str, str)
    scan_requested = Signal(str)
    keep_requested = Signal(str)
    stop_requested = Signal(str)
    receipt_requested = Signal(str)
    shelf_requested = Signal(str)
    remove_requested = Signal(str)
    save_requested = Signal(str)
    persons_chosen = Signal(str, list)
    dropped = Signal(list)
    folder_requested = Signal()
    file_requested = Signal()
    count_changed = Signal(int)

    def __init__(self, icons: Callable[..., QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.cards: dict[str, CardView] = {}
        self.receipt: ReceiptView | None = None
        self.chooser: PersonChooser | None = None
        self._asked = ""  # the source it is about
        self._drop: DropTarget | None = None
        self._ordering = QTimer(self, singleShot=True, interval=0)  # what goes is gone by then, what comes is shown
        self._ordering.timeout.connect(self._order_keys)
        page = Page()
        self._column = page.column(MAX_WIDTH, 16)
        self._column.addWidget(label(self.tr("Discs & drives"), "title"))
        self.keep_all = KeepAll()
        self.keep_all.keep_requested.connect(self.keep_requested)
        self._column.addWidget(self.keep_all)
        self.unfinished = UnfinishedList(icons)
        self._column.addWidget(self.unfinished)
        self._column.addStretch(1)
        self._page, self._area = page, scrolling(page)
        self.addWidget(self._area)
        self._standing = Standing(self._area)
        self._place_drop()

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icons = icons
        for view in self.cards.values():
            view.set_icons(icons)
        self.unfinished.set_icons(icons)
        self._place_drop()
        if self.receipt is not None:
            self.show_receipt(self.receipt.receipt)

    def show_card(self, card: DiscCard) -> None:
        """Add a card or show its new state."""
        if card.source_id not in self.cards:
            view = self._new_card()
            self.cards[card.source_id] = view
            self._column.insertWidget(3, view)
            self._place_drop()
            self._tell_count()
        self.cards[card.source_id].show_card(card)
        self._offer_all()
        self._ordering.start()

    def bring_to_sight(self, source_id: str) -> None:
        """Scroll to what somebody has just chosen: the card in sight would be taken for it, and may be another's."""
        view = self.cards.get(source_id)
        if view is None:
            return
        for inner in (self._column, self._page.layout()):
            if inner is not None:
                inner.activate()
        self._area.verticalScrollBar().setValue(view.mapTo(self._page, QPoint(0, 0)).y() - self._column.spacing())

    def card_of(self, source_id: str) -> DiscCard | None:
        """Give what the card of a source shows, None where there is none."""
        return self.cards[source_id].card if source_id in self.cards else None

    def remove_card(self, source_id: str) -> None:
        """Take a card off the list."""
        view = self.cards.pop(source_id, None)
        if view is not None:
            if holds_focus(view):  # else it would go to the next card's button
                self.setFocus()
            view.hide()
            view.deleteLater()
            self._place_drop()
            self._offer_all()
            self._tell_count()

    def show_unfinished(self, cards: Sequence[UnfinishedCard]) -> None:
        """Show the imports that were cut off, above everything else."""
        self.unfinished.show_cards(cards)
        self._ordering.start()
        self._tell_count()

    def _offer_all(self) -> None:
        cards = (view.card for view in reversed(self.cards.values()))  # as they lie in the column
        self.keep_all.show_cards(card for card in cards if card is not None)

    def _tell_count(self) -> None:
        self.count_changed.emit(len(self.cards) + len(self.unfinished.views))

    def set_thumbnail(self, source_id: str, image: QImage | None) -> None:
        """Show a picture on a card, or none."""
        if source_id in self.cards:
            self.cards[source_id].set_thumbnail(image)
            self._ordering.start()

    def ask_persons(self, source_id: str, persons: tuple[PersonLine, ...]) -> None:
        """Ask whose images shall be kept; the answer leaves as `persons_chosen`."""
        from importer.ui.person_chooser import PersonChooser

        chooser = PersonChooser(persons, self)
        chooser.accepted.connect(lambda: self.persons_chosen.emit(source_id, chooser.chosen()))
        chooser.finished.connect(self._chooser_done)
        self.chooser = chooser
        self._asked = source_id
        chooser.open()

    def ask_no_more(self, source_id: str) -> None:
        """Close the question about a source that is not what it was."""
        if self.chooser is not None and self._asked == source_id:
            self.chooser.reject()

    def show_receipt(self, receipt: Receipt) -> None:
        """Show a receipt instead of the cards."""
        from importer.ui.receipt_view import ReceiptView

        if self.receipt is None:
            self._standing.note()
        self.show_cards()
        view = ReceiptView(self._icons, receipt)
        view.back_requested.connect(self.step_back)
        view.shelf_requested.connect(self.shelf_requested)
        view.save_requested.connect(self.save_requested)
        self.receipt = view
        self.addWidget(view)
        self.setCurrentWidget(view)
        view.back.setFocus()

    def show_cards(self) -> None:
        """Go back to the cards."""
        self.setCurrentIndex(0)
        if self.receipt is not None:
            self.removeWidget(self.receipt)
            self.receipt.deleteLater()
            self.receipt = None

    def step_back(self) -> bool:
        """Go back from a receipt to where it was opened."""
        if self.receipt is None:
            return False
        self.show_cards()
        self._standing.resume()
        return True

    def _chooser_done(self) -> None:
        if self.chooser is not None:
            self.chooser.deleteLater()
            self.chooser = None

    def _new_card(self) -> CardView:
        view = CardView(self._icons)
        view.look_requested.connect(self.look_requested)
        view.scan_requested.connect(self.scan_requested)
        view.keep_requested.connect(self.keep_requested)
        view.stop_requested.connect(self.stop_requested)
        view.receipt_requested.connect(self.receipt_requested)
        view.shelf_requested.connect(self.shelf_requested)
        view.remove_requested.connect(self.remove_requested)
        return view

    def _place_drop(self) -> None:
        """Put the drop target below the cards, large while there are none."""
        if self._drop is not None:
            self._drop.hide()
            self._drop.deleteLater()
        self._drop = DropTarget(self._icons, large=not self.cards)
        self._drop.dropped.connect(self.dropped)
        self._drop.folder_requested.connect(self.folder_requested)
        self._drop.file_requested.connect(self.file_requested)
        self._column.insertWidget(self._column.count() - 1, self._drop)
        self._ordering.start()

    def _order_keys(self) -> None:
        """Let Tab go down the page as the eyes do: Qt sends it to what was made last, last."""
        parts = (
            self.keep_all,
            self.unfinished,
            *reversed(self.cards.values()),
            self._drop,
        )  # as they lie in the column
        buttons = [made for part in parts if part is not None for made in part.findChildren(QAbstractButton)]
        for before, after in pairwise(made for made in buttons if made.isVisibleTo(self)):
            QWidget.setTabOrder(before, after)
