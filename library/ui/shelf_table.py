"""The table of studies, grouped by person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from core.isolates import isolated
from core.ui.parts import paragraph
from library.ui.entries import ShelfPerson
from library.ui.shelf_model import IMAGES, KIND, PORTAL, WHAT, WHEN, ShelfModel

NAMES = {WHEN: "when", KIND: "kind", IMAGES: "images", PORTAL: "portal"}  # the column between them takes what is left
WIDEST = {WHEN: "30 September 2000", KIND: "Mammogram", IMAGES: "100,000", PORTAL: "partly · shared 10"}

LETTERS_OF_WHAT = 20  # what an exam is never shrinks to dots: the table scrolls sideways instead
LETTERS_WITH_KIND = 56
LETTERS_OF_PORTAL = 18
LETTERS_AT_LEAST = 5  # a narrower column says nothing, nor can it be taken hold of
TIMES_AT_MOST = 3  # of what its widest text needs; a wider one pushes the others out of sight


class Cells(QStyledItemDelegate):
    """Writes each cell in its own direction, and of a person's line first what must be read: name and birth date."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Choose the words for the room there is."""
        super().initStyleOption(option, index)
        table = self.parent()
        if isinstance(table, ShelfTable):
            person = table.shelf.person_line(index)
            text = fitting(person, option.fontMetrics, table.room_for_person()) if person else str(option.text)
            option.text = paragraph(text)


def fitting(person: ShelfPerson, metrics: QFontMetrics, room: int) -> str:
    """Write a person's line into so many pixels: the birth date stays whole, then the name, then the other details."""
    born, _, others = person.details.partition(" · ")
    whole = " · ".join(part for part in (isolated(person.name), born, others) if part)
    if metrics.horizontalAdvance(whole) <= room:
        return whole
    left = room - metrics.horizontalAdvance(f" · {born}")
    name = metrics.elidedText(person.name, Qt.TextElideMode.ElideRight, max(left, metrics.averageCharWidth() * 4))
    start = f"{isolated(name)} · {born}" if born else isolated(name)
    rest = room - metrics.horizontalAdvance(f"{start} · ")
    if not others or rest < metrics.averageCharWidth() * 6:
        return start
    return f"{start} · {metrics.elidedText(others, Qt.TextElideMode.ElideRight, rest)}"


