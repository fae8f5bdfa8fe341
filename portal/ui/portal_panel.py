"""The place "My portal": the way in, waiting, and the four lists once somebody is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.ui.notice import Notice
from core.ui.parts import Page, Tone, button, clear, in_its_own_order, label, picture, plain_tip, scrolling
from portal.ui.activity_view import ActivityView
from portal.ui.entries import AccountChoice, Who
from portal.ui.exams_view import ExamsView
from portal.ui.parts import Banner, LocalBanner, NamedIcon
from portal.ui.sending_view import SendingView
from portal.ui.shared_view import SharedView
from portal.ui.tabs import Tabs
from portal.ui.waiting import Waiting
from portal.ui.welcome import Welcome

Tab = Literal["exams", "sending", "shared", "activity"]
LINES_OF_LISTS = 12  # of text are in sight below the tabs, where need be once what stands above has scrolled away
GAP = 12
TABS: tuple[Tab, ...] = ("exams", "sending", "shared", "activity")


class PortalPanel(QStackedWidget):
    """Shows what it is given; every wish leaves as a signal of the view it was made in."""

    sign_out_requested = Signal()
    account_chosen = Signal(str, str)  # address, user name
    another_account_requested = Signal()
    seen = Signal(bool)  # whether the place is visible now
    tab_changed = Signal(str)

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.who: Who | None = None
        self.welcome, self.waiting = Welcome(icons), Waiting(icons)
        self.exams, self.sending = ExamsView(icons), SendingView(icons)
        self.shared, self.activity = SharedView(icons), ActivityView(icons)
        self.tabs = Tabs([self._words()[tab] for tab in TABS])
        self._views = QStackedWidget()
        self._notices = QVBoxLayout()
        self.sign_out = button(self.tr("Sign out"), "quiet", icons("log-out", "accent"))
        self.accounts = button(self.tr("Accounts"), "quiet", icons("users", "accent"))
        self.accounts.setToolTip(self.tr("Go on as somebody else of your family, or at another portal"))
        self.accounts.setMenu(QMenu(self.accounts))
        self._name: QLabel = label("", "strong")
        self._about: QLabel = label("", "caption", selectable=True)
        self._mark = picture(icons("user", "accent"), 32)
        self.banner, self.warning = LocalBanner(icons), Banner(icons, "triangle-alert")
        self._page = Page()
        self._home = self._make_home(self._page)
        for page in (self.welcome, self.waiting, self._home):
            self.addWidget(page)
        self.sign_out.clicked.connect(self.sign_out_requested)
        self.tabs.chosen.connect(self._turn)

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self.sign_out.setIcon(icons("log-out", "accent"))
        self.accounts.setIcon(icons("users", "accent"))
        self._mark.setPixmap(icons("user", "accent").pixmap(self._mark.size()))
        self.banner.set_icons(icons)
        self.warning.set_icons(icons)
        for view in (self.welcome, self.waiting, self.exams, self.sending, self.shared):
            view.set_icons(icons)

    def icons(self) -> NamedIcon:
        """Give the icons in the colours of the moment, for the questions asked over this place."""
        return self._icons

    def show_welcome(self) -> None:
        """Show the way in."""
        self.who = None
        self.setCurrentWidget(self.welcome)

    def show_waiting(self) -> None:
        """Show what is waited for."""
        self.setCurrentWidget(self.waiting)

    def show_home(self, who: Who) -> None:
        """Show the lists of the person who is signed in."""
        if who != self.who:
            self.who = who
            self._name.setText(who.person)
            about = " · ".join(part for part in (who.portal, who.user_name, who.note) if part)
            self._about.setText(in_its_own_order(about))
            self._about.setToolTip(plain_tip(who.address))
            self.banner.setVisible(who.local)
            self.warning.words.setText(who.warning)
            self.warning.setVisible(bool(who.warning))
        if self.currentWidget() is not self._home:
            self.setCurrentWidget(self._home)
            self.tabs.take_focus()

    def show_accounts(self, choices: Sequence[AccountChoice]) -> None:
        """Offer the accounts that are signed in; the one in use is marked."""
        menu = self.accounts.menu()
        menu.clear()
        for choice in choices:
            words = " · ".join(part for part in (choice.person, choice.portal, choice.user_name) if part)
            action = menu.addAction(words.replace("&", "&&"))
            here = self.who is not None and (self.who.address, self.who.user_name) == (choice.url, choice.user_name)
            action.setCheckable(True)
            action.setChecked(here)
            if not here:
                action.triggered.connect(partial(self.account_chosen.emit, choice.url, choice.user_name))
        menu.addSeparator()
        menu.addAction(self.tr("Sign in with another account…")).triggered.connect(self.another_account_requested)

    def tab(self) -> Tab:
        """Give the list that is shown."""
        return TABS[max(0, self.tabs.current())]

    def go_to(self, tab: Tab) -> None:
        """Show one of the lists."""
        self.tabs.choose(TABS.index(tab))

    def set_count(self, tab: Tab, count: int) -> None:
        """Show how many things are in a list (0 shows nothing)."""
        word = self._words()[tab]
        self.tabs.set_text(TABS.index(tab), f"{word} ({count})" if count else word)

    def tell(self, tone: Tone, what: str, means: str = "", do: str = "") -> Notice:
        """Show a problem above the lists; a new one takes the place of the last."""
        self.hush()
        notice = Notice(self._icons, tone, what, means, do, closable=True)
        notice.closed.connect(self.hush)
        self._notices.addWidget(notice)
        self._home.verticalScrollBar().setValue(0)  # it stands above what may have been scrolled to
        return notice

    def hush(self) -> None:
        """Take the problem away."""
        clear(self._notices)

    def is_home(self) -> bool:
        """Tell whether the lists are shown."""
        return self.currentWidget() is self._home

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that somebody looks."""
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nobody looks any more."""
        super().hideEvent(event)
        self.seen.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the window comes back to the front."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and self.isActiveWindow():
            self.seen.emit(True)

    def _words(self) -> dict[Tab, str]:
        return {
            "exams": self.tr("Exams"),
            "sending": self.tr("Sending"),
            "shared": self.tr("Shared"),
            "activity": self.tr("Activity"),
        }

    def _turn(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        self._home.verticalScrollBar().setValue(self.tabs.mapTo(self._page, QPoint(0, 0)).y())
        self.tab_changed.emit(TABS[index])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the lists room below the tabs."""
        super().resizeEvent(event)
        wanted = LINES_OF_LISTS * self.fontMetrics().lineSpacing()
        beside_tabs = self.height() - self.tabs.sizeHint().height() - GAP
        self._views.setMinimumHeight(max(min(wanted, beside_tabs), wanted // 2))

    def _make_home(self, page: Page) -> QScrollArea:
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(self._indented(self._head()))
        banner = QVBoxLayout()
        banner.setSpacing(12)
        banner.addWidget(self.banner)
        banner.addWidget(self.warning)
        column.addLayout(self._indented(banner))
        column.addLayout(self._indented(self._notices))
        column.addLayout(self._indented(self._tab_row()))
        for view in (self.exams, self.sending, self.shared, self.activity):
            self._views.addWidget(view)
        column.addWidget(self._views, 1)
        return scrolling(page)  # where the text is large and something is told, all of it can be read

    def _indented(self, layout: QVBoxLayout | QHBoxLayout) -> QVBoxLayout | QHBoxLayout:
        layout.setContentsMargins(24, 0, 24, 0)
        return layout

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.accounts, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sign_out, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _tab_row(self) -> QHBoxLayout:
        self.tabs.setAccessibleName(self.tr("Lists of My portal"))
        row = QHBoxLayout()
        row.addWidget(self.tabs, 1)
        return row
