"""The place "My shelf": the list with its search and the chosen one, and over it the bin or copies to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QIcon, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from core.ui.parts import Standing, button, holds_focus
from library.ui.bin_view import BinView
from library.ui.copies_view import CopiesView
from library.ui.entries import BinLine, CopyGroup, MenuWords, Order, SeveralPreview, ShelfPerson, StudyPreview
from library.ui.menus import StudyMenu, person_menu
from library.ui.preview import Preview
from library.ui.search_field import SearchField
from library.ui.shelf_page import ShelfPage
from library.ui.shelf_table import ShelfTable
from library.ui.sort_button import SortButton


class ShelfPanel(QStackedWidget):
    """Asks for rows by signal (`find_requested`) and shows what it is given."""

    find_requested = Signal(str)
    chosen = Signal(str)
    open_requested = Signal(str)
    bin_requested = Signal(str)
    several_chosen = Signal(tuple)
    bin_several_requested = Signal(tuple)
    menu_requested = Signal(tuple, QPoint)  # for the chosen studies, at a place of the screen
    order_changed = Signal(object)  # Order
    send_requested = Signal(str)
    share_requested = Signal(str)
    compare_requested = Signal(str)
    copy_chosen = Signal(str, str)
    choice_taken_back = Signal(str)
    show_bin_requested = Signal()
    restore_requested = Signal(str)
    purge_requested = Signal(str)
    empty_requested = Signal()
    discs_requested = Signal()

    def __init__(self, icons: Callable[..., QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.search = SearchField(icons)
        self.table = ShelfTable()
        self.preview = Preview(icons)
        self.sorting = SortButton(self.table.shelf.column_words(), icons("list"))
        self.order = Order()
        self.menu: QMenu | None = None
        self.bin: BinView | None = None
        self.copies: CopiesView | None = None
        self._bin_button = button(self.tr("Bin"), "quiet", icons("trash-2"))
        self.page = ShelfPage(self.search, self.table, self.preview, self.sorting, self._bin_button)
        self._standing = Standing(self.page)
        self.addWidget(self.page)
        self._connect()

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self._bin_button.setIcon(icons("trash-2"))
        self.search.set_icons(icons)
        self.preview.set_icons(icons)
        self.sorting.setIcon(icons("list"))

    # -- the list and the chosen one --

    def ask_again(self) -> None:
        """Ask for the rows anew (the shelf changed)."""
        self.search.ask()

    def waits_for(self, text: str) -> bool:
        """Tell whether this is what is searched for now."""
        return text == self.search.wanted()

    def show_persons(self, text: str, persons: Sequence[ShelfPerson]) -> None:
        """Show the answer to `find_requested`; an answer to an older question is left aside."""
        if not self.waits_for(text):
            return
        self.page.show_persons(text, persons)
        self.search.setEnabled(bool(persons) or bool(text))

    def show_order(self, order: Order) -> None:
        """Say in which order the rows come from now on."""
        self.order = order
        self.table.show_order(order)
        self.sorting.show_order(order)

    def show_study(self, preview: StudyPreview) -> None:
        """Show the chosen study at the right, if it is still the chosen one."""
        if preview.key == self.table.chosen_study():
            self.preview.show_study(preview)

    def show_several(self, several: SeveralPreview) -> None:
        """Show the chosen studies at the right, if they are still the chosen ones."""
        if list(several.keys) == self.table.chosen_studies():
            self.preview.show_several(several)

    def set_thumbnail(self, study_key: str, series_key: str, image: QImage) -> None:
        """Show a series' picture."""
        self.preview.set_thumbnail(study_key, series_key, image)

    def _choice_changed(self, keys: tuple[str, ...]) -> None:
        """Let go of what was chosen; who stood on one of its buttons stands in the table."""
        if not self.preview.shows_all(keys) and holds_focus(self.preview):
            self.table.setFocus()
        self.page.say_sum()
        if len(keys) > 1:
            self.several_chosen.emit(keys)
            return
        self.preview.expect(keys[0] if keys else "")
        if keys:
            self.chosen.emit(keys[0])

    # -- what can be done with the chosen ones --

    def show_menu(self, words: MenuWords, place: QPoint) -> None:
        """Show what can be done with the studies that were chosen when it was asked for."""
        self.menu = StudyMenu(words, self._icons, self)
        self.menu.wished.connect(self._wished)
        self.menu.popup(place)

    def _wished(self, wish: str, keys: tuple[str, ...]) -> None:
        if wish == "bin" and len(keys) > 1:
            self.bin_several_requested.emit(keys)
            return
        signals = {"open": self.open_requested, "copies": self.compare_requested, "send": self.send_requested,
                   "share": self.share_requested, "bin": self.bin_requested}  # fmt: skip
        signals[wish].emit(keys[0])

    def _menu_asked(self, person_key: str, place: QPoint) -> None:
        person = next((one for one in self.table.shelf.persons if one.key == person_key), None)
        if person is None:
            self.menu_requested.emit(tuple(self.table.chosen_studies()), place)
        else:
            self.menu = person_menu(person, lambda: self.table.choose_person(person.key), self)
            self.menu.popup(place)

    # -- what covers the list --

    def show_bin(self, lines: Sequence[BinLine]) -> None:
        """Show the bin instead of the shelf, or what is in it now."""
        was_open = self.bin is not None
        view = BinView(self._icons, lines)
        view.restore_requested.connect(self.restore_requested)
        view.purge_requested.connect(self.purge_requested)
        view.empty_requested.connect(self.empty_requested)
        self._cover(view)
        self.bin = view
        (view if was_open else view.back).setFocus()

    def show_copies(self, groups: Sequence[CopyGroup], exam: Sequence[str] = ()) -> None:
        """Show versions of images that are not the same instead of the shelf; `exam` says of which exam they are."""
        was_open = self.copies is not None
        view = CopiesView(self._icons, groups, exam)
        view.chosen.connect(self.copy_chosen)
        view.taken_back.connect(self.choice_taken_back)
        self._cover(view)
        self.copies = view
        (view if was_open else view.back).setFocus()

    def set_copy_picture(self, copy: str, image: QImage) -> None:
        """Show the picture of a copy, if the copies are still shown."""
        if self.copies is not None:
            self.copies.set_picture(copy, image)

    def show_shelf(self) -> None:
        """Go back from the bin, or from copies that were compared."""
        self.setCurrentWidget(self.page)
        for view in (self.copies, self.bin):
            if view is not None:
                self.removeWidget(view)
                view.deleteLater()
        self.copies = self.bin = None

    def step_back(self) -> bool:
        """Go back from the bin or the copies to the shelf, or from what was found to everything."""
        if self.bin is not None or self.copies is not None:
            self.show_shelf()
            self._standing.resume()
            return True
        searched = bool(self.search.text())
        self.search.clear()
        return searched

    def _cover(self, view: BinView | CopiesView) -> None:
        if self.currentWidget() is self.page:
            self._standing.note()
        self.show_shelf()
        view.back_requested.connect(self.step_back)
        self.addWidget(view)
        self.setCurrentWidget(view)

    # -- inside --

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the list out anew, also while it is covered."""
        super().resizeEvent(event)
        self.page.fit_into(self.size())

    def _connect(self) -> None:
        self.search.find_requested.connect(self.find_requested)
        self.search.returnPressed.connect(self.table.setFocus)
        self.page.empty.discs_requested.connect(self.discs_requested)
        self.page.nothing_found.everything_requested.connect(self.search.clear)
        self.table.chosen.connect(self._choice_changed)
        self.table.opened.connect(self.open_requested)
        self.table.menu_asked.connect(self._menu_asked)
        self.table.bin_asked.connect(lambda: self._wished("bin", tuple(self.table.chosen_studies())))
        self.table.sort_asked.connect(lambda column: self.order_changed.emit(self.order.clicked(column)))
        self.sorting.order_chosen.connect(self.order_changed)
        self.preview.bin_several_requested.connect(self.bin_several_requested)
        self.preview.open_requested.connect(self.open_requested)
        self.preview.bin_requested.connect(self.bin_requested)
        self.preview.compare_requested.connect(self.compare_requested)
        self.preview.send_requested.connect(self.send_requested)
        self.preview.share_requested.connect(self.share_requested)
        self._bin_button.clicked.connect(self.show_bin_requested)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