class ShelfTable(QTreeView):
    """Studies under their persons; one study is chosen or none, Enter or a double click opens it."""

    chosen = Signal(str)  # "" where no study is: a person's line is, or nothing
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self._was_filled = False
        self._widths: dict[int, int] = {}  # also of columns that are hidden now: Qt gives those none
        self.shelf = ShelfModel(self)
        self.setModel(self.shelf)
        self.setItemDelegate(Cells(self))
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
        """Replace the rows; the chosen study stays chosen, and where it is not there any more, nothing is.

        Only the very first time the first study is chosen: later nobody's images come under the hand by themselves.
        """
        kept = self.chosen_study()
        self._filling = True
        self.shelf.show_persons(persons)
        self._show_portal(self.shelf.any_at_portal())
        self._make_room(IMAGES, self.shelf.widest_images())
        self._make_room(WHEN, self.shelf.widest_date())
        self.expandAll()
        for row in range(self.shelf.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
        index = self.shelf.find(kept) if kept else QModelIndex()
        if not self._was_filled and not index.isValid():
            index = self.shelf.first_study()
        self._was_filled = self._was_filled or bool(persons)
        self._choose(index)
        self._filling = False
        self._tell()

    def _show_portal(self, shown: bool) -> None:
        """Give the column room while something is at a portal; a hidden one has no width of its own."""
        self._show_column(PORTAL, shown)
        needed = self.fontMetrics().horizontalAdvance(WIDEST[PORTAL]) + 24
        if shown and self.columnWidth(PORTAL) < needed / 2:
            self.setColumnWidth(PORTAL, needed)
        self._show_kind()

    def room_for_person(self) -> int:
        """Give the width a person's line may have, in pixels: what can be seen, however far the columns go."""
        return self.viewport().width() - 3 * self.fontMetrics().averageCharWidth()

    def _make_room(self, column: int, text: str) -> None:
        """Let a column say "79 of 400", or a day with its year, in full, however narrow it was made."""
        needed = self.fontMetrics().horizontalAdvance(text) + 4 * self.fontMetrics().averageCharWidth()
        if text and self.columnWidth(column) < needed:
            self.setColumnWidth(column, needed)

    def _show_kind(self) -> None:
        """Leave the kind to the preview where the date and the words need the room."""
        letters = LETTERS_WITH_KIND + (0 if self.isColumnHidden(PORTAL) else LETTERS_OF_PORTAL)
        self._show_column(KIND, self.width() >= letters * self.fontMetrics().averageCharWidth())
        self._keep_what()

    def _keep_what(self) -> None:
        """Let what the exam is take the room that is left, but never so little that nobody can read it."""
        others = sum(self.columnWidth(column) for column in NAMES if not self.isColumnHidden(column))
        least = LETTERS_OF_WHAT * self.fontMetrics().averageCharWidth()
        tight = self.viewport().width() - others < least
        mode = QHeaderView.ResizeMode.Interactive if tight else QHeaderView.ResizeMode.Stretch
        self.header().setSectionResizeMode(WHAT, mode)
        if tight:
            self.setColumnWidth(WHAT, least)

    def choose(self, study_key: str) -> None:
        """Choose a study; nothing when it is not there."""
        self._choose(self.shelf.find(study_key))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            self.selectionModel().clear()

    def chosen_study(self) -> str | None:
        """Give the key of the study that is seen to be chosen."""
        study = self.shelf.study(self._chosen_row())
        return study.key if study is not None else None

    def _chosen_row(self) -> QModelIndex:
        selected = self.selectionModel().selectedIndexes()
        return selected[0] if selected else QModelIndex()

    def set_widths(self, widths: dict[str, int]) -> None:
        """Take remembered column widths, else sensible ones for the text size."""
        self.ensurePolished()
        self._letter = self.fontMetrics().averageCharWidth()
        self.header().setMinimumSectionSize(LETTERS_AT_LEAST * self._letter)
        for column, text in WIDEST.items():
            fitting = self.fontMetrics().horizontalAdvance(text) + 24
            width = widths.get(NAMES[column], fitting)
            is_sensible = LETTERS_AT_LEAST * self._letter <= width <= TIMES_AT_MOST * fitting
            self._widths[column] = width if is_sensible else fitting
            if not self.isColumnHidden(column):
                self.setColumnWidth(column, self._widths[column])

    def widths(self) -> dict[str, int]:
        """Give the column widths to remember; a column without room has the width it had when it was seen."""
        self._note_widths()
        return {NAMES[column]: width for column, width in self._widths.items()}

    def _note_widths(self) -> None:
        self._widths |= {column: self.columnWidth(column) for column in NAMES if not self.isColumnHidden(column)}

    def _show_column(self, column: int, shown: bool) -> None:
        """Show or hide a column; it comes back as wide as it was."""
        self._note_widths()
        self.setColumnHidden(column, not shown)
        if shown and column in self._widths:
            self.setColumnWidth(column, self._widths[column])

    def changeEvent(self, event: QEvent) -> None:
        """Let the columns grow and shrink with the text."""
        super().changeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and letter != self._letter:
            widths = {name: round(width * letter / self._letter) for name, width in self.widths().items()}
            self.set_widths(widths)
            self._show_kind()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._show_kind()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the chosen study with Enter."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._open(self._chosen_row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which study was chosen."""
        super().selectionChanged(selected, deselected)
        self._tell()

    def _tell(self) -> None:
        if not self._filling:
            self.chosen.emit(self.chosen_study() or "")

    def _open(self, index: QModelIndex) -> None:
        study = self.shelf.study(index)
        if study is not None:
            self.opened.emit(study.key)
