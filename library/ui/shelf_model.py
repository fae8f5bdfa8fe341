"""Persons and their studies as a Qt tree model over plain tuples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from core.language.isolates import isolated
from core.ui.parts import plain_tip
from library.ui.entries import Column, Order, ShelfPerson, ShelfStudy

Index = QModelIndex | QPersistentModelIndex
WHEN, WHAT, KIND, IMAGES, PORTAL = range(5)
NAMES: dict[int, Column] = {WHEN: "when", WHAT: "what", KIND: "kind", IMAGES: "images", PORTAL: "portal"}
DIGITS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter  # ones below ones
_TOP = 0


class ShelfModel(QAbstractItemModel):
    """Top rows are persons, their children studies; an index's id is 0 for persons, person row + 1 for studies."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._persons: tuple[ShelfPerson, ...] = ()
        self._order = Order()

    def show_persons(self, persons: Sequence[ShelfPerson]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._persons = tuple(persons)
        self.endResetModel()

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
        if not index.isValid() or index.internalId() == _TOP:
            return None
        return self._persons[index.internalId() - 1].studies[index.row()]

    def person(self, index: Index) -> ShelfPerson | None:
        """Give the person a row is or belongs to."""
        if not index.isValid():
            return None
        return self._persons[index.row() if index.internalId() == _TOP else index.internalId() - 1]

    def find(self, study_key: str) -> QModelIndex:
        """Give the row of a study, an invalid index when it is not shown."""
        for person_row, person in enumerate(self._persons):
            for row, study in enumerate(person.studies):
                if study.key == study_key:
                    return self.createIndex(row, 0, person_row + 1)
        return QModelIndex()

    def studies_of(self, person_key: str) -> list[QModelIndex]:
        """Give the rows of a person's studies."""
        return [
            self.createIndex(row, 0, number)
            for number, person in enumerate(self._persons, 1)
            if person.key == person_key
            for row in range(len(person.studies))
        ]

    def all_studies(self) -> list[QModelIndex]:
        """Give the rows of all studies."""
        return [
            self.createIndex(row, 0, number)
            for number, person in enumerate(self._persons, 1)
            for row in range(len(person.studies))
        ]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let studies be chosen, and no person's line: what is done is done with studies."""
        flags = super().flags(index)
        return flags if self.study(index) is not None else flags & ~Qt.ItemFlag.ItemIsSelectable

    def first_study(self) -> QModelIndex:
        """Give the first study's row."""
        return self.createIndex(0, 0, 1) if self._persons and self._persons[0].studies else QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Give the index of a row (Qt calls this)."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Give the person's row of a study's row."""
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Count persons, or the studies of one."""
        if not parent.isValid():
            return len(self._persons)
        if parent.internalId() == _TOP and parent.column() == 0:
            return len(self._persons[parent.row()].studies)
        return 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Count the columns."""
        del parent
        return PORTAL + 1

    def any_at_portal(self) -> bool:
        """Tell whether any study went to a portal."""
        return any(study.portal for person in self._persons for study in person.studies)

    def person_line(self, index: Index) -> ShelfPerson | None:
        """Give the person whose own line a row is, None for a study's row and the cells beside the line."""
        top = index.isValid() and index.internalId() == _TOP and index.column() == 0
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
