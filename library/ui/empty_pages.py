"""What stands in the place of the list: what to do first, and that nothing was found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, label, scrolling


class EmptyShelf(QWidget):
    """Says where images come from."""

    discs_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        words = self.tr("Put in a disc or a USB stick from a hospital, look at it, and put its images here. ")
        words += self.tr("They stay on this computer, and you no longer need the disc to see them.")
        self.go_to_discs = button(self.tr("Go to Discs & drives").replace("&", "&&"), "primary")
        self.go_to_discs.clicked.connect(self.discs_requested)
        _fill(self, [label(self.tr("Your shelf is empty"), "title"), label(words, "body")], self.go_to_discs)


class NothingFound(QWidget):
    """Says what was searched for in vain, and leads back to everything."""

    everything_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._what = label("", "title")
        hint = self.tr("Try a part of the name, a year such as 2019, or a word such as “knee”.")
        back = button(self.tr("Show everything"))
        back.clicked.connect(self.everything_requested)
        _fill(self, [self._what, label(hint, "body")], back)

    def say(self, text: str) -> None:
        """Name what was searched for."""
        self._what.setText(self.tr("Nothing on your shelf fits “{text}”.").format(text=text))


def _fill(holder: QWidget, words: list[QWidget], pressed: QPushButton) -> None:
    page = Page()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 48, 24, 24)
    column.setSpacing(12)
    for each in words:
        column.addWidget(each)
    flow = FlowLayout()
    flow.addWidget(pressed)
    column.addLayout(flow)
    column.addStretch(2)
    whole = QVBoxLayout(holder)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scrolling(page))
