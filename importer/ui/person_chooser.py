"""Whose disc is it? Each person is shown; nobody is chosen beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, label, margins, scrolling
from dicom.amounts import amount_words
from importer.ui.card import keep_words
from importer.ui.summary import PersonLine

STUDIES_SHOWN = 4
LETTERS_WIDE = 70
OF_THE_SCREEN = 0.92


class Choice(QFrame):
    """A card with a box to tick; a click anywhere on it ticks the box."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.box = QCheckBox()
        self.box.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(12, 12, 16, 12))
        row.setSpacing(12)
        row.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout()
        self.column.setSpacing(2)
        row.addLayout(self.column, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick or untick."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.box.toggle()


class PersonChooser(QDialog):
    """Ask whose images shall go on the shelf; `chosen()` gives the person keys."""

    def __init__(self, persons: Sequence[PersonLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Whose images are these?"))
        self.boxes: dict[str, QCheckBox] = {}
        self._present: list[str] = []
        self._persons = {person.key: person for person in persons}
        self.keep = button(self.tr("Put on my shelf"), "primary")
        self.keep.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(label(self.tr("Whose images do you want to keep?"), "title"))
        column.addWidget(label(self._why(persons), "body"))
        column.addWidget(self._list(persons), 1)
        column.addLayout(self._actions())
        letter = self.fontMetrics().averageCharWidth()
        room = self.screen().availableSize() * OF_THE_SCREEN
        self.resize(QSize(max(720, LETTERS_WIDE * letter), 700).boundedTo(room))
        self._count()

    def chosen(self) -> list[str]:
        """Give the keys of the persons that were ticked."""
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def _why(self, persons: Sequence[PersonLine]) -> str:
        present = [person for person in persons if not person.deleted]
        if not present:
            return self.tr(
                "All images here lie in a recycle bin: somebody deleted them. Tick them only if they are yours."
            )
        if len(present) == 1 and present[0].variants:
            said = self.tr("Some images say less than the others about whose they are.")
            return said + " " + self.tr("Compare what differs, then tick the box if they are all one person's.")
        some = self.tr("There are images of %n person(s) here.", "", len(present))
        return some + " " + self.tr("Compare name and birth date, then tick everyone whose images you want.")

    def _list(self, persons: Sequence[PersonLine]) -> QWidget:
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(margins(0, 0, 8, 0))
        column.setSpacing(12)
        present = [person for person in persons if not person.deleted]
        deleted = [person for person in persons if person.deleted]
        for person in present:
            column.addWidget(self._person(person))
        if deleted:
            column.addWidget(label(self.tr("Deleted, in a recycle bin"), "strong"))
            if present:
                said = self.tr("Somebody deleted these images. Tick them only if they are yours.")
                column.addWidget(label(said, "body"))
        for person in deleted:
            column.addWidget(self._person(person))
        column.addStretch(1)
        return scrolling(page)

    def _person(self, person: PersonLine) -> QFrame:
        mark = self.tr("deleted, in a recycle bin") if person.deleted else ""
        about = [person.born, person.sex, person.ids]
        choice = Choice(", ".join(part for part in (person.name, *about, mark) if part))
        choice.box.toggled.connect(self._count)
        self.boxes[person.key] = choice.box
        if not person.deleted:
            self._present.append(person.key)
        inner = choice.column
        inner.addWidget(label(isolated(person.name), "strong"))
        inner.addWidget(label(" · ".join(part for part in about if part), "body"))
        for study in person.studies[:STUDIES_SHOWN]:
            images = amount_words(study.amount, counted_said)
            inner.addWidget(label(f"{study.when} · {isolated(study.what)} · {images}", "caption"))
        if len(person.studies) > STUDIES_SHOWN:
            more = self.tr("and %n more exam(s)", "", len(person.studies) - STUDIES_SHOWN)
            inner.addWidget(label(more, "caption"))
        for variant in person.variants:
            inner.addWidget(label(variant, "body", tone="amber"))
        if person.alike:
            inner.addWidget(label(person.alike, "body", tone="amber"))
        return choice

    def _actions(self) -> FlowLayout:
        cancel = button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        everyone = button(self.tr("Tick all"), "quiet")
        everyone.clicked.connect(self._tick_all)
        flow = FlowLayout()
        everyone.setEnabled(bool(self._present))
        for made in (everyone, cancel, self.keep):  # what grows with its words stands last
            flow.addWidget(made)
        return flow

    def _tick_all(self) -> None:
        for key in self._present:  # what was deleted is ticked one by one
            self.boxes[key].setChecked(True)

    def _count(self) -> None:
        ticked = [self._persons[key] for key in self.chosen()]
        self.keep.setEnabled(bool(ticked))
        self.keep.setText(keep_words(ticked))
