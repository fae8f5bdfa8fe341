"""Make a share: what, whom for, how long, how often, and what the recipient may do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.notice import Notice
from core.ui.parts import LabelRole, button, card, label, paragraph
from core.ui.question import Question
from portal.ui.entries import ShareChoice, ShareQuestion
from portal.ui.parts import LocalBanner, NamedIcon

DAYS = (1, 7, 14, 30, 90, 180, 365)
ACCESSES = (1, 2, 3, 5, 10)


class ShareDialog(Question):
    """Ask everything at once; `made` carries the choice, and the dialog waits for the portal's answer."""

    made = Signal(object)  # ShareChoice

    def __init__(self, icons: NamedIcon, question: ShareQuestion, parent: QWidget | None = None) -> None:
        super().__init__(self._headline(question), parent)
        self.question = question
        self._icons = icons
        self.whom, self.email, self.message = QLineEdit(), QLineEdit(), QLineEdit()
        self.days, self.accesses = QComboBox(), QComboBox()
        self.images = QCheckBox(self.tr("Images"))
        self.report = QCheckBox(self.tr("Report"))
        self.download = QCheckBox(self.tr("The recipient may download it"))
        self.share = button(self.tr("Share"), "primary", icons("share-2", "on_accent"))
        self._problem = QVBoxLayout()
        if question.whole:
            self.column.setSpacing(8)  # so that nothing scrolls on a small screen
        if question.local:
            self.column.addWidget(LocalBanner(icons))
        self.column.addWidget(self._what())
        whom = self._named(self.tr("Whom is it for?"), self.whom, self._whom_hint())
        self.email.setPlaceholderText(self.tr("empty: you pass the link on yourself"))
        hint = self.tr("The link alone. The code is never mailed: you tell it by another way.")
        self.column.addLayout(self.beside(whom, self._named(self.tr("Mail the link to"), self.email, hint)))
        self.column.addLayout(self._limits())
        self.column.addWidget(self._may())
        self.column.addWidget(self._named(self.tr("A message for the recipient"), self.message))
        self.foot.addWidget(label(self._warning(), "body", tone="amber"))  # above the buttons, always in sight
        self.column.addLayout(self._problem)
        self.column.addStretch(1)
        self.add_button(self.share).clicked.connect(self._send)
        self.add_cancel()
        self.whom.returnPressed.connect(self._send)
        self.email.returnPressed.connect(self._send)
        self.message.returnPressed.connect(self._send)
        for box in (self.images, self.report):
            box.toggled.connect(self._look)
        self.whom.setFocus()

    def choice(self) -> ShareChoice:
        """Give what was chosen."""
        return ShareChoice(
            self.question.key,
            self.whom.text().strip(),
            self.days.currentData(),
            self.accesses.currentData(),
            self.images.isChecked(),
            self.report.isChecked(),
            self.download.isChecked(),
            self.message.text().strip(),
            self.email.text().strip(),
        )

    def show_problem(self, what: str, means: str, do: str) -> None:
        """Say why it was not shared, and let the person try again."""
        self._busy(False)
        self._problem.addWidget(Notice(self._icons, "loss", what, means, do))

    def _headline(self, question: ShareQuestion) -> str:
        return self.tr("Share {name}").format(name=question.title)

    def _what(self) -> QFrame:
        frame, column = card(spacing=4)
        column.addWidget(label(self.question.title, "strong", selectable=True))
        column.addWidget(label(" · ".join(self.question.facts), "body", selectable=True))
        if self.question.whole_exam:
            column.addWidget(label(self.question.whole_exam, "caption"))
        if self.question.whole:
            role: LabelRole = "body" if self.question.whole_tone else "caption"
            column.addWidget(label(self.question.whole, role, tone=self.question.whole_tone, selectable=True))
        return frame

    def _whom_hint(self) -> str:
        return self.tr("For your own list only; the recipient does not see it.")

    def _limits(self) -> QBoxLayout:
        for days in sorted({*(d for d in DAYS if d <= self.question.days_most), self.question.days}):
            self.days.addItem(paragraph(self.tr("%n day(s)", "", days)), days)
        self.days.setCurrentIndex(self.days.findData(self.question.days))
        for times in sorted({*(t for t in ACCESSES if t <= self.question.accesses_most), self.question.accesses}):
            self.accesses.addItem(paragraph(self.tr("%n time(s)", "", times)), times)
        self.accesses.setCurrentIndex(self.accesses.findData(self.question.accesses))
        return self.beside(
            self._named(self.tr("How long?"), self.days),
            self._named(self.tr("How often may it be opened?"), self.accesses),
        )

    def _may(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(self.tr("What is shared?"), "body"))
        self.images.setChecked(True)
        self.report.setChecked(self.question.has_report)
        self.report.setVisible(self.question.has_report)
        flow = FlowLayout(spacing=24)
        for box in (self.images, self.report, self.download):
            flow.addWidget(box)
        column.addLayout(flow)
        return holder

    def _warning(self) -> str:
        return self.tr("Share only with people you trust. Who has the link and the code sees everything you tick here.")

    def _named(self, name: str, field: QWidget, hint: str = "") -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(name, "body"))
        field.setAccessibleName(name)
        if hint:
            field.setAccessibleDescription(hint)
        column.addWidget(field)
        if hint:
            column.addWidget(label(hint, "caption"))
        return holder

    def _look(self) -> None:
        self.share.setEnabled(self.images.isChecked() or self.report.isChecked())

    def _send(self) -> None:
        if self.share.isEnabled():
            self._busy(True)
            self.made.emit(self.choice())

    def _busy(self, busy: bool) -> None:
        while (item := self._problem.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.share.setEnabled(not busy)
        self.share.setText("\u2002" + (self.tr("Sharing…") if busy else self.tr("Share")))
