"""What must not happen to the words on a screen, found in any widget: text cut off, parts over each other or outside.

Only what a person would see counts: what scrolls up and down may go on below, nothing may go on sideways.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QWidget,
)
from shiboken6 import Shiboken

from core.ui.elided import Elided
from library.ui.shelf_model import IMAGES, PORTAL
from library.ui.shelf_table import ShelfTable

CLOSED = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QSplitter)  # Qt places their parts


def faults(widget: QWidget) -> list[str]:
    """List everything that is wrong with a screen or a dialog."""
    of_parts = [*cut_off(widget), *over_each_other(widget), *outside(widget), *nameless(widget), *lists_cut_off(widget)]
    return [*of_parts, *half_numbers(widget), *beyond_the_screen(widget)]


def cut_off(widget: QWidget) -> list[str]:
    """Name visible buttons, boxes and lines of text that get less room than they need."""
    buttons = [
        f"button {made.text()!r}: {made.width()} of {made.sizeHint().width()}"
        for made in _seen(widget, QAbstractButton)
        if made.text() and (made.width() < made.sizeHint().width() or made.height() < made.sizeHint().height())
    ]
    labels = [
        f"label {label.text()!r}: {label.width()} × {label.height()}"
        for label in _seen(widget, QLabel)
        if label.text() and not _has_room(label)
    ]
    boxes = [
        f"box {box.currentText()!r}: {box.width()} of {_needed(box)}"
        for box in _seen(widget, QComboBox)
        if box.width() < _needed(box)
    ]
    return buttons + labels + boxes


def _has_room(label: QLabel) -> bool:
    if isinstance(label, Elided):
        return True  # gives way by design, with all of it in the tooltip
    if label.wordWrap():
        metrics = label.fontMetrics()
        longest = max((metrics.horizontalAdvance(word) for word in re.split(r"\s+|(?<=[/-])", label.text())), default=0)
        return label.height() >= label.heightForWidth(label.width()) and label.width() >= longest
    return label.width() >= label.sizeHint().width() and label.height() >= label.sizeHint().height()


def _needed(box: QComboBox) -> int:
    return box.fontMetrics().horizontalAdvance(box.currentText()) + box.fontMetrics().height()


def over_each_other(widget: QWidget) -> list[str]:
    """Name parts of one widget that cover each other."""
    found = []
    for holder in _holders(widget):
        parts = [part for part in _parts(holder) if not isinstance(part, QStackedWidget)]
        for one, other in combinations(parts, 2):
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > 1 and shared.height() > 1:
                found.append(f"{_named(one)} and {_named(other)} share {shared.width()} × {shared.height()}")
    return found


def outside(widget: QWidget) -> list[str]:
    """Name parts that reach beyond what holds them."""
    found = []
    for holder in _holders(widget):
        room = holder.rect()
        scrolled = isinstance(holder.parentWidget(), QAbstractScrollArea)
        for part in _parts(holder):
            place = part.geometry()
            if scrolled:
                place = QRect(place.x(), room.y(), place.width(), 1)
            if place.isValid() and not room.adjusted(-1, -1, 1, 1).contains(place):
                found.append(f"{_named(part)} at {place.getRect()} in {_named(holder)} {room.getRect()}")
    return found


def nameless(widget: QWidget) -> list[str]:
    """Name visible controls that say nothing to a screen reader."""
    return [
        f"{type(made).__name__} in {type(made.parentWidget()).__name__}"
        for kind in (QAbstractButton, QLineEdit)
        for made in _seen(widget, kind)
        if made.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (made.accessibleName() or getattr(made, "text", str)())
        and made.objectName() != "qt_spinbox_lineedit"
    ]


def lists_cut_off(widget: QWidget) -> list[str]:
    """Open every box and name those that do not show their last entry, or that show an entry in part."""
    found = []
    for box in _seen(widget, QComboBox):
        _bring_into_sight(box)
        box.showPopup()
        QApplication.processEvents()
        view, last = box.view(), box.model().index(box.count() - 1, 0)
        view.scrollToBottom()
        place, room = view.visualRect(last), view.viewport().rect()
        if place.bottom() > room.bottom():
            found.append(f"last entry of {box.accessibleName()!r}: {place.getRect()} in {room.getRect()}")
        needed = view.height() + view.verticalScrollBar().maximum()
        may_scroll = box.count() > box.maxVisibleItems() or needed > _room_beside(box)
        if not may_scroll and view.verticalScrollBar().maximum() > 0:
            found.append(f"{box.accessibleName()!r} scrolls by {view.verticalScrollBar().maximum()}")
        screen = view.window().screen().availableGeometry()
        if not screen.contains(view.window().geometry()):
            found.append(f"list of {box.accessibleName()!r} leaves the screen: {view.window().geometry().getRect()}")
        box.hidePopup()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def _bring_into_sight(part: QWidget) -> None:
    """Scroll to a part, as the keys do that go to it."""
    holder = part.parentWidget()
    while holder is not None:
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(part)
        holder = holder.parentWidget()


def _room_beside(box: QComboBox) -> int:
    """Return how high a list can be above or below its box without leaving the screen or covering the box."""
    screen, top = box.screen().availableGeometry(), box.mapToGlobal(box.rect().topLeft()).y()
    return max(top - screen.top(), screen.bottom() - top - box.height())


def half_numbers(widget: QWidget) -> list[str]:
    """Name tables in which a number is half outside: 386 would look like 86."""
    found = []
    for table in _seen(widget, ShelfTable):
        for column in (IMAGES, PORTAL):
            left, width = table.columnViewportPosition(column), table.columnWidth(column)
            if not table.isColumnHidden(column) and not 0 <= left <= table.viewport().width() - width:
                found.append(f"column {column} at {left}, {width} wide, of {table.viewport().width()}")
    return found


def beyond_the_screen(widget: QWidget) -> list[str]:
    """Name a menu that is larger than the screen instead of scrolling."""
    room = widget.screen().availableGeometry().size()
    fits = not isinstance(widget, QMenu) or room.expandedTo(widget.size()) == room
    return [] if fits else [f"a menu of {widget.width()} × {widget.height()}"]


def outlived_parts() -> list[str]:
    """Name layouts with parts that Qt has freed and PySide still keeps in its book: the next object there is lost.

    Whoever asks a layout of Qt's for its parts (`itemAt`) has them written there, and nothing strikes them out.
    """
    found = []
    for owner in [one for one in Shiboken.getAllValidWrappers() if isinstance(one, QLayout)]:
        inner = (owner, *owner.findChildren(QLayout))  # PySide gives the parts of inner layouts to the outer one too
        parts = [part for part in gc.get_referents(owner) if isinstance(part, QLayoutItem)]
        parts = [part for part in parts if not isinstance(part, QLayout)]
        lost = [part for part in parts if all(layout.indexOf(part) < 0 for layout in inner)]
        found += [f"{len(lost)} parts of {owner.parent()!r}"] if lost else []
    return found


def _seen(widget: QWidget, kind: type) -> list:  # type: ignore[type-arg]
    return [made for made in widget.findChildren(kind) if made.isVisible()]


def _holders(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    for holder in widget.findChildren(QWidget):
        if holder.isVisible() and not isinstance(holder, CLOSED) and not _is_within(holder, CLOSED, widget):
            yield holder


def _is_within(part: QWidget, kinds: tuple[type, ...], top: QWidget) -> bool:
    holder = part.parentWidget()
    while holder is not None and holder is not top:
        if isinstance(holder, kinds) and not isinstance(holder, QSplitter):
            return True
        holder = holder.parentWidget()
    return False


def _parts(holder: QWidget) -> list[QWidget]:
    if isinstance(holder, (*CLOSED, QAbstractScrollArea)):
        return []
    return [
        part
        for part in holder.children()
        if isinstance(part, QWidget)
        and part.isVisible()
        and not part.isWindow()
        and part.objectName() != "qt_rubberband"
    ]


def _named(part: QWidget) -> str:
    text = getattr(part, "text", str)()
    return f"{type(part).__name__} {text or part.accessibleName() or part.objectName()!r}"[:70]
