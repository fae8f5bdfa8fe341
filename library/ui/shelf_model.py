"""Persons and their studies as a Qt tree model over plain tuples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel

from core.language.isolates import isolated
from core.ui.parts import plain_tip
from library.ui.entries import Column, Order, ShelfPerson, ShelfStudy

Index = QModelIndex | QPersistentModelIndex
WHEN, WHAT, KIND, IMAGES, PORTAL = range(5)
NAMES: dict[int, Column] = {WHEN: "when", WHAT: "what", KIND: "kind", IMAGES: "images", PORTAL: "portal"}
DIGITS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter  # ones below ones
_NO_FLAGS, _OF_PERSON = Qt.ItemFlag.NoItemFlags, Qt.ItemFlag.ItemIsEnabled
_OF_STUDY = _OF_PERSON | Qt.ItemFlag.ItemIsSelectable


class ShelfModel(QStandardItemModel):
    """Top rows are persons, their children studies.

    Qt's own model says where each row stands: it is asked that for each pair of ranges that are chosen, which in Python
    takes seconds for a thousand studies. What the cells say is written here when it is asked for.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, PORTAL + 1, parent)
        self._persons: tuple[ShelfPerson, ...] = ()
        self._order = Order()
        self._places: dict[str, tuple[int, int]] = {}  # of each study: its person's row and its own

    def show_persons(self, persons: Sequence[ShelfPerson]) -> None:
        """Replace everything."""
        self.beginResetModel()  # lets go of what is expanded or chosen: with that the removal takes seconds
        self.endResetModel()
        self.setRowCount(0)
        self._persons = tuple(persons)
        self._places = {
            study.key: (number, row)
            for number, person in enumerate(self._persons)
            for row, study in enumerate(person.studies)
        }
        self.invisibleRootItem().appendRows([QStandardItem(len(person.studies), PORTAL + 1) for person in persons])

    def show_order(self, order: Order) -> None:
        """Mark the column the rows stand by."""
        self._order = order
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, WHEN, PORTAL)

    @property
    def persons(self) -> tuple[ShelfPerson, ...]:
        """Give what is shown."""
        return self._persons

    def study(self, index: Index) -> ShelfStudy | None:
        """Give the study of a row, None for a person's row."""
        above = index.parent()
        return self._persons[above.row()].studies[index.row()] if above.isValid() else None

    def person(self, index: Index) -> ShelfPerson | None:
        """Give the person a row is or belongs to."""
        if not index.isValid():
            return None
        above = index.parent()
        return self._persons[(above if above.isValid() else index).row()]

    def find(self, study_key: str) -> QModelIndex:
        """Give the row of a study, an invalid index when it is not shown."""
        place = self._places.get(study_key)
        return QModelIndex() if place is None else self.index(place[1], 0, self.index(place[0], 0))

    def keys_of(self, person_key: str) -> list[str]:
        """Give the keys of a person's studies."""
        return [study.key for person in self._persons if person.key == person_key for study in person.studies]

    def all_keys(self) -> list[str]:
        """Give the keys of all studies."""
        return list(self._places)

    def rows_of(self, keys: Iterable[str]) -> QItemSelection:
        """Give the rows of those of these studies that are shown, what stands together as one range."""
        found = QItemSelection()
        for number, first, last in _ranges(sorted({self._places[key] for key in keys if key in self._places})):
            above = self.index(number, 0)
            found.select(self.index(first, 0, above), self.index(last, PORTAL, above))
        return found

    def studies_in(self, rows: QItemSelection) -> list[tuple[ShelfPerson, ShelfStudy]]:
        """Give the studies of a selection with their persons, as they stand in the list."""
        places: set[tuple[int, int]] = set()
        for found in rows.toList():
            if found.parent().isValid():
                number = found.parent().row()
                places.update((number, row) for row in range(found.top(), found.bottom() + 1))
        persons = self._persons
        return [(persons[number], persons[number].studies[row]) for number, row in sorted(places)]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let studies be chosen, and no person's line: what is done is done with studies."""
        if not index.isValid():
            return _NO_FLAGS
        return _OF_STUDY if index.parent().isValid() else _OF_PERSON

    def first_study(self) -> QModelIndex:
        """Give the first study's row."""
        return self.index(0, 0, self.index(0, 0))

    def any_at_portal(self) -> bool:
        """Tell whether any study went to a portal."""
        return any(study.portal for person in self._persons for study in person.studies)

    def person_line(self, index: Index) -> ShelfPerson | None:
        """Give the person whose own line a row is, None for a study's row and the cells beside the line."""
        top = index.isValid() and not index.parent().isValid() and index.column() == 0
        return self._persons[index.row()] if top else None

    def widest_date(self) -> str:
        """Give the longest date that is shown."""
        return max((study.when for person in self._persons for study in person.studies), key=len, default="")

    def widest_images(self) -> str:
        """Give the longest text that says more of images than one number, "" where none does."""
        short = [study for person in self._persons for study in person.studies if study.of or study.besides]
        return max((self._images(study) for study in short), key=len, default="")

    def _images(self, study: ShelfStudy) -> str:
        if not study.of:
            images = f"{study.images - study.besides:,}"
            return f"{images} + {study.besides:,}" if study.besides else images
        return self.tr("{here} of {of}").format(here=f"{study.images:,}", of=f"{study.of:,}")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give text, tooltip, font and alignment of a cell."""
        study = self.study(index)
        if study is not None:
            return self._of_study(study, index, role)
        person = self.person(index)
        return self._of_person(person, index.column(), role) if person is not None else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the columns' words."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == IMAGES:
            return DIGITS
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.tr("Click to sort by this, again for the other way round, and again to sort by name"))
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self.column_words()[NAMES[section]]
        way = "↓" if self._order.down else "↑"  # Qt's own arrow lies at the column's other end, or over the word
        return f"{words} {way}" if self._order.column == NAMES[section] else words

    def column_words(self) -> dict[Column, str]:
        """Name what there is to sort by."""
        return {
            "name": self.tr("Name"),
            "when": self.tr("Date"),
            "what": self.tr("What"),
            "kind": self.tr("Kind"),
            "images": self.tr("Images"),
            "portal": self.tr("Portal"),
        }

    def _of_study(self, study: ShelfStudy, index: Index, role: int) -> Any:
        column = index.column()
        text = (study.when, study.what, study.kind, self._images(study), study.portal)[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"⚠ {text}" if column == WHAT and study.warning else text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join(part for part in self._hints(study) if part))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if column == PORTAL:
                return study.portal_words
            if column == IMAGES and study.amount and not study.of:
                return study.amount
            person = self.person(index) if column == WHEN else None  # the keys go from study to study
            beside = person.name if person is not None else study.warning if column == WHAT else ""
            return ", ".join(part for part in (text, beside) if part)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == IMAGES:
            return DIGITS
        return None

    def _hints(self, study: ShelfStudy) -> tuple[str, ...]:
        return study.what, study.kind, study.amount, study.place, study.warning, study.portal_words

    def _of_person(self, person: ShelfPerson, column: int, role: int) -> Any:
        if column != 0:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            said = " · ".join(part for part in (isolated(person.name), person.details) if part)
            return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None


def _ranges(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Put together rows of one person that follow each other: the person's row, the first and the last."""
    at = 0
    while at < len(places):
        number, first = places[at]
        end = at
        while end + 1 < len(places) and places[end + 1] == (number, first + end + 1 - at):
            end += 1
        yield number, first, places[end][1]
        at = end + 1
