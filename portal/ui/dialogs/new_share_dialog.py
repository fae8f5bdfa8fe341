"""A share was made: its link, its codes, its QR code; the codes are shown now and never again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.language.isolates import isolated
from core.ui.flow import FlowLayout
from core.ui.notice import Notice
from core.ui.parts import LabelRole, button, card, label, margins, spaced
from core.ui.question import Question
from portal.ui.dialogs.qr import qr_image
from portal.ui.entries import NewShareCard
from portal.ui.parts import LocalBanner, NamedIcon

QR_PIXELS = 152

ROOM = "\u00a0"  # keeps the line of an answer free: the buttons below it stay where they are when it comes


class NewShareDialog(Question):
    """Everything the recipient needs, each with Copy; and the invitation to print or save."""

    narrowest = 840  # all buttons in one row leave the codes in sight on a small screen

    print_requested = Signal(object)  # NewShareCard
    save_requested = Signal(object)
    open_requested = Signal(str)  # the link

    def __init__(self, icons: NamedIcon, card_: NewShareCard, parent: QWidget | None = None) -> None:
        super().__init__(self._headline(card_), parent)
        self.share = card_
        self._icons = icons
        self.copies: dict[str, QPushButton] = {}
        self.column.setSpacing(8)
        if card_.local:
            self.column.addWidget(LocalBanner(icons))
        self.column.addWidget(self._link())
        self.column.addLayout(self.beside(self._code(), self._share_code()))
        what = self.tr("The codes are shown only now.")
        do = self.tr("Give the code by another way than the link, for example on the telephone.")
        self.column.addWidget(Notice(icons, "amber", what, do))  # in the foot it would hide the codes of large text
        self.column.addWidget(label(f"{card_.title} · {card_.until} · {card_.views}", "body"))
        self.said = label(ROOM, "caption", tone="good")
        self.foot.addWidget(self.said)
        self.column.addStretch(1)
        self._buttons()

    def say(self, words: str) -> None:
        """Answer a press of a button, where it is in sight."""
        self.said.setText(words)
        self._fit()

    def _headline(self, share: NewShareCard) -> str:
        return (
            self.tr("It is shared: {whom}").format(whom=share.for_whom) if share.for_whom else self.tr("It is shared")
        )

    def _sent(self) -> QLabel:
        """Say what is to be done with the link, and what the portal said about the mail that was asked for."""
        if not self.share.mail_to:
            return label(self.tr("Send it, or let it be scanned. Alone it shows nothing."), "body")
        to = isolated(self.share.mail_to)
        if self.share.mailed:
            words = self.tr("The portal sends it to {address}, and never the code: tell that yourself.")
            return label(words.format(address=to), "body", tone="good", selectable=True)
        words = self.tr("The portal sent no mail to {address}: pass it on yourself. Alone it shows nothing.")
        return label(words.format(address=to), "body", tone="amber", selectable=True)

    def _link(self) -> QFrame:
        frame, column = card()
        column.setContentsMargins(margins(16, 8, 8, 8))  # the code of dots has a white border of its own
        holder = QWidget()
        words = QVBoxLayout(holder)
        words.setContentsMargins(0, 8, 0, 8)
        words.setSpacing(8)
        words.addWidget(label(self.tr("1. The link"), "strong"))
        words.addWidget(self._sent())
        words.addWidget(Link(self.share.url))
        flow = FlowLayout()
        flow.addWidget(self._copy("link", self.tr("Copy the link"), self.share.url))
        look = button(self.tr("Open as the recipient sees it"), "small", self._icons("external-link"))
        look.clicked.connect(lambda: self.open_requested.emit(self.share.url))
        flow.addWidget(look)
        words.addLayout(flow)
        words.addStretch(1)
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(qr_image(self.share.url, round(QR_PIXELS * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        mark.setPixmap(pixmap)
        mark.setAccessibleName(self.tr("The link as a QR code"))
        row = self.beside(holder, spacing=16)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        return frame

    def _code(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("2. The verification code"), "strong"))
        column.addWidget(label(self.tr("The page behind the link asks for it."), "body"))
        column.addLayout(self._coded("code", self.tr("Copy the code"), self.share.verification_code))
        column.addStretch(1)  # the card beside it may be higher
        return frame

    def _share_code(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("Or both in one: the share code"), "strong"))
        address = self.share.url.rpartition("/")[0]
        column.addWidget(label(self.tr("To be typed at {address}").format(address=address), "body"))
        column.addLayout(self._coded("share-code", self.tr("Copy the share code"), self.share.share_code))
        column.addStretch(1)
        return frame

    def _coded(self, name: str, words: str, code: str) -> FlowLayout:
        """Put a code and its Copy side by side: all of it is in sight on a small screen."""
        flow = FlowLayout(spacing=12)
        shown = _shown(code, "code")
        shown.setWordWrap(False)
        flow.addWidget(shown)
        made = self._copy(name, words, code)
        made.setText(spaced(self.tr("Copy")))
        made.setToolTip(words)
        shown.ensurePolished()
        flow.addWidget(_in_the_middle(made, shown.sizeHint().height()))
        return flow

    def _copy(self, name: str, words: str, text: str) -> QPushButton:
        made = button(words, "small", self._icons("copy"))
        made.clicked.connect(lambda: self._put(text, words))
        self.copies[name] = made
        return made

    def _put(self, text: str, words: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.say(self.tr("On the clipboard: {what}").format(what=words))

    def _buttons(self) -> None:
        icons = self._icons
        done = self.add_button(button(self.tr("Done"), "primary"))
        done.clicked.connect(self.accept)
        self.print = self.add_button(button(self.tr("Print the invitation…"), "", icons("printer")))
        self.print.clicked.connect(lambda: self.print_requested.emit(self.share))
        self.save = self.add_button(button(self.tr("Save as PDF…"), "", icons("save")))
        self.save.clicked.connect(lambda: self.save_requested.emit(self.share))
        self.copies["link"].setFocus()


class Link(QLabel):
    """A link that goes on in another line wherever there is no room; it is copied by its button, in one piece."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "caption")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(url)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._url = url
        self._break()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another width."""
        super().resizeEvent(event)
        self._break()

    def changeEvent(self, event: QEvent) -> None:
        """Take other letters."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._break()

    def _break(self) -> None:
        metrics, lines = self.fontMetrics(), [""]
        for letter in self._url:
            if lines[-1] and metrics.horizontalAdvance(lines[-1] + letter) > self.width():
                lines.append("")
            lines[-1] += letter
        said = "\n".join(lines)
        if said != self.text():
            self.setText(said)
            self.setMinimumHeight(self.fontMetrics().lineSpacing() * len(lines))


def _in_the_middle(part: QWidget, height: int) -> QWidget:
    """Put a part at half the height of what it stands beside."""
    holder = QWidget()
    holder.setMinimumHeight(height)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder


def _shown(text: str, role: LabelRole) -> QLabel:
    made = label(text, role, selectable=True)
    made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return made
