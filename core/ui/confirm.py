"""Asks once more before something that cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.ui.parts import ButtonKind, button, label
from core.ui.question import Question


class Confirm(Question):
    """A question with its consequences in plain sentences; the way back has the focus."""

    def __init__(
        self,
        title: str,
        sentences: Sequence[str],
        yes: str,
        kind: ButtonKind = "danger",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        for sentence in sentences:
            said = label(sentence, "body")
            said.setObjectName("sentence")
            self.column.addWidget(said)
        self.column.addStretch(1)
        self.yes = self.add_button(button(yes, kind))
        self.yes.clicked.connect(self.accept)
        self.no = self.add_cancel()
        self.no.setDefault(True)
        self.no.setFocus()
