"""The way in: the practice's portal by its address, or a practice portal on this computer to try it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.notice import Notice
from core.ui.parts import Tone, button, card, clear, label, picture
from portal.ui.entries import Found
from portal.ui.parts import LocalBanner, NamedIcon, page_of


class Welcome(QWidget):
    """Asks for the portal's address, shows what answered there, and offers what can be done without one."""

    check_requested = Signal(str)
    sign_in_requested = Signal(str)
    practice_requested = Signal()
    shelf_requested = Signal()

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.found: Found | None = None
        self.address = QLineEdit()
        self.look = button(self.tr("Continue"), "primary")
        self.sign_in = button(self.tr("Sign in in your browser"), "primary", icons("log-in", "on_accent"))
        self.another = button(self.tr("Another address"), "quiet")
        self.practice = button(self.tr("Try it with a practice portal on this computer"), "quiet")
        self._problem = QVBoxLayout()
        self._answer = QVBoxLayout()
        column = page_of(self, 16)
        column.addWidget(label(self.tr("My portal"), "title"))
        self.wish = label("", "body")
        self.wish.hide()
        column.addWidget(self.wish)
        column.addWidget(self._asking())
        self._found = self._make_found()
        column.addWidget(self._found)
        column.addWidget(self._without())
        self._third = FlowLayout()
        self._third.addWidget(self.practice)
        column.addLayout(self._third)
        column.addStretch(1)
        self._connect()

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self.sign_in.setIcon(icons("log-in", "on_accent"))
        if self.found is not None:
            self.show_found(self.found)

    def show_looking(self) -> None:
        """Say that the address is being asked."""
        self.look.setEnabled(False)
        self.look.setText(self.tr("Looking…"))
        clear(self._problem)

    def show_found(self, found: Found) -> None:
        """Show the portal that answered."""
        self._ready()
        self.found = found
        self._ask.hide()
        clear(self._answer)
        for part in self._facts(found):
            self._answer.addWidget(part)
        self._found.show()
        self.sign_in.setFocus()

    def show_problem(self, tone: Tone, what: str, means: str, do: str) -> Notice:
        """Say why the address leads nowhere, or why nobody was signed in."""
        self.ask_again()
        notice = Notice(self._icons, tone, what, means, do)
        self._problem.addWidget(notice)
        self.address.setFocus()
        return notice

    def show_wish(self, words: str) -> None:
        """Say what somebody signs in for, where they came here with a wish."""
        self.wish.setText(words)
        self.wish.setVisible(bool(words))

    def ask_again(self) -> None:
        """Show the field for the address."""
        self._ready()
        self.found = None
        self._found.hide()
        self._ask.show()

    def show_practice(self, exists: bool) -> None:
        """Name the third choice after whether there is a practice portal already."""
        start = self.tr("Try it with a practice portal on this computer")
        self.practice.setText(self.tr("Go on with the practice portal on this computer") if exists else start)

    def _ready(self) -> None:
        self.look.setEnabled(True)
        self.look.setText(self.tr("Continue"))
        clear(self._problem)

    def _asking(self) -> QFrame:
        self._ask, column = card(margin=24, spacing=12)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(picture(self._icons("cloud", "accent"), 40), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(self.tr("Does your practice offer a portal?"), "strong"))
        words.addWidget(
            label(self.tr("Type the address that stands on its letter, or paste the letter's link."), "body")
        )
        row.addLayout(words, 1)
        column.addLayout(row)
        self.address.setPlaceholderText(self.tr("for example portal.my-practice.org"))
        self.address.setAccessibleName(self.tr("Address of the portal"))
        self.address.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        column.addWidget(self.address)
        flow = FlowLayout()
        flow.addWidget(self.look)
        column.addLayout(flow)
        column.addLayout(self._problem)
        return self._ask

    def _make_found(self) -> QFrame:
        frame, column = card(margin=24, spacing=12)
        self._answer.setSpacing(12)
        column.addLayout(self._answer)
        flow = FlowLayout()
        flow.addWidget(self.sign_in)
        flow.addWidget(self.another)
        column.addLayout(flow)
        frame.hide()
        return frame

    def _facts(self, found: Found) -> list[QWidget]:
        words = self.tr("You sign in on the portal's own page in your browser. Scanshelf never sees your password.")
        return [
            *([LocalBanner(self._icons)] if found.local else []),
            label(found.name, "title", selectable=True),
            *(label(fact, "body", selectable=True) for fact in found.facts),
            label(found.url, "caption", selectable=True),
            label(words, "body"),
        ]

    def _without(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(self.tr("Without a portal"), "strong"))
        words = self.tr(
            "You can still put images from discs and sticks on your shelf and look at them. Nothing is sent anywhere."
        )
        column.addWidget(label(words, "body"))
        return holder

    def _connect(self) -> None:
        self.look.clicked.connect(self._check)
        self.sign_in.clicked.connect(self._sign_in)
        self.another.clicked.connect(self.ask_again)
        self.address.returnPressed.connect(self._check)
        self.practice.clicked.connect(self.practice_requested)

    def _check(self) -> None:
        text = self.address.text().strip()
        if text and self.look.isEnabled():
            self.check_requested.emit(text)
        else:
            self.address.setFocus()

    def _sign_in(self) -> None:
        if self.found is not None:
            self.sign_in_requested.emit(self.found.url)
