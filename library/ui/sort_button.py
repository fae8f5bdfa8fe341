"""The button above the list that says in which order it stands, with a menu to change it by keys or mouse."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup, QIcon
from PySide6.QtWidgets import QMenu, QWidget

from core.ui.parts import Button, plain_tip, spaced
from library.ui.entries import BIGGEST_FIRST, Column, Order


class SortButton(Button):
    """Says "Sorted by name"; its menu has every column, and the other way round."""

    order_chosen = Signal(object)  # Order

    def __init__(self, columns: Mapping[Column, str], icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setProperty("kind", "quiet")
        self.setAutoDefault(False)
        self.setIcon(icon)
        self._columns, self._order = columns, Order()
        self._is_short = False
        self._menu = QMenu(self)
        choice = QActionGroup(self)
        self._actions = {}
        for column, words in columns.items():
            action = self._actions[column] = self._menu.addAction(words)
            action.setCheckable(True)
            choice.addAction(action)
            action.triggered.connect(lambda _, column=column: self._choose(column))
        self._menu.addSeparator()
        self._turn = self._menu.addAction(self.tr("The other way round"))
        self._turn.setCheckable(True)
        self._turn.triggered.connect(lambda: self.order_chosen.emit(self._order.turned()))
        self.setMenu(self._menu)
        self.show_order(Order())

    def show_order(self, order: Order) -> None:
        """Say the order."""
        self._order = order
        self._actions[order.column].setChecked(True)
        turned = order.down != (order.column in BIGGEST_FIRST)
        self._turn.setChecked(turned)
        words = self.tr("Sorted by: {column}").format(column=self._columns[order.column])
        spoken = self.tr("{sorted}, the other way round").format(sorted=words) if turned else words
        self.setText("" if self._is_short else spaced(f"{words} ↕" if turned else words))
        self.setToolTip(plain_tip(spoken))
        self.setAccessibleName(spoken)

    def be_short(self, short: bool) -> None:
        """Leave the words to the tooltip where there is no room for them."""
        self._is_short = short
        self.show_order(self._order)

    def _choose(self, column: Column) -> None:
        """Sort by a column the way it is usual; what is chosen already stays as it is."""
        if column != self._order.column:
            self.order_chosen.emit(Order(column, column in BIGGEST_FIRST))
