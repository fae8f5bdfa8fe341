"""The table of studies, grouped by person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from library.ui.entries import ShelfPerson
from library.ui.shelf_model import IMAGES, KIND, PORTAL, WHAT, WHEN, ShelfModel

NAMES = {WHEN: "when", KIND: "kind", IMAGES: "images", PORTAL: "portal"}  # the column between them takes what is left
WIDEST = {WHEN: "30 September 2000", KIND: "Mammogram", IMAGES: "100,000", PORTAL: "partly · shared 10"}

LETTERS_WITH_KIND = 56
LETTERS_OF_PORTAL = 18


class ShelfTable(QTreeView):
    """Studies under their persons; one study is chosen, Enter or a double click opens it."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf = ShelfModel(self)
        self.setModel(self.shelf)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Studies on your shelf, by person"))
        self.header().setStretchLastSection(False)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionsMovable(False)
        self.doubleClicked.connect(self._open)
        self._letter = self.fontMetrics().averageCharWidth()

    def show_persons(self, persons: Sequence[ShelfPerson]) -> None:
        """Replace the rows and keep the chosen study chosen where it is still there."""
        kept = self.chosen_study()
        self.shelf.show_persons(persons)
        self._show_portal(self.shelf.any_at_portal())
        self.expandAll()
        for row in range(self.shelf.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
        self.choose(kept or "")

    def _show_portal(self, shown: bool) -> None:
        """Give the column room while something is at a portal; a hidden one has no width of its own."""
        self.setColumnHidden(PORTAL, not shown)
        needed = self.fontMetrics().horizontalAdvance(WIDEST[PORTAL]) + 24
        if shown and self.columnWidth(PORTAL) < needed / 2:
            self.setColumnWidth(PORTAL, needed)
        self._show_kind()

    def _show_kind(self) -> None:
        """Leave the kind to the preview where the date and the words need the room."""
        letters = LETTERS_WITH_KIND + (0 if self.isColumnHidden(PORTAL) else LETTERS_OF_PORTAL)
        self.setColumnHidden(KIND, self.width() < letters * self.fontMetrics().averageCharWidth())

    def choose(self, study_key: str) -> None:
        """Choose a study; the first one when it is not there."""
        index = self.shelf.find(study_key)
        if not index.isValid():
            index = self.shelf.first_study()
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def chosen_study(self) -> str | None:
        """Give the key of the chosen study."""
        study = self.shelf.study(self.currentIndex())
        return study.key if study is not None else None

    def set_widths(self, widths: dict[str, int]) -> None:
        """Take remembered column widths, else sensible ones for the text size."""
        self.ensurePolished()
        self._letter = self.fontMetrics().averageCharWidth()
        for column, text in WIDEST.items():
            self.setColumnWidth(column, widths.get(NAMES[column], self.fontMetrics().horizontalAdvance(text) + 24))

    def widths(self) -> dict[str, int]:
        """Give the column widths to remember."""
        return {NAMES[column]: self.columnWidth(column) for column in NAMES}

    def changeEvent(self, event: QEvent) -> None:
        """Let the columns grow and shrink with the text."""
        super().changeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and letter != self._letter:
            widths = {column: round(self.columnWidth(column) * letter / self._letter) for column in NAMES}
            self._letter = letter
            for column, width in widths.items():
                self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._show_kind()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which study was chosen."""
        super().selectionChanged(selected, deselected)
        key = self.chosen_study()
        if key is not None:
            self.chosen.emit(key)

    def _open(self, index: QModelIndex) -> None:
        study = self.shelf.study(index)
        if study is not None:
            self.opened.emit(study.key)
