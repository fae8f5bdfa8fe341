"""How the shelf's page is laid out: search on top, the list, what is chosen beside or below it, and the sum."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.ui.parts import holds_focus, label
from library.ui.empty_pages import EmptyShelf, NothingFound
from library.ui.entries import ShelfPerson
from library.ui.preview import Preview
from library.ui.search_field import SearchField
from library.ui.shelf_table import ShelfTable
from library.ui.sort_button import SortButton

LETTERS_SIDE_BY_SIDE = 80
MARGINS, LOW_MARGINS = (24, 16, 24, 24), (12, 8, 12, 8)
SIZES, LOW_SIZES = [1000, 560], [1000, 1000]  # of the list and what is chosen
LINES_WITH_TITLE = 24  # a lower window leaves the title and the sum to what can be read elsewhere


class ShelfPage(QWidget):
    """Gives the parts it is handed their places, and says what is there or why there is nothing."""

    def __init__(
        self, search: SearchField, table: ShelfTable, preview: Preview, sorting: SortButton, to_bin: QPushButton
    ) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self._table, self._sorting, self._to_bin = table, sorting, to_bin
        self.empty, self.nothing_found = EmptyShelf(), NothingFound()
        self._title, self._sum = label(self.tr("My shelf"), "title"), label("", "caption")
        self._head, self._beside_search = QHBoxLayout(), QHBoxLayout()
        self._splitter = self._split(table, preview)
        self._middle = QStackedWidget()
        self._is_low = False
        self._column = QVBoxLayout(self)
        self._place(search)

    def show_persons(self, text: str, persons: Sequence[ShelfPerson]) -> None:
        """Show what was found, or why there is nothing; the keys never go on to the next button by themselves."""
        had_focus = holds_focus(self._middle)
        self._table.show_persons(persons)
        self.say_sum()
        self.nothing_found.say(text)
        instead = self.nothing_found if text else self.empty
        self._middle.setCurrentWidget(self._splitter if persons else instead)
        if had_focus and not holds_focus(self._middle):
            self._middle.setFocus()

    def say_sum(self) -> None:
        """Say how much is shown, and where several are chosen how many of how many persons."""
        persons, chosen = self._table.shelf.persons, self._table.chosen_rows()
        studies = sum(len(person.studies) for person in persons)
        said = [self.tr("%n exam(s)", "", studies), self.tr("%n person(s)", "", len(persons))]
        if len(chosen) > 1:
            of = len({person.key for person, _ in chosen})
            counted = self.tr("%n chosen", "", len(chosen))
            said.append(f"{counted}, {self.tr('of %n person(s)', '', of)}" if of > 1 else counted)
        self._sum.setText(" · ".join(said))

    def fit_into(self, size: QSize) -> None:
        """Put the preview below the list where both side by side would be too narrow."""
        metrics = self._table.fontMetrics()
        narrow = size.width() < LETTERS_SIDE_BY_SIDE * metrics.averageCharWidth()
        self._splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self._be_low(narrow and size.height() < LINES_WITH_TITLE * metrics.lineSpacing())

    def _be_low(self, low: bool) -> None:
        """Leave room for what can be done with the chosen one: it needs it more than a long list does."""
        self._title.setVisible(not low)
        self._sum.setVisible(not low)
        self._sorting.be_short(low)
        self._column.setContentsMargins(*(LOW_MARGINS if low else MARGINS))
        self._splitter.setHandleWidth(8 if low else 16)
        if low != self._is_low:
            self._is_low = low
            self._splitter.setSizes(LOW_SIZES if low else SIZES)
            self._table.setHeaderHidden(low)  # the button beside the search sorts too
        for made in (self._sorting, self._to_bin):
            (self._beside_search if low else self._head).addWidget(made)

    def _place(self, search: SearchField) -> None:
        self._column.setContentsMargins(*MARGINS)
        self._column.setSpacing(12)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._sorting)
        self._head.addWidget(self._to_bin)
        self._column.addLayout(self._head)
        self._beside_search.addWidget(search, 1)
        self._column.addLayout(self._beside_search)
        for page in (self._splitter, self.empty, self.nothing_found):
            self._middle.addWidget(page)
        self._column.addWidget(self._middle, 1)

    def _split(self, table: ShelfTable, preview: Preview) -> QSplitter:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(table, 1)
        column.addWidget(self._sum)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(left)
        splitter.addWidget(preview)
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes(SIZES)
        preview.hide()
        return splitter
