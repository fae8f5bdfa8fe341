"""Labels, buttons and frames in the roles the style sheet knows."""

from __future__ import annotations

from html import escape
from typing import Literal

from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QMouseEvent
from PySide6.QtGui import Qt as QtOfGui
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from core.language.isolates import ISOLATE, isolated

LabelRole = Literal["display", "title", "strong", "body", "caption", "code"]
ButtonKind = Literal["", "primary", "quiet", "small", "danger"]
GAP = "\u2002"
Tone = Literal["", "amber", "loss", "good"]


def label(text: str, role: LabelRole = "body", *, tone: Tone = "", selectable: bool = False) -> QLabel:
    """Make a label of plain text that wraps; never rich text, since names come from foreign discs."""
    made = QLabel(in_its_own_order(text) if selectable else text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setAlignment(reading_side())
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def reading_side() -> Qt.AlignmentFlag:
    """Give where a text begins, by the window's direction; else its letters decide."""
    side = Qt.AlignmentFlag.AlignRight if _reads_from_the_right() else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def margins(before: int, top: int, behind: int, bottom: int) -> QMargins:
    """Give margins by where one begins to read; Qt's left one stays left."""
    left, right = (behind, before) if _reads_from_the_right() else (before, behind)
    return QMargins(left, top, right, bottom)


def in_its_own_order(text: str) -> str:
    """Give a text for a label of which text can be marked and copied.

    Qt takes the direction of such a text from its first letter, also where that is a name set apart: the whole is then
    set apart too, so that what stands around the name keeps its order.
    """
    return isolated(text) if ISOLATE in text else text


def paragraph(text: str) -> str:
    """Let a text that is a whole run in its own direction, not the window's: numbers and full stops stay in place.

    Labels see to it themselves; buttons, boxes, menus and cells of tables draw everything in the window's direction.
    """
    room = GAP if text.startswith(GAP) else ""
    return room + isolated(text.removeprefix(GAP)) if _reads_from_the_right() else text


def _reads_from_the_right() -> bool:
    return QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft


def plain_tip(text: str) -> str:
    """Give the text of a tooltip that Qt shows as it is: it would draw rich text by itself, and fetch its pictures."""
    if not QtOfGui.mightBeRichText(text):
        return text
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>"


def picture(icon: QIcon, size: int) -> QLabel:
    """Make a label that shows an icon and says nothing to a screen reader."""
    made = QLabel()
    made.setPixmap(icon.pixmap(QSize(size, size)))
    made.setFixedSize(size, size)
    return made


class Button(QPushButton):
    """A push button that Enter presses too, wherever it has the focus; Qt leaves that to each system's style.

    One press is one wish: the second half of a double click, and a key that is held, press nothing. What stands under
    the hand after the first press may be another button, of another study.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(paragraph(text), parent)

    def setText(self, text: str) -> None:
        """Say another word."""
        super().setText(paragraph(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter as a press."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Leave the second press of a double click aside."""
        event.accept()


def button(text: str, kind: ButtonKind = "", icon: QIcon | None = None) -> QPushButton:
    """Make a push button with a word on it."""
    made = Button(text if icon is None else spaced(text))
    made.setAccessibleName(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    if icon is not None:
        made.setIcon(icon)
    return made


def spaced(text: str) -> str:
    """Put room between an icon and its word (Qt's own gap is 4 px and fixed); keep "&" a character."""
    return GAP + text.replace("&", "&&")


def card(role: str = "card", margin: int = 16, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """Make a framed box with its column."""
    frame = QFrame()
    frame.setProperty("role", role)
    column = QVBoxLayout(frame)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(spacing)
    return frame, column


class Page(QWidget):
    """What scrolls in a `scrolling` area: as high as its text needs at the width it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "page")

    def column(self, widest: int, spacing: int) -> QVBoxLayout:
        """Give a column for the parts, never wider than lines can be read.

        The limit lies on one widget in a row: a column reckons the height of limited parts by its own, larger width.
        """
        inner = QWidget()
        inner.setMaximumWidth(widest)
        made = QVBoxLayout(inner)
        made.setContentsMargins(0, 0, 0, 0)
        made.setSpacing(spacing)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 24)
        row.setSpacing(0)
        row.addWidget(inner, 1)
        row.addStretch(0)
        return made

    def minimumSizeHint(self) -> QSize:
        """Leave the height to `heightForWidth`; wrapped labels would ask for too much."""
        layout = self.layout()
        return QSize(layout.totalMinimumSize().width() if layout is not None else 0, 0)


def scrolling(page: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """Put a page into an area that scrolls up and down only."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area


def line() -> QFrame:
    """Make a thin line between parts."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def holds_focus(widget: QWidget) -> bool:
    """Tell whether the keys go to this widget or to a part of it, or will as soon as its window is in front.

    The first press may come before the window is active; Qt then hands the keys of a part that goes to the next button.
    """
    focused = widget.window().focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


class Standing:
    """Where the keys went in a page before another covered it, to send them there again."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._on: QWidget | None = None

    def note(self) -> None:
        """The page is about to be covered."""
        focused = QApplication.focusWidget()
        self._on = focused if focused is not None and self._page.isAncestorOf(focused) else None

    def resume(self) -> None:
        """The page is shown again; where the part is gone, the page has the keys, and no button by itself."""
        part, self._on = self._on, None
        if part is not None and isValid(part) and part.isVisible() and part.isEnabled():
            part.setFocus()
        else:
            self._page.setFocus()


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Change a property the style sheet looks at and have it looked at again."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def clear(layout: QVBoxLayout) -> None:
    """Take everything out of a column and let it go; who stood on a part stands on what held it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            holder = widget.parentWidget()
            if holder is not None and holds_focus(widget):
                holder.setFocus()
            widget.hide()
            widget.deleteLater()
