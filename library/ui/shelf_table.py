"""The table of studies, grouped by person."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from core.language.isolates import isolated
from core.ui.parts import paragraph
from library.ui.entries import Order, ShelfPerson, ShelfStudy
from library.ui.shelf_model import IMAGES, KIND, PORTAL, WHAT, WHEN, ShelfModel
from library.ui.shelf_model import NAMES as COLUMNS

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


_DELETE = {Qt.Key.Key_Backspace} if sys.platform == "darwin" else set[Qt.Key]()  # what a Mac's keyboard calls delete
_Select = QItemSelectionModel.SelectionFlag
_Move = QAbstractItemView.CursorAction
_UP = frozenset({_Move.MoveUp, _Move.MovePageUp, _Move.MovePrevious})


class ShelfTable(QTreeView):
    """Studies under their persons; some are chosen, one, or none. Enter or a double click opens the one."""

    chosen = Signal(tuple)  # the keys of the studies that are seen to be chosen, as they stand in the list
    opened = Signal(str)
    bin_asked = Signal()
    menu_asked = Signal(str, QPoint)  # the person whose line it is for, "" where it is for the chosen studies
    sort_asked = Signal(str)  # the column that was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self._was_filled = False
        self._at_portal = False  # something is, so that the column is wanted
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
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Exams on your shelf, by person"))
        self.header().setStretchLastSection(False)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionsMovable(False)
        self.header().setSectionsClickable(True)
        self.header().setHighlightSections(False)
        self.header().sectionClicked.connect(lambda section: self.sort_asked.emit(COLUMNS[section]))
        self.doubleClicked.connect(self._open_row)
        self._letter = self.fontMetrics().averageCharWidth()

    def show_persons(self, persons: Sequence[ShelfPerson]) -> None:
        """Replace the rows; the chosen study stays chosen, and where it is not there any more, nothing is.

        Only the very first time the first study is chosen: later nobody's images come under the hand by themselves.
        """
        kept = self.chosen_studies()
        self._filling = True
        self.shelf.show_persons(persons)
        self._show_portal(self.shelf.any_at_portal())
        self._make_room(IMAGES, self.shelf.widest_images())
        self._make_room(WHEN, self.shelf.widest_date())
        self.expandAll()
        for row in range(self.shelf.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
        if not self._was_filled and (first := self.shelf.study(self.shelf.first_study())) is not None:
            kept = kept or [first.key]
        self._was_filled = self._was_filled or bool(persons)
        self.choose(*kept)
        self._filling = False
        self._tell()

    def show_order(self, order: Order) -> None:
        """Show at the head of a column that the rows stand by it."""
        self.shelf.show_order(order)

    def _show_portal(self, shown: bool) -> None:
        """Give the column room while something is at a portal; a hidden one has no width of its own."""
        self._at_portal = shown
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
        if text and self.isColumnHidden(column):
            self._widths[column] = max(self._widths.get(column, 0), needed)
        elif text and self.columnWidth(column) < needed:
            self.setColumnWidth(column, needed)

    def _show_kind(self) -> None:
        """Leave the kind to the preview where the date and the words need the room."""
        letters = LETTERS_WITH_KIND + (LETTERS_OF_PORTAL if self._at_portal else 0)
        self._show_column(KIND, self.width() >= letters * self.fontMetrics().averageCharWidth())
        self._show_what_is_whole()
        self._keep_what()

    def _show_what_is_whole(self) -> None:
        """Leave to the preview what would be half outside: 386 must not look like 86, nor 10 shares like one."""
        self._note_widths()
        before = [WHEN, *([] if self.isColumnHidden(KIND) else [KIND])]
        room = self.viewport().width() - sum(self._widths.get(column, 0) for column in before) - self._least_of_what()
        for column, wanted in ((IMAGES, True), (PORTAL, self._at_portal)):
            width = self._widths.get(column, 0)
            self._show_column(column, wanted and width <= room)
            room -= width if wanted else 0

    def _least_of_what(self) -> int:
        return LETTERS_OF_WHAT * self.fontMetrics().averageCharWidth()

    def _keep_what(self) -> None:
        """Let what the exam is take the room that is left, but never so little that nobody can read it."""
        others = sum(self.columnWidth(column) for column in NAMES if not self.isColumnHidden(column))
        least = self._least_of_what()
        tight = self.viewport().width() - others < least
        mode = QHeaderView.ResizeMode.Interactive if tight else QHeaderView.ResizeMode.Stretch
        self.header().setSectionResizeMode(WHAT, mode)
        if tight:
            self.setColumnWidth(WHAT, least)

    def choose(self, *study_keys: str) -> None:
        """Choose these studies alone, in one step; nothing when none is there."""
        rows = self.shelf.rows_of(study_keys)
        if rows.isEmpty():
            self.selectionModel().clear()
            return
        first = self.shelf.find(next(key for key in study_keys if self.shelf.find(key).isValid()))
        self.selectionModel().setCurrentIndex(first, _Select.NoUpdate)
        self.selectionModel().select(rows, _Select.ClearAndSelect | _Select.Rows)
        self.scrollTo(first)

    def choose_person(self, person: str) -> None:
        """Choose all studies of a person."""
        self.choose(*self.shelf.keys_of(person))

    def chosen_study(self) -> str | None:
        """Give the key of the one study that is seen to be chosen."""
        chosen = self.chosen_studies()
        return chosen[0] if len(chosen) == 1 else None

    def chosen_studies(self) -> list[str]:
        """Give the keys of the studies that are seen to be chosen, as they stand in the list."""
        return [study.key for _, study in self.chosen_rows()]

    def chosen_rows(self) -> list[tuple[ShelfPerson, ShelfStudy]]:
        """Give the studies that are seen to be chosen, each with its person."""
        return self.shelf.studies_in(self.selectionModel().selection())

    def choose_all(self) -> None:
        """Choose all studies of the person in whom the keys stand; where they are chosen, all that are shown."""
        chosen = self.chosen_studies()
        person = self.shelf.person(self.currentIndex())
        of_one = self.shelf.keys_of(person.key) if person is not None else []
        self.choose(*(of_one if of_one and not set(of_one) <= set(chosen) else self.shelf.all_keys()))

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
        """Open the one chosen study with Enter, move what is chosen to the bin with Delete, choose all with Ctrl+A."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self._open(self.chosen_study())
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() in _DELETE:
            if not event.isAutoRepeat() and self.chosen_studies():
                self.bin_asked.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.choose_all()
        elif event.key() != Qt.Key.Key_Space or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # a second press on a button that is gone lands here: it chooses nobody else
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go from study to study, over the lines of persons; to the left and right the list moves, not the choice."""
        if action in {_Move.MoveLeft, _Move.MoveRight}:
            bar, way = self.horizontalScrollBar(), 1 if action == _Move.MoveRight else -1
            bar.setValue(bar.value() + way * (-1 if self.isRightToLeft() else 1) * bar.singleStep())
            return self.currentIndex()
        index = super().moveCursor(action, modifiers)
        step = self.indexAbove if action in _UP else self.indexBelow
        while index.isValid() and self.shelf.study(index) is None:
            index = step(index)
        return index if index.isValid() else self.currentIndex()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is chosen; a study that is not chosen is chosen first, and alone."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        study = self.shelf.study(index)
        if by_mouse and study is not None and study.key not in self.chosen_studies():
            self.choose(study.key)
        place = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
        person = self.shelf.person(index)
        if by_mouse and study is None and person is not None:
            self.menu_asked.emit(person.key, place)
        elif self.chosen_studies() and (study is not None or not by_mouse):
            self.menu_asked.emit("", place)
        event.accept()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which studies were chosen."""
        super().selectionChanged(selected, deselected)
        self._tell()

    def _tell(self) -> None:
        if not self._filling:
            self.chosen.emit(tuple(self.chosen_studies()))

    def _open(self, study_key: str | None) -> None:
        if study_key is not None:
            self.opened.emit(study_key)

    def _open_row(self, index: QModelIndex) -> None:
        study = self.shelf.study(index)
        self._open(study.key if study is not None else None)
