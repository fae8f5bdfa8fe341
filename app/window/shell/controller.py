"""The thin glue of the whole window: panels to desks, problems to notices, settings to style, closing to an end."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.window.shell.dialogs import ask_folder, ask_paths, ask_save
from app.window.starting.start import Frame
from app.window.starting.waits_to_write import WaitsToWrite
from core.ui.notice import Notice
from core.ui.parts import Tone
from importer.ui.discs_panel import DiscsPanel

if TYPE_CHECKING:
    from app.build import Workers
    from app.window.jobs.workbench import Desk
    from app.window.places.discs.presenter import DiscsPresenter
    from app.window.places.discs.unfinished_presenter import UnfinishedPresenter
    from app.window.places.help.page import HelpPage
    from app.window.places.portal.place import PortalPlace
    from app.window.places.settings.page import SettingsPage
    from app.window.places.shelf.presenter import Binned, ShelfPresenter
    from app.window.places.viewer.place import ViewerPlace
    from app.window.shell.closing import ClosingQuestion
    from app.window.shell.undo import Undo
    from app.window.starting.first_start import FirstStart
    from app.words.messages import Messages, Words
    from dicom.source import Content
    from importer.sources.media import Medium
    from library.index.rows import TwinRow, Unfinished
    from library.shelf import Library
    from library.ui.shelf_panel import ShelfPanel
    from viewer.study.known import KnownSeries

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ENOTCONN})
CLOSING_SECONDS = 5.0
AT_ONCE_SECONDS = 0.05


class Engines(Protocol):
    """What the window is given by `app/build.py`; nothing of it is called before it is needed."""

    def open_library(self, folder: Path) -> Library:
        """Open the shelf; in a lane thread."""

    def make_workers(self) -> Workers:
        """Start the worker processes; in a lane thread."""

    def list_media(self) -> list[Medium]:
        """List what is in; in a lane thread."""

    def prepare_viewer(self, desk: Desk) -> None:
        """Import what the viewer needs and start its workers; in a lane thread."""

    def make_viewer(self, desk: Desk, frame: Frame, explain: Callable[[Exception], tuple[str, str]]) -> QWidget:
        """Make the viewer's panel; in the Qt thread, when the first study is opened."""


