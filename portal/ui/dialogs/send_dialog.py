"""Before a study is sent: whose it is, whether it is whole, and that the person wants it sent."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QWidget

from core.language.isolates import isolated
from core.ui.notice import Notice
from core.ui.parts import LabelRole, button, card, label, paragraph
from core.ui.question import Question
from portal.ui.entries import SendQuestion
from portal.ui.parts import LocalBanner, NamedIcon


class SendDialog(Question):
    """Ask for consent; where the person may be another one, for a reason; where it is another one, refuse in words."""

    def __init__(self, icons: NamedIcon, question: SendQuestion, parent: QWidget | None = None) -> None:
        super().__init__(self._headline(question), parent)
        self.question = question
        self.reason, self.consent = QLineEdit(self), QCheckBox(self)
        self.send = button(self.tr("Send"), "primary", icons("cloud-upload", "on_accent"))
        self.send.setParent(self)  # what is not shown has a parent as well: Python may collect in any thread
        for part in (self.reason, self.consent, self.send):
            part.hide()
        if question.local:
            self.column.addWidget(LocalBanner(icons))
        self.column.addWidget(self._study(icons))
        if question.verdict == "other":
            self._refuse(icons)
        else:
            self._ask(icons)
        self.column.addStretch(1)

    def person_confirmed(self) -> str | None:
        """Give the reason where it was asked for."""
        return self.reason.text().strip() or None if self.question.verdict == "perhaps" else None

    def _headline(self, question: SendQuestion) -> str:
        if question.verdict == "other":
            return self.tr("These images are not sent")
        if question.verdict == "perhaps":
            return self.tr("Is this the same person?")
        return self.tr("Send this to {portal}?").format(portal=question.portal)

    def _study(self, icons: NamedIcon) -> QFrame:
        frame, column = card(spacing=4)
        column.addWidget(label(self.question.title, "strong", selectable=True))
        for fact in self.question.facts:
            column.addWidget(label(fact, "body", selectable=True))
        if self.question.receipt:
            column.addWidget(label(self.question.receipt, "body", tone=self.question.receipt_tone))
        return frame

    def _sides(self) -> QFrame:
        frame, column = card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for place, words in enumerate(("", self.tr("In the images"), self.tr("At the portal"))):
            grid.addWidget(label(words, "caption"), 0, place)
        for row, fact in enumerate(self.question.rows, 1):
            grid.addWidget(label(fact.name, "caption"), row, 0)
            for place, words in ((1, fact.images), (2, fact.account)):
                role: LabelRole = "strong" if fact.differs else "body"
                made = label(words or "–", role, tone="amber" if fact.differs else "", selectable=True)
                grid.addWidget(made, row, place)
        column.addLayout(grid)
        return frame

    def _ask(self, icons: NamedIcon) -> None:
        perhaps = self.question.verdict == "perhaps"
        if perhaps:
            self.column.addWidget(label(self._doubt(), "body", tone="amber"))
        self.column.addWidget(self._sides())
        if perhaps:
            self._ask_reason()
        consent = self.tr("Yes, send these images to {portal}").format(portal=isolated(self.question.portal))
        if self.question.account_person:
            words = self.tr("Yes, send these images to the account of {person} at {portal}")
            names = {"person": self.question.account_person, "portal": self.question.portal}
            consent = words.format(**{name: isolated(said) for name, said in names.items()})
        self.consent.setText(paragraph(consent.replace("&", "&&")))
        self.foot.addWidget(self.consent)
        self.consent.show()
        self.send.show()
        words = self.tr("They are added to your account as “added by you”. Your shelf keeps its copy.")
        self.column.addWidget(label(words, "caption"))
        self.add_button(self.send).clicked.connect(self.accept)
        self.add_cancel()
        self.consent.toggled.connect(self._look)
        self.reason.textChanged.connect(self._look)
        (self.reason if perhaps else self.consent).setFocus()
        self._look()

    def _doubt(self) -> str:
        if all(fact.differs for fact in self.question.rows):
            return self.tr("Nothing here is the same: these look like another person's images. Send only your own.")
        return self.tr("Name, birth date or number are not the same. Compare both before you go on.")

    def _ask_reason(self) -> None:
        self.column.addWidget(label(self.tr("It is the same person, because:"), "body"))
        self.reason.setAccessibleName(self.tr("Why it is the same person"))
        self.reason.setPlaceholderText(self.tr("for example: my name before I married"))
        self.reason.setMaxLength(200)
        self.column.addWidget(self.reason)
        self.reason.show()
        self.column.addWidget(label(self.tr("Your practice sees what you write here."), "caption"))

    def _refuse(self, icons: NamedIcon) -> None:
        what, means, do = self.question.refusal
        self.column.addWidget(Notice(icons, "loss", what, means, do))
        self.column.addWidget(self._sides())
        self.add_cancel(self.tr("Close")).setFocus()

    def _look(self) -> None:
        reason = self.question.verdict != "perhaps" or len(self.reason.text().strip()) >= 3
        self.send.setEnabled(self.consent.isChecked() and reason)
