"""The window: it places the rail, the places, the notices and the jobs strip, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.settings import SettingsStore
from app.window.appearance.icons import app_icon
from app.window.appearance.style import Style
from app.window.jobs.jobs_strip import JobsStrip
from app.window.shell.rail import Place, Rail
from core.ui.notice import Notice
from core.ui.notice_stack import NoticeStack
from core.ui.parts import Standing, holds_focus

AWAY = frozenset({"viewer", "settings", "help"})  # places one looks in at and comes back from
GRASP = 40  # pixels


@runtime_checkable
class StepsBack(Protocol):
    """A place with pages of its own."""

    def step_back(self) -> bool:
        """Leave such a page; False where there is none to leave."""


class MainWindow(QMainWindow):
    """One window with its places; panels are handed in."""

    dropped = Signal(list)
    painted = Signal()  # once, when the window has been seen

    def __init__(self, style: Style, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._pages: dict[str, QWidget] = {}
        self._standing: dict[str, Standing] = {}
        self._home = "discs"  # where Esc leads from the viewer, the settings and the help
        self._seen = False
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle("Scanshelf")
        self.painted.connect(lambda: self.setWindowIcon(app_icon()))  # drawn when nobody waits for it
        self.setMinimumSize(720, 480)
        self.setAcceptDrops(True)
        self.rail = Rail(style, self._places())
        self.rail.chosen.connect(self.go_to)
        self.strip = JobsStrip(style)
        self._notices = NoticeStack()
        self._stack = QStackedWidget()
        self._stack.setMinimumHeight(1)  # a low window with a notice squeezes the place, not the strip below both
        self._outer = QStackedWidget()
        self._outer.addWidget(self._frame())
        self.setCentralWidget(self._outer)
        self._restore()

    def add_place(self, name: str, make: Callable[[], QWidget]) -> None:
        """Say what makes the panel of a place, when it is first gone to."""
        self._makers[name] = make

    def go_to(self, name: str) -> None:
        """Show a place."""
        if self._stack.count() and name != self.place():
            self._home = self._home if self.place() in AWAY else self.place()
            self._standing[self.place()].note()
        if name not in self._pages:
            self._pages[name] = self._makers[name]()
            self._standing[name] = Standing(self._pages[name])
            self._stack.addWidget(self._pages[name])
        self._stack.setCurrentWidget(self._pages[name])
        self.rail.select(name)

    def place(self) -> str:
        """Give the name of the place that is shown."""
        return next(name for name, page in self._pages.items() if page is self._stack.currentWidget())

    def go_back(self) -> None:
        """Go back where one came from, and stand there where one stood."""
        self.go_to(self._home)
        self._standing[self._home].resume()

    def cover(self, page: QWidget) -> None:
        """Show a page instead of everything (the first start)."""
        self._outer.addWidget(page)
        self._outer.setCurrentWidget(page)
        page.setFocus()

    def uncover(self) -> None:
        """Take the page off again."""
        page = self._outer.currentWidget()
        self._outer.setCurrentIndex(0)
        if page is not None and page is not self._outer.widget(0):
            self._outer.removeWidget(page)
            page.deleteLater()

    def add_notice(self, notice: Notice) -> None:
        """Show a problem below the places until it is closed; one that is shown already gives way to its like."""
        for other in self._notices.notices():
            if notice.is_like(other):
                self.remove_notice(other)
        notice.closed.connect(lambda: self.remove_notice(notice))
        self._notices.add(notice)

    def remove_notice(self, notice: Notice) -> None:
        """Take a problem away; whoever stood on it stands in the place, on no button of it."""
        if holds_focus(notice):
            self._rest()
        self._notices.take(notice)

    def _rest(self) -> None:
        page = self._stack.currentWidget()
        if page is not None:
            page.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes one step back: inside the place, or from a place one only looks in at."""
        if event.key() != Qt.Key.Key_Escape or self._outer.currentIndex() != 0:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            page: object = self._stack.currentWidget()
            inside = isinstance(page, StepsBack) and page.step_back()
            if not inside and self.place() in AWAY:
                self.go_back()

    def show_bare(self, bare: bool) -> None:
        """Fill the screen with the place alone, or show everything again."""
        self.rail.setVisible(not bare)
        self.strip.setVisible(not bare)
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | full if bare else self.windowState() & ~full)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the places take as much room as the window can spare."""
        super().resizeEvent(event)
        self.rail.fit(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the window has been seen the first time."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window is; close once nothing is running any more."""
        if not self.may_close():
            event.ignore()
            return
        geometry = base64.b64encode(bytes(self.saveGeometry().data())).decode("ascii")
        self._store.change(window=geometry)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome folders and files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand dropped folders and files on."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.dropped.emit([str(Path(path)) for path in paths])

    def _places(self) -> list[Place]:
        return [
            Place("discs", self.tr("Discs & drives"), "disc-3", "Ctrl+1"),
            Place("shelf", self.tr("My shelf"), "library", "Ctrl+2"),
            Place("viewer", self.tr("Viewer"), "images", "Ctrl+3"),
            Place("portal", self.tr("My portal"), "cloud", "Ctrl+4"),
            Place("settings", self.tr("Settings"), "settings", "Ctrl+,", below=True),
            Place("help", self.tr("Help"), "circle-question-mark", "F1", below=True),
        ]

    def _frame(self) -> QWidget:
        frame = QWidget()
        frame.setProperty("role", "page")
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self._notices)  # below: what is read or aimed at stays where it is when one comes or goes
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(middle, 1)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.strip)
        return frame

    def _restore(self) -> None:
        """Take the remembered place and size, unless it lies out of sight; a screen may be gone since."""
        remembered = self._store.settings.window
        known = bool(remembered) and self.restoreGeometry(QByteArray.fromBase64(remembered.encode("ascii", "replace")))
        self.setWindowState(self.windowState() & ~(Qt.WindowState.WindowFullScreen | Qt.WindowState.WindowMinimized))
        room = self.screen().availableGeometry()
        if not known:
            self.resize(QSize(1200, 780).boundedTo(room.size() * 0.95))
        elif not self._can_be_grasped():
            self.resize(self.size().boundedTo(room.size() * 0.95).expandedTo(self.minimumSize()))
            self.move(room.center() - self.rect().center())

    def _can_be_grasped(self) -> bool:
        """Tell whether enough of the window's upper edge lies on a screen to take hold of it."""
        edge = QRect(self.pos(), QSize(self.width(), GRASP))
        areas = [screen.availableGeometry().intersected(edge) for screen in self.screen().virtualSiblings()]
        return any(area.width() >= 3 * GRASP and area.height() >= GRASP // 2 for area in areas)
