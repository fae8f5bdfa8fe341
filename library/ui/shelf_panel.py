"""The place "My shelf": search on top, studies by person, the chosen one at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.ui.flow import FlowLayout
from core.ui.parts import Page, Standing, button, holds_focus, label, scrolling
from library.ui.bin_view import BinView
from library.ui.copies_view import CopiesView
from library.ui.entries import BinLine, CopyGroup, Order, SeveralPreview, ShelfPerson, StudyPreview, Wishes
from library.ui.menus import StudyMenu, person_menu
from library.ui.preview import Preview
from library.ui.shelf_table import ShelfTable
from library.ui.sort_button import SortButton

TYPING_PAUSE_MS = 120
LETTERS_SIDE_BY_SIDE = 80
MARGINS, LOW_MARGINS = (24, 16, 24, 24), (12, 8, 12, 8)
SIZES, LOW_SIZES = [1000, 560], [1000, 1000]  # of the list and what is chosen
LINES_WITH_TITLE = 24  # a lower window leaves the title and the sum to what can be read elsewhere


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
        self.search = QLineEdit()
        self.table = ShelfTable()
        self.preview = Preview(icons)
        self.sorting = SortButton(self.table.shelf.column_words(), icons("list"))
        self.order = Order()
        self.menu: QMenu | None = None
        self.bin: BinView | None = None
        self.copies: CopiesView | None = None
        self._count = label("", "caption")
        self._bin_button = button(self.tr("Bin"), "quiet", icons("trash-2"))
        self._typing = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._middle = QStackedWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._no_hit = label("", "body")
        self._is_low = False
        self._place()
        self._connect()

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self._bin_button.setIcon(icons("trash-2"))
        self._search_icon.setIcon(icons("search"))
        self.preview.set_icons(icons)
        self.sorting.setIcon(icons("list"))

    def waits_for(self, text: str) -> bool:
        """Tell whether this is what is searched for now."""
        return text == self.search.text().strip()

    def show_persons(self, text: str, persons: Sequence[ShelfPerson]) -> None:
        """Show the answer to `find_requested`; an answer to an older question is left aside."""
        if not self.waits_for(text):
            return
        had_focus = holds_focus(self._middle)
        self.table.show_persons(persons)
        self._say_sum()
        if persons:
            self._middle.setCurrentIndex(0)
        else:
            self._no_hit.setText(self.tr("Nothing on your shelf fits “{text}”.").format(text=text))
            self._middle.setCurrentIndex(2 if text else 1)
        if had_focus and not holds_focus(self._middle):
            self._middle.setFocus()  # never by itself on the next button
        self.search.setEnabled(bool(persons) or bool(text))

    def show_study(self, preview: StudyPreview) -> None:
        """Show the chosen study at the right, if it is still the chosen one."""
        if preview.key == self.table.chosen_study():
            self.preview.show_study(preview)

    def show_several(self, several: SeveralPreview) -> None:
        """Show the chosen studies at the right, if they are still the chosen ones."""
        if list(several.keys) == self.table.chosen_studies():
            self.preview.show_several(several)

    def show_order(self, order: Order) -> None:
        """Say in which order the rows come from now on."""
        self.order = order
        self.table.show_order(order)
        self.sorting.show_order(order)

    def show_menu(self, wishes: Wishes, place: QPoint) -> None:
        """Show what can be done with the studies that were chosen when it was asked for."""
        self.menu = StudyMenu(wishes, self._icons, self)
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

    def _bin_asked(self) -> None:
        keys = tuple(self.table.chosen_studies())
        self._wished("bin", keys)

    def _choice_changed(self, keys: tuple[str, ...]) -> None:
        """Let go of what was chosen; who stood on one of its buttons stands in the table."""
        if not self.preview.shows_all(keys) and holds_focus(self.preview):
            self.table.setFocus()
        self._say_sum()
        if len(keys) > 1:
            self.several_chosen.emit(keys)
            return
        self.preview.expect(keys[0] if keys else "")
        if keys:
            self.chosen.emit(keys[0])

    def set_thumbnail(self, study_key: str, series_key: str, image: QImage) -> None:
        """Show a series' picture."""
        self.preview.set_thumbnail(study_key, series_key, image)

    def ask_again(self) -> None:
        """Ask for the rows anew (the shelf changed)."""
        self.find_requested.emit(self.search.text().strip())

    def show_bin(self, lines: Sequence[BinLine]) -> None:
        """Show the bin instead of the shelf, or what is in it now."""
        was_open = self.bin is not None
        self._note_standing()
        self.show_shelf()
        self.bin = BinView(self._icons, lines)
        self.bin.back_requested.connect(self.step_back)
        self.bin.restore_requested.connect(self.restore_requested)
        self.bin.purge_requested.connect(self.purge_requested)
        self.bin.empty_requested.connect(self.empty_requested)
        self.addWidget(self.bin)
        self.setCurrentWidget(self.bin)
        (self.bin if was_open else self.bin.back).setFocus()

    def show_copies(self, groups: Sequence[CopyGroup], exam: Sequence[str] = ()) -> None:
        """Show versions of images that are not the same instead of the shelf; `exam` says of which exam they are."""
        was_open = self.copies is not None
        self._note_standing()
        self.show_shelf()
        self.copies = CopiesView(self._icons, groups, exam)
        self.copies.back_requested.connect(self.step_back)
        self.copies.chosen.connect(self.copy_chosen)
        self.copies.taken_back.connect(self.choice_taken_back)
        self.addWidget(self.copies)
        self.setCurrentWidget(self.copies)
        (self.copies if was_open else self.copies.back).setFocus()

    def _note_standing(self) -> None:
        if self.currentIndex() == 0:
            self._standing.note()

    def set_copy_picture(self, copy: str, image: QImage) -> None:
        """Show the picture of a copy, if the copies are still shown."""
        if self.copies is not None:
            self.copies.set_picture(copy, image)

    def show_shelf(self) -> None:
        """Go back from the bin, or from copies that were compared."""
        self.setCurrentIndex(0)
        if self.copies is not None:
            self.removeWidget(self.copies)
            self.copies.deleteLater()
            self.copies = None
        if self.bin is not None:
            self.removeWidget(self.bin)
            self.bin.deleteLater()
            self.bin = None

    def step_back(self) -> bool:
        """Go back from the bin or the copies to the shelf, or from what was found to everything."""
        if self.bin is not None or self.copies is not None:
            self.show_shelf()
            self._standing.resume()
            return True
        searched = bool(self.search.text())
        self.search.clear()
        return searched

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview below the table where both side by side would be too narrow."""
        super().resizeEvent(event)
        metrics = self.table.fontMetrics()
        narrow = self.width() < LETTERS_SIDE_BY_SIDE * metrics.averageCharWidth()
        self._splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        low = narrow and self.height() < LINES_WITH_TITLE * metrics.lineSpacing()
        self._title.setVisible(not low)
        self._count.setVisible(not low)
        self.sorting.be_short(low)
        self._page_column.setContentsMargins(*(LOW_MARGINS if low else MARGINS))
        self._splitter.setHandleWidth(8 if low else 16)
        if low != self._is_low:  # what can be done with the chosen one needs its room more than a long list does
            self._is_low = low
            self._splitter.setSizes(LOW_SIZES if low else SIZES)
            self.table.setHeaderHidden(low)  # the button beside the search sorts too
        for made in (self.sorting, self._bin_button):
            (self._beside_search if low else self._head).addWidget(made)

    def _say_sum(self) -> None:
        """Say how much is shown, and where several are chosen how many of how many persons."""
        persons, chosen = self.table.shelf.persons, self.table.chosen_rows()
        studies = sum(len(person.studies) for person in persons)
        said = [self.tr("%n exam(s)", "", studies), self.tr("%n person(s)", "", len(persons))]
        if len(chosen) > 1:
            of = len({person.key for person, _ in chosen})
            said.append(self.tr("%n chosen", "", len(chosen)))
            if of > 1:
                said.append(self.tr("of %n person(s)", "", of))
        self._count.setText(" · ".join(said))

    def _place(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        self._standing = Standing(page)
        column = self._page_column = QVBoxLayout(page)
        column.setContentsMargins(*MARGINS)
        column.setSpacing(12)
        self._head, self._beside_search = QHBoxLayout(), QHBoxLayout()
        self._title = label(self.tr("My shelf"), "title")
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.sorting)
        self._head.addWidget(self._bin_button)
        column.addLayout(self._head)
        self.search.setPlaceholderText(self.tr("Search by name, date, what or number"))
        self.search.setAccessibleName(self.tr("Search your shelf"))
        self.search.setClearButtonEnabled(True)
        position = QLineEdit.ActionPosition.LeadingPosition
        self._search_icon = self.search.addAction(self._icons("search"), position)
        self._beside_search.addWidget(self.search, 1)
        column.addLayout(self._beside_search)
        self._middle.addWidget(self._full())
        self._middle.addWidget(self._first_thing())
        self._middle.addWidget(self._nothing_found())
        self._middle.setCurrentIndex(0)
        column.addWidget(self._middle, 1)
        self.addWidget(page)

    def _full(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self._count)
        splitter = self._splitter
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(left)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes(SIZES)
        self.preview.hide()
        return splitter

    def _first_thing(self) -> QWidget:
        holder, column = _middle_column()
        column.addWidget(label(self.tr("Your shelf is empty"), "title"))
        words = self.tr("Put in a disc or a USB stick from a hospital, look at it, and put its images here. ")
        words += self.tr("They stay on this computer, and you no longer need the disc to see them.")
        column.addWidget(label(words, "body"))
        self.go_to_discs: QPushButton = button(self.tr("Go to Discs & drives").replace("&", "&&"), "primary")
        self.go_to_discs.clicked.connect(self.discs_requested)
        flow = FlowLayout()
        flow.addWidget(self.go_to_discs)
        column.addLayout(flow)
        column.addStretch(2)
        return holder

    def _nothing_found(self) -> QWidget:
        holder, column = _middle_column()
        column.addWidget(self._no_hit)
        self._no_hit.setProperty("role", "title")
        hint = self.tr("Try a part of the name, a year such as 2019, or a word such as “knee”.")
        column.addWidget(label(hint, "body"))
        clear = button(self.tr("Show everything"))
        clear.clicked.connect(self.search.clear)
        flow = FlowLayout()
        flow.addWidget(clear)
        column.addLayout(flow)
        column.addStretch(2)
        return holder

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda: self._typing.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self._typing.timeout.connect(self.ask_again)
        self.table.chosen.connect(self._choice_changed)
        self.table.opened.connect(self.open_requested)
        self.table.menu_asked.connect(self._menu_asked)
        self.table.bin_asked.connect(self._bin_asked)
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


def _middle_column() -> tuple[QWidget, QVBoxLayout]:
    page = Page()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 48, 24, 24)
    column.setSpacing(12)
    return scrolling(page), column
