"""While the person is in the browser, or a practice portal starts: what is waited for, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import button, card, label
from portal.ui.parts import NamedIcon, page_of


class Waiting(QWidget):
    """One sentence of what is awaited, with Cancel, and the address to copy where there is one."""

    cancelled = Signal()

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._address = ""
        self.title: QLabel = label("", "title")
        self.words: QLabel = label("", "body")
        self.said: QLabel = label("", "caption", tone="good")
        self.copy = button(self.tr("Copy the address"), "", icons("copy"))
        self.cancel = button(self.tr("Cancel"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        column = page_of(self, 16)
        column.addWidget(label(self.tr("My portal"), "title"))
        frame, inner = card(margin=24, spacing=16)
        for part in (self.title, self.words, self._bar):
            inner.addWidget(part)
        flow = FlowLayout()
        flow.addWidget(self.copy)
        flow.addWidget(self.cancel)
        inner.addLayout(flow)
        inner.addWidget(self.said)
        column.addWidget(frame)
        column.addStretch(1)
        self.copy.clicked.connect(self._copy)
        self.cancel.clicked.connect(self.cancelled)

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self.copy.setIcon(icons("copy"))

    def show_browser(self, address: str) -> None:
        """Say that the browser is where to go on; an address that is not known yet is empty."""
        self.say(
            self.tr("Finish in your browser"),
            self.tr(
                "A page of the portal opens there. Sign in, or choose a user name and a password with your activation "
                "code; then come back. If no page opens, copy the address and put it into your browser."
            ),
            address,
        )

    def show_starting(self) -> None:
        """Say that the practice portal starts."""
        self.say(self.tr("Starting a practice portal on this computer"), self.tr("This takes a few seconds."))

    def show_asking(self, portal: str) -> None:
        """Say that the portal is asked."""
        self.say(self.tr("Asking {portal}").format(portal=portal), self.tr("This takes a moment."))

    def say(self, title: str, words: str, address: str = "") -> None:
        """Show what is waited for."""
        self._address = address
        self.title.setText(title)
        self.words.setText(words)
        self._bar.setAccessibleName(title)
        self.copy.setVisible(bool(address))
        self.said.setText("")
        self.said.hide()
        (self.copy if address and self.copy.isVisible() else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.said.setText(self.tr("The address is on the clipboard."))
        self.said.show()
