"""Where the shelf is searched: asks once after each pause in typing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit

TYPING_PAUSE_MS = 120


class SearchField(QLineEdit):
    """A line to type in; `find_requested` says what is searched for."""

    find_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon]) -> None:
        super().__init__()
        self.setPlaceholderText(self.tr("Search by name, date, what or number"))
        self.setAccessibleName(self.tr("Search your shelf"))
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(icons("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.ask)
        self.textChanged.connect(lambda: self._typing.start())

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icon.setIcon(icons("search"))

    def wanted(self) -> str:
        """Give what is searched for now."""
        return self.text().strip()

    def ask(self) -> None:
        """Ask for what is searched for, without a pause."""
        self.find_requested.emit(self.wanted())
