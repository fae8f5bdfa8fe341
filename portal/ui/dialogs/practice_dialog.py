"""Whom a practice portal on this computer is made for: somebody on the shelf, or a name and a birth date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QButtonGroup, QDateEdit, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from core.ui.dates import day_pattern
from core.ui.parts import button, label, paragraph
from core.ui.question import Question
from portal.ui.entries import ShelfPersonChoice

OLDEST = QDate(1900, 1, 1)
USUAL = QDate(1960, 1, 1)
OTHER, ACCOUNT = 1000, 1001


class PracticeDialog(Question):
    """Ask for one person; `chosen` gives name and birth date as DICOM writes them."""

    chosen = Signal(str, str, str)  # name, birth date, Patient ID
    sign_in_chosen = Signal()

    def __init__(
        self, persons: Sequence[ShelfPersonChoice], parent: QWidget | None = None, *, has_account: bool = False
    ) -> None:
        super().__init__(self.tr("A practice portal on this computer"), parent)
        self._persons = tuple(persons)
        self._has_account = has_account
        self.choices = QButtonGroup(self)
        self.family, self.given = QLineEdit(), QLineEdit()
        self.birth = QDateEdit(USUAL)
        self.birth.setLayoutDirection(self.birth.locale().textDirection())  # day, month, year in the order of its words
        self._other = QWidget()
        for words in self._words():
            self.column.addWidget(label(words, "body"))
        self._offer()
        self.column.addWidget(self._fields())
        self.column.addStretch(1)
        self.start = self.add_button(button(self.tr("Start the practice portal"), "primary"))
        self.start.clicked.connect(self._start)
        self.add_cancel()
        self.choices.idToggled.connect(self._look)
        for field in (self.family, self.given):
            field.textChanged.connect(self._look)
        self._look()
        (self.choices.checkedButton() or self.given).setFocus()

    def person(self) -> tuple[str, str, str]:
        """Give the chosen name, birth date and Patient ID as DICOM writes them."""
        number = self.choices.checkedId()
        if 0 <= number < len(self._persons):
            person = self._persons[number]
            return person.patient_name, person.patient_birth_date, person.patient_id
        name = f"{self.family.text().strip()}^{self.given.text().strip()}"
        return name, self.birth.date().toString("yyyyMMdd"), ""

    def _words(self) -> list[str]:
        return [
            self.tr(
                "A practice makes an account for you when you are there. Here Scanshelf plays the practice, on this "
                "computer alone: send your images, share them and open the share, as you would with a real one."
            ),
            self.tr("Whom shall the account be for?"),
        ]

    def _offer(self) -> None:
        for number, person in enumerate(self._persons):
            self._add(f"{person.name}, {person.born}", number)
        if self._persons or self._has_account:
            self._add(self.tr("Somebody else"), OTHER)
        if self._has_account:
            self._add(self.tr("I have an account there already"), ACCOUNT)
        first = self.choices.button(ACCOUNT) or self.choices.button(0)
        if first is not None:
            first.setChecked(True)

    def _add(self, words: str, number: int) -> None:
        box = QRadioButton(paragraph(words.replace("&", "&&")))
        self.choices.addButton(box, number)
        self.column.addWidget(box)

    def _fields(self) -> QWidget:
        column = QVBoxLayout(self._other)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.birth.setMinimumDate(OLDEST)
        self.birth.setMaximumDate(QDate.currentDate())
        self.birth.setDisplayFormat(day_pattern())
        for words, field in (
            (self.tr("Given name"), self.given),
            (self.tr("Family name"), self.family),
            (self.tr("Birth date"), self.birth),
        ):
            column.addWidget(label(words, "body"))
            field.setAccessibleName(words)
            column.addWidget(field)
        return self._other

    def _look(self) -> None:
        typed = self.choices.checkedId() in {-1, OTHER}
        self._other.setVisible(typed)
        self.start.setEnabled(not typed or bool(self.family.text().strip() and self.given.text().strip()))

    def _start(self) -> None:
        if self.choices.checkedId() == ACCOUNT:
            self.sign_in_chosen.emit()
        else:
            self.chosen.emit(*self.person())
        self.accept()
