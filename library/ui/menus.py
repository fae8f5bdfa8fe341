"""The menus of the right mouse button and of the menu key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.language.isolates import isolated
from core.ui.parts import paragraph
from library.ui.entries import MenuWords, ShelfPerson

_ICONS = {"copies": "images", "send": "cloud-upload", "share": "share-2", "bin": "trash-2"}
_KEYS = {"open": Qt.Key.Key_Return, "bin": Qt.Key.Key_Delete}


class StudyMenu(QMenu):
    """What can be done with the studies that were chosen when it opened, whatever becomes of the list meanwhile."""

    wished = Signal(str, tuple)  # "open", "copies", "send", "share" or "bin", and the studies

    def __init__(self, offered: MenuWords, icons: Callable[..., QIcon], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for wish in ("open", "copies", "send", "share", "bin"):
            words = getattr(offered, wish)
            if not words:
                continue
            if wish == "bin" and not self.isEmpty():
                self.addSeparator()
            action = self.addAction(paragraph(words.replace("&", "&&")))
            if wish in _ICONS:
                action.setIcon(icons(_ICONS[wish]))
            if wish in _KEYS:  # said, not taken: the list has these keys
                action.setShortcut(QKeySequence(_KEYS[wish]))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _, wish=wish: self.wished.emit(wish, offered.keys))


def person_menu(person: ShelfPerson, choose: Callable[[], None], parent: QWidget) -> QMenu:
    """Make the menu of a person's line."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    words = QCoreApplication.translate("ShelfPanel", "Choose all %n exam(s) of {name}", None, len(person.studies))
    action = menu.addAction(paragraph(words.format(name=isolated(person.name)).replace("&", "&&")))
    action.triggered.connect(lambda: choose())
    return menu