class Controller(QObject):
    """Holds the window together while it is open."""

    def __init__(self, frame: Frame, engines: Engines, library_folder: Path) -> None:
        super().__init__()
        self.frame, self.window = frame, frame.window
        self.library_folder = library_folder
        self._engines = engines
        self._closing: threading.Thread | None = None
        self._closed = False
        self._waits_to_write: WaitsToWrite | None = None
        self._opening = 0  # which exam is waited for until the viewer is there
        self._asked = False  # nothing more is asked before closing
        self._waiting = QTimer(self, interval=50)
        self._waiting.timeout.connect(self._close_when_ended)
        self.discs = DiscsPanel(frame.style.icons)
        self._place()
        self._connect()

    def start(self) -> None:
        """Begin: look for discs and fill the shelf; after the first start's "Start" where that is shown."""
        self._tell_settings_trouble()
        self.unfinished_desk.refresh()
        self.discs_desk.start()
        self.shelf_desk.find("")
        self.portal.start()

    # Places other than the first are made when they are first needed, so that the window is there at once.

    @cached_property
    def messages(self) -> Messages:
        """The words for codes."""
        from app.words.messages import Messages

        return Messages()

    @cached_property
    def desk(self) -> Desk:
        """Where work is done."""
        from app.window.jobs.workbench import Desk

        made = Desk(lambda: self._engines.open_library(self.library_folder), self._engines.make_workers)
        self.window.strip.stop_requested.connect(made.stop)
        made.line_changed.connect(self.window.strip.show_job)
        made.line_ended.connect(self.window.strip.end_job)
        made.failed.connect(self.explain)
        made.library_opened.connect(self._library_opened)
        return made

    @cached_property
    def undo(self) -> Undo:
        """What can be taken back."""
        from app.window.shell.undo import Undo

        return Undo(self.window, lambda words: self.tell(words, ""))

    @cached_property
    def discs_desk(self) -> DiscsPresenter:
        """The glue of "Discs & drives"."""
        from app.window.places.discs.presenter import DiscsPresenter

        store = self.frame.store
        made = DiscsPresenter(
            self.desk, self.discs, self.messages, self._engines.list_media, lambda: store.settings.look_at_discs
        )
        made.view_requested.connect(self._look)
        made.shelf_changed.connect(self._shelf_changed)
        made.shelf_requested.connect(self._show_on_shelf)
        made.kept.connect(lambda _: QApplication.alert(self.window))
        return made

    @cached_property
    def unfinished_desk(self) -> UnfinishedPresenter:
        """The glue of what was cut off."""
        from app.window.places.discs.unfinished_presenter import UnfinishedPresenter

        downloads = self.frame.store.folder / "downloads"
        made = UnfinishedPresenter(self.desk, self.discs, self.messages, self.discs_desk, downloads)
        made.left.connect(self._left_so)
        made.shelf_requested.connect(self._show_on_shelf)
        return made

    @cached_property
    def closing_question(self) -> ClosingQuestion:
        """What is asked before something is stopped in the middle."""
        from app.window.shell.closing import ClosingQuestion

        made = ClosingQuestion(self.desk, self.window)
        made.confirmed.connect(self.end)
        return made

    @cached_property
    def shelf(self) -> ShelfPanel:
        """The panel of "My shelf"."""
        from library.ui.shelf_panel import ShelfPanel

        panel = ShelfPanel(self.frame.style.icons)
        panel.table.set_widths(self.frame.store.settings.columns)
        panel.discs_requested.connect(lambda: self.window.go_to("discs"))
        return panel

    @cached_property
    def shelf_desk(self) -> ShelfPresenter:
        """The glue of "My shelf"."""
        from app.window.places.shelf.presenter import ShelfPresenter
        from library.ui.entries import Order

        made = ShelfPresenter(self.desk, self.shelf, Order.from_text(self.frame.store.settings.shelf_order))
        made.opening.connect(self._show_another_opening)
        made.not_opened.connect(self._not_opened)
        made.view_requested.connect(self.show_study)
        made.binned.connect(self._binned)
        made.restored.connect(self._restored)
        made.purged.connect(self._purged)
        made.changed.connect(self._compare_again)
        made.order_changed.connect(lambda order: self.frame.store.change(shelf_order=order.as_text()))
        made.copies.decided.connect(self._decided)
        made.copies.taken_back.connect(self._undecided)
        made.send_requested.connect(self.portal.send)
        made.share_requested.connect(self.portal.share)
        return made

    @cached_property
    def portal(self) -> PortalPlace:
        """The place "My portal"."""
        from app.window.places.portal.place import PortalPlace

        made = PortalPlace(self.frame.style, self.frame.store.folder, lambda: self.desk, lambda: self.messages)
        made.place_requested.connect(lambda: self.window.go_to("portal"))
        made.shelf_requested.connect(self._go_to_shelf)
        made.shelf_changed.connect(self._shelf_changed)
        made.told.connect(lambda tone, words: self.tell(words, tone))
        return made

    @cached_property
    def viewer(self) -> ViewerPlace:
        """The place of the viewer."""
        from app.window.places.viewer.place import ViewerPlace

        place = ViewerPlace()
        place.opening.left.connect(self._leave_opening)
        place.discs_requested.connect(lambda: self.window.go_to("discs"))
        place.shelf_requested.connect(self._go_to_shelf)
        return place

    @cached_property
    def settings(self) -> SettingsPage:
        """The page of settings."""
        from app.window.places.settings.page import SettingsPage

        page = SettingsPage(self.frame.style, self.frame.store, str(self.library_folder))
        page.folder_requested.connect(self._choose_library_folder)
        self._ask_room()
        return page

    @cached_property
    def help(self) -> HelpPage:
        """The page of help."""
        from app.version import version
        from app.window.places.help.page import HelpPage
        from app.window.shell.bug_report import about_this_computer

        page = HelpPage(self.frame.style, version())
        page.report_requested.connect(lambda: QGuiApplication.clipboard().setText(about_this_computer()))
        return page

    def add_paths(self, paths: list[str], *, view: bool = False) -> None:
        """Take in paths from a drop, the command line or a dialog; with `view` show them where they are one study."""
        self.window.go_to("discs")
        self.discs.show_cards()
        self.discs_desk.add_paths(paths, view=view)

    def _look(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        if "shelf_desk" in self.__dict__:
            self.shelf_desk.open_no_more()
        self.viewer.opening.forget()
        self.show_study(title, contents, known)

    def show_study(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        """Show a study in the viewer; its series are named at once, before they are read."""
        if self.viewer.panel is None:
            from app.window.jobs.workbench import Task

            self._show_opening()
            self._opening += 1
            number = self._opening

            def done(_: None) -> None:
                if number == self._opening:
                    self._show_in_viewer(title, contents, known)

            task: Task[None] = Task(done=done, failed=self._not_opened)
            self.desk.run(self.desk.asking, lambda job: self._engines.prepare_viewer(self.desk), task)
        else:
            self._show_in_viewer(title, contents, known)

    def _show_in_viewer(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        if self.viewer.panel is None:
            self._hold_viewer(self._engines.make_viewer(self.desk, self.frame, self._in_two_sentences))
        self.window.go_to("viewer")  # first: only a place that is shown can be given the keys
        self.viewer.show_study(title, contents, known)

    def _show_another_opening(self) -> None:
        self.viewer.opening.forget()
        self._show_opening()

    def _show_opening(self) -> None:
        self.window.go_to("viewer")
        self.viewer.show_opening()

    def _leave_opening(self) -> None:
        """Go back: what was to be opened is not wanted any more."""
        self._opening += 1
        if "shelf_desk" in self.__dict__:
            self.shelf_desk.open_no_more()
        self.viewer.show_no_opening()
        self.window.go_back()

    def _not_opened(self, error: Exception) -> None:
        self._leave_opening()
        self.explain(error)

    def _hold_viewer(self, panel: Any) -> None:
        panel.close_requested.connect(self.window.go_back)
        panel.full_screen_requested.connect(self.window.show_bare)
        self.viewer.hold(panel)

    def _in_two_sentences(self, error: Exception) -> tuple[str, str]:
        from core.errors import ScanshelfError

        if isinstance(error, ScanshelfError):
            words = self.messages.about(error)
        elif isinstance(error, OSError):
            words = self.messages.for_code("source-absent" if error.errno in GONE else "unreadable")
        else:
            words = self.messages.about_bug()
        return words.what, f"{words.means} {words.do}"

    def tell(self, words: Words, tone: Tone, *, details: str = "") -> Notice:
        """Show a problem above the places; the same problem is shown once."""
        notice = Notice(self.frame.style.icons, tone, words.what, words.means, words.do, details=details, closable=True)
        self.window.add_notice(notice)
        return notice

    def explain(self, error: Exception) -> None:
        """Say in words what ended a piece of work."""
        from core.errors import ScanshelfError

        if isinstance(error, ScanshelfError):
            self.tell(self.messages.about(error), "loss")
        else:
            from app.window.shell.bug_report import report_of

            self.tell(self.messages.about_bug(), "loss", details=report_of(error))

    def close(self) -> bool:
        """Stop all work; tells whether the window may close now (it closes by itself when the work has ended)."""
        if self._closed:
            return True
        if "discs_desk" in self.__dict__:
            self.discs_desk.stop()
        if self._closing is None:
            if "viewer" in self.__dict__:
                self.viewer.stop()
            waits = "portal" in self.__dict__ and self.portal.begin_end()
            if "desk" not in self.__dict__ or (not waits and self.desk.close(AT_ONCE_SECONDS)):
                self._closed = True
                return True
            self._end_in_background()
        return False

    def end(self) -> None:
        """Close without a question: it was answered, or the system asks the program to end."""
        self._asked = True
        self.window.close()

    def session_ends(self) -> None:
        """Stop what is being put on the shelf in good order: the person logs out, and there is little time."""
        if "discs_desk" in self.__dict__:
            self.discs_desk.keeping.stop_imports()

    def _end_in_background(self) -> None:
        self.window.setEnabled(False)
        self.window.setWindowTitle(self.tr("Scanshelf is stopping…"))
        self._closing = threading.Thread(target=self.desk.close, args=(CLOSING_SECONDS,), name="closing", daemon=True)
        self._closing.start()
        self._waiting.start()

    def _close_when_ended(self) -> None:
        if self._closing is not None and not self._closing.is_alive():
            self._waiting.stop()
            self._closed = True
            self.window.close()

    def _place(self) -> None:
        places: dict[str, Callable[[], QWidget]] = {
            "discs": lambda: self.discs,
            "shelf": lambda: self.shelf,
            "viewer": lambda: self.viewer,
            "portal": lambda: self.portal.go_in(),
            "settings": lambda: self.settings,
            "help": lambda: self.help,
        }
        for name, make in places.items():
            self.window.add_place(name, make)
        place = self.frame.store.settings.place
        self.window.go_to(place if place in {"discs", "shelf"} else "discs")

    def _connect(self) -> None:
        window, discs = self.window, self.discs
        window.may_close = self._may_close
        window.dropped.connect(self.add_paths)
        window.rail.chosen.connect(self._leave_inner_page)
        discs.count_changed.connect(lambda count: window.rail.set_count("discs", count))
        discs.dropped.connect(self.add_paths)
        discs.folder_requested.connect(self.choose_folder)
        choose = QShortcut(QKeySequence(QKeySequence.StandardKey.Open), window)
        choose.setAutoRepeat(False)
        choose.activated.connect(self.choose_folder)
        discs.file_requested.connect(self.choose_file)
        discs.save_requested.connect(self._save_receipt)
        self.frame.style.changed.connect(self._dress)

    def _leave_inner_page(self, place: str) -> None:
        """Go back from a receipt or the bin when the place it belongs to is clicked."""
        if place == "discs":
            self.discs.show_cards()
        elif place == "shelf" and "shelf" in self.__dict__:
            self.shelf.show_shelf()

    def welcome(self, page: FirstStart) -> None:
        """Let the person choose the shelf's folder before anything is opened."""
        page.folder_requested.connect(lambda: self._choose_first_folder(page))

    def choose_folder(self) -> None:
        """Ask for a folder to look at."""
        title = self.tr("Choose the folder or disc with the images")
        ask_paths(self.window, title, self._last_folder(), folder=True, chosen=self._path_chosen)

    def choose_file(self) -> None:
        """Ask for an ISO, a ZIP, a DICOMDIR or single files to look at."""
        title = self.tr("Choose an ISO, a ZIP or an image file")
        ask_paths(self.window, title, self._last_folder(), folder=False, chosen=self._path_chosen)

    def _last_folder(self) -> str:
        return self.frame.store.settings.last_folder or str(Path.home())

    def _path_chosen(self, paths: list[str]) -> None:
        self.frame.store.change(last_folder=str(Path(paths[0]).parent))
        self.add_paths(paths)

    def _choose_first_folder(self, page: FirstStart) -> None:
        def chosen(folder: str) -> None:
            self.library_folder = Path(folder)
            self.frame.store.change(library_folder=folder)
            page.show_folder(folder)

        ask_folder(self.window, self.tr("Where shall your shelf be kept?"), str(self.library_folder.parent), chosen)

    def _choose_library_folder(self) -> None:
        def chosen(folder: str) -> None:
            self.frame.store.change(library_folder=folder)
            self.settings.show_folder(folder)

        ask_folder(self.window, self.tr("Which folder shall be your shelf?"), str(self.library_folder.parent), chosen)

    def _save_receipt(self, document: str) -> None:
        from core.files.whole import write_whole

        def chosen(path: str) -> None:
            try:
                write_whole(Path(path), document + "\n")
            except OSError:
                self.tell(self.messages.for_code("not-saved"), "loss")

        ask_save(self.window, self.tr("Save the receipt"), str(Path.home() / "receipt.json"), "json", chosen)

    def _shelf_changed(self) -> None:
        self.shelf.ask_again()
        self._compare_again()
        if "unfinished_desk" in self.__dict__:
            self.unfinished_desk.refresh()
        if "settings" in self.__dict__:
            self._ask_room()

    def _compare_again(self) -> None:
        if "discs_desk" in self.__dict__:
            self.discs_desk.compare_again()

    def _show_on_shelf(self, study: str) -> None:
        self.window.go_to("shelf")
        self.shelf_desk.choose(study)
        self.shelf.table.setFocus()

    def _go_to_shelf(self) -> None:
        """Go where the images are chosen, not to the first button of the place."""
        self.window.go_to("shelf")
        self.shelf.table.setFocus()

    def _binned(self, what: Binned) -> None:
        from app.window.shell import deeds

        deeds.binned(self.undo, self.shelf_desk, what)

    def _restored(self, what: Binned) -> None:
        from app.window.shell import deeds

        deeds.restored(self.undo, self.shelf_desk, what)

    def _purged(self, entries: tuple[str, ...], said: str) -> None:
        from app.window.shell import deeds

        deeds.purged(self.undo, entries, said)

    def _decided(self, row: TwinRow) -> None:
        from app.window.shell import deeds

        deeds.decided(self.undo, self.shelf_desk.copies, row)

    def _undecided(self, row: TwinRow) -> None:
        from app.window.shell import deeds

        self.undo.forget(deeds.copy_key(row))

    def _left_so(self, one: Unfinished) -> None:
        from app.window.shell import deeds

        deeds.left_so(self.undo, self.unfinished_desk, one)

    def _ask_room(self) -> None:
        from app.window.jobs.workbench import Task, free_and_used

        task: Task[tuple[int, int]] = Task(done=lambda found: self._show_room(*found), failed=lambda _: None)
        self.desk.run(self.desk.watching, lambda job: free_and_used(self.library_folder, job), task)

    def _show_room(self, free: int, used: int) -> None:
        from app.window.look.formats import size_words

        said = self.tr("The shelf takes {used}. {free} are free.")
        self.settings.show_room(said.format(used=size_words(used), free=size_words(free)))

    def _library_opened(self, read_only: bool, recovered: tuple[str, ...]) -> None:
        if read_only:
            self._waits_to_write = WaitsToWrite(
                self.desk, self.tell(self.messages.for_code("library-read-only"), "amber")
            )
            self._waits_to_write.over.connect(self.window.remove_notice)
        elif self._waits_to_write is not None:
            self._waits_to_write = None
            self._now_writable()
        if set(recovered) - {"journal-recovered"}:  # alone it only means that two windows were open
            details = "\n".join(map(self.messages.finding, recovered))
            self.tell(self.messages.for_code("library-recovered"), "", details=details)

    def _now_writable(self) -> None:
        """The other window was closed, or there is room again: everything can be done here from now on."""
        self.tell(self.messages.for_code("library-writable"), "good")
        self._shelf_changed()
        self.portal.start()

    def _tell_settings_trouble(self) -> None:
        if self.frame.store.set_aside is not None:
            self.tell(self.messages.for_code("settings-set-aside"), "amber")

    def _may_close(self) -> bool:
        if "desk" in self.__dict__ and self.desk.importing and not self._asked and not self._closed:
            self.closing_question.ask()
            return False
        if not self.close():
            return False
        columns = self.shelf.table.widths() if "shelf" in self.__dict__ else self.frame.store.settings.columns
        self.frame.store.change(place=self.window.place(), columns=columns)
        return True

    def _dress(self) -> None:
        icons = self.frame.style.icons
        self.discs.set_icons(icons)
        if "shelf" in self.__dict__:
            self.shelf.set_icons(icons)
        if "portal" in self.__dict__:
            self.portal.set_icons()
