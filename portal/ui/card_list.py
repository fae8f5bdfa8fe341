"""A column of cards by key: only what changed is drawn anew, so that looking again and again disturbs nobody.

Long lists begin with a page; more follows when somebody gets to its end. Cards are made a few at a time, with the rest
of the window's work in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import button, clear, holds_focus, label
from core.ui.steady_column import SteadyColumn

AT_ONCE = 3  # a card takes some milliseconds
PAGE = 20


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
        self._outer = SteadyColumn(self)
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
        had_focus = holds_focus(self)
        clear(self._outer)
        self.buttons = {}
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        self.fill(self.card, column)
        self._outer.addWidget(inner)
        inner.show()
        if had_focus:  # never by itself on a button that does something else
            (self.buttons.get(focused or "") or self).setFocus()

    def fill(self, card: C, column: QVBoxLayout) -> None:
        """Put the card's parts into its column."""
        raise NotImplementedError


class More(QWidget):
    """Says how many of how many are shown, and shows more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = label("", "caption")
        self.said.setWordWrap(False)
        self.button = button(self.tr("Show more"), "small")
        flow = FlowLayout(self, spacing=12)
        flow.addWidget(self.said)
        flow.addWidget(self.button)

    def say(self, shown: int, there: int) -> None:
        """Show how many are shown; nothing where that is all."""
        self.said.setText(self.tr("{shown} of {all} are shown").format(shown=f"{shown:,}", all=f"{there:,}"))
        self.said.setMinimumHeight(self.button.sizeHint().height())
        self.setVisible(shown < there)


class CardList(QObject, Generic[C]):
    """Keeps the views in a column in the order of the cards; `parent` holds the area they scroll in."""

    def __init__(
        self,
        column: QVBoxLayout,
        make: Callable[[], CardView[C]],
        parent: QWidget,
        *,
        at_once: int = AT_ONCE,
        page: int = PAGE,
    ) -> None:
        super().__init__(parent)
        self._column, self._make, self._owner = column, make, parent
        self._at_once, self._page, self._room = at_once, page, page
        self._cards: tuple[C, ...] = ()
        self.views: dict[str, CardView[C]] = {}
        self.more = More()
        self.more.hide()
        self.more.button.clicked.connect(self.show_more)
        column.addWidget(self.more)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw)
        area = parent.findChild(QScrollArea)
        self._scrolled_page = None if area is None else area.widget()
        if area is not None:
            self._bar = area.verticalScrollBar()
            self._bar.valueChanged.connect(self._scrolled)

    def show_cards(self, cards: Sequence[C]) -> None:
        """Show these cards and no others."""
        self._cards = tuple(cards)
        places = {card.key: place for place, card in enumerate(cards)}
        for key in self.views.keys() - places.keys():
            self._remove(key)
        self._room = max([self._room, *(places[key] + 1 for key in self.views)])  # what was shown stays
        self._draw()

    def show_more(self) -> None:
        """Show another page of the list."""
        self._room += self._page
        self._draw()

    def redraw(self) -> None:
        """Fill all cards anew (other colours)."""
        for view in self.views.values():
            view.redraw()

    def _draw(self) -> None:
        """Draw what is new or changed, some now and the others in the next turns of the event loop."""
        with self._in_one_go():
            left = self._at_once
            for place, card in enumerate(self._cards[: self._room]):
                view = self.views.get(card.key)
                if view is None or view.card != card:
                    if not left:
                        self._later.start()
                        break
                    left -= 1
                self._draw_one(place, card)
            self.more.say(min(self._room, len(self._cards)), len(self._cards))

    @contextmanager
    def _in_one_go(self) -> Iterator[None]:
        """Lay the page out once at the end, with room for all: each card that is shown would squeeze all others."""
        body = self._column.parentWidget()
        layouts = [layout for each in (self._scrolled_page, body) if each and (layout := each.layout())]
        for layout in layouts:
            layout.setEnabled(False)
        try:
            yield
        finally:
            for layout in (*layouts, self._column):
                layout.setEnabled(True)
                layout.invalidate()
            if body is not None:
                body.updateGeometry()  # else the page would go by the height it had
            self._make_room()

    def _make_room(self) -> None:
        page = self._scrolled_page
        layout = page.layout() if page else None
        if page is not None and layout is not None:
            page.resize(page.width(), max(page.height(), layout.totalHeightForWidth(page.width())))

    def _draw_one(self, place: int, card: C) -> None:
        if card.key not in self.views:
            self.views[card.key] = self._make()
        view = self.views[card.key]
        there = self._column.itemAt(place)  # indexOf would walk through all of them, for each of them
        if there is None or there.widget() is not view:
            self._column.insertWidget(place, view)
        view.show_card(card)
        view.show()

    def _scrolled(self, value: int) -> None:
        near = value >= self._bar.maximum() - self._bar.pageStep() // 2
        if near and not self._later.isActive() and len(self.views) < len(self._cards):
            self.show_more()

    def _remove(self, key: str) -> None:
        view = self.views.pop(key)
        if holds_focus(view):  # else it would go to the next card's button
            self._owner.setFocus()
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()
