"""The thin glue of the whole window: what each place tells the others, the window and the shelf."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from app.window.shell.ending import Ending
from app.window.shell.frame import Frame
from app.window.shell.opening import Opening
from app.window.shell.parts import Parts
from app.window.shell.waits_to_write import WaitsToWrite
from core.changes import Changes

if TYPE_CHECKING:
    from app.window.jobs.job_runner import JobRunner
    from app.window.places.discs.presenter import DiscsPresenter
    from app.window.places.discs.unfinished_presenter import UnfinishedPresenter
    from app.window.places.first_start.page import FirstStart
    from app.window.places.portal.place import PortalPlace
    from app.window.places.settings.page import SettingsPage
    from app.window.places.shelf.presenter import ShelfPresenter
    from app.window.places.viewer.place import ViewerPlace
    from app.window.shell.closing import ClosingQuestion
    from app.window.shell.engines import Engines
    from app.window.shell.undo import Undo
    from library.ui.shelf_panel import ShelfPanel


class Controller(QObject):
    """Holds the window together while it is open."""

    def __init__(self, frame: Frame, engines: Engines, library_folder: Path) -> None:
        super().__init__()
        self.frame, self.window, self.engines = frame, frame.window, engines
        parts = self.parts = Parts(frame, engines, library_folder)
        self.discs, self.notices, self.choosing = parts.discs, parts.notices, parts.choosing
        self.opening = Opening(frame, engines, parts)
        self.ending = Ending(self.window, parts)
        self._waits_to_write: WaitsToWrite | None = None
        self._connect_parts()
        self._connect_window()
        self._place()

    def start(self) -> None:
        """Begin: look for discs and fill the shelf; after the first start's "Start" where that is shown."""
        if self.frame.store.set_aside is not None:
            self.notices.tell_code("settings-set-aside", "amber")
        self.unfinished_presenter.refresh()
        self.discs_presenter.start()
        self.shelf_presenter.find("")
        self.portal.start()

    def welcome(self, page: FirstStart) -> None:
        """Let the person choose the shelf's folder before anything is opened."""
        page.folder_requested.connect(lambda: self.choosing.choose_first_shelf(page))

    def add_paths(self, paths: list[str], *, view: bool = False) -> None:
        """Take in paths from a drop, the command line or a dialog; with `view` show them where they are one study."""
        self.window.go_to("discs")
        self.discs.show_cards()
        self.discs_presenter.add_paths(paths, view=view)

    def close(self) -> bool:
        """Stop all work; tells whether the window may close now (it closes by itself when the work has ended)."""
        return self.ending.close()

    def end(self) -> None:
        """Close without a question: it was answered, or the system asks the program to end."""
        self.ending.end()

    def session_ends(self) -> None:
        """Stop what is being put on the shelf in good order: the person logs out, and there is little time."""
        self.ending.session_ends()

    # -- the parts; each is made now where it was not yet --

    @property
    def library_folder(self) -> Path:
        """Where the shelf is."""
        return self.choosing.library_folder

    @property
    def jobs(self) -> JobRunner:
        """Where work is done."""
        return self.parts.jobs()

    @property
    def undo(self) -> Undo:
        """What can be taken back."""
        return self.parts.undo()

    @property
    def discs_presenter(self) -> DiscsPresenter:
        """The glue of "Discs & drives"."""
        return self.parts.discs_presenter()

    @property
    def unfinished_presenter(self) -> UnfinishedPresenter:
        """The glue of what was cut off."""
        return self.parts.unfinished()

    @property
    def closing_question(self) -> ClosingQuestion:
        """What is asked before something is stopped in the middle."""
        return self.parts.closing_question()

    @property
    def shelf(self) -> ShelfPanel:
        """The panel of "My shelf"."""
        return self.parts.shelf()

    @property
    def shelf_presenter(self) -> ShelfPresenter:
        """The glue of "My shelf"."""
        return self.parts.shelf_presenter()

    @property
    def portal(self) -> PortalPlace:
        """The place "My portal"."""
        return self.parts.portal()

    @property
    def viewer(self) -> ViewerPlace:
        """The place of the viewer."""
        return self.parts.viewer()

    # -- what each part tells the others --

    def _connect_parts(self) -> None:
        parts = self.parts
        parts.jobs.then(self._connect_jobs)
        parts.discs_presenter.then(self._connect_discs)
        parts.unfinished.then(self._connect_unfinished)
        parts.closing_question.then(lambda question: question.confirmed.connect(self.end))
        parts.shelf.then(lambda panel: panel.discs_requested.connect(self._go_to_discs))
        parts.shelf_presenter.then(self._connect_shelf)
        parts.shelf_presenter.then(self._connect_undo)
        parts.viewer.then(self._connect_viewer)
        parts.portal.then(self._connect_portal)
        parts.settings.then(self._connect_settings)

    def _connect_jobs(self, jobs: JobRunner) -> None:
        strip = self.window.strip
        strip.stop_requested.connect(jobs.stop)
        jobs.line_changed.connect(strip.show_job)
        jobs.line_ended.connect(strip.end_job)
        jobs.failed.connect(self.notices.explain)
        jobs.changed.connect(self._changed)
        jobs.library_opened.connect(self._library_opened)

    def _connect_discs(self, discs: DiscsPresenter) -> None:
        discs.view_requested.connect(self.opening.show_from_source)
        discs.shelf_requested.connect(self._show_on_shelf)
        discs.kept.connect(lambda _: QApplication.alert(self.window))

    def _connect_unfinished(self, unfinished: UnfinishedPresenter) -> None:
        from app.window.shell import undo_words

        unfinished.left.connect(lambda one: undo_words.left_so(self.undo, unfinished, one))
        unfinished.shelf_requested.connect(self._show_on_shelf)

    def _connect_shelf(self, shelf: ShelfPresenter) -> None:
        shelf.opening.connect(self.opening.begin)
        shelf.not_opened.connect(self.opening.failed)
        shelf.view_requested.connect(self.opening.show_study)
        shelf.order_changed.connect(lambda order: self.frame.store.change(shelf_order=order.as_text()))
        shelf.send_requested.connect(self.portal.send)
        shelf.share_requested.connect(self.portal.share)

    def _connect_undo(self, shelf: ShelfPresenter) -> None:
        """Have what is done on the shelf told, with the way back."""
        from app.window.shell import undo_words

        shelf.binned.connect(lambda what: undo_words.binned(self.undo, shelf, what))
        shelf.restored.connect(lambda what: undo_words.restored(self.undo, shelf, what))
        shelf.purged.connect(lambda entries, said: undo_words.purged(self.undo, entries, said))
        shelf.copies.decided.connect(lambda row: undo_words.decided(self.undo, shelf.copies, row))
        shelf.copies.taken_back.connect(lambda row: self.undo.forget(undo_words.copy_key(row)))

    def _connect_viewer(self, viewer: ViewerPlace) -> None:
        viewer.opening.left.connect(self.opening.leave)
        viewer.discs_requested.connect(self._go_to_discs)
        viewer.shelf_requested.connect(self._go_to_shelf)

    def _connect_portal(self, portal: PortalPlace) -> None:
        portal.place_requested.connect(lambda: self.window.go_to("portal"))
        portal.shelf_requested.connect(self._go_to_shelf)
        portal.told.connect(lambda tone, words: self.notices.tell(words, tone))

    def _connect_settings(self, page: SettingsPage) -> None:
        page.folder_requested.connect(lambda: self.choosing.choose_shelf(page.show_folder))
        page.seen.connect(self._ask_room)

    def _connect_window(self) -> None:
        window, discs, choosing = self.window, self.discs, self.choosing
        window.may_close = self._may_close
        window.dropped.connect(self.add_paths)
        window.rail.chosen.connect(self._leave_inner_page)
        discs.count_changed.connect(lambda count: window.rail.set_count("discs", count))
        discs.dropped.connect(self.add_paths)
        discs.folder_requested.connect(choosing.choose_folder)
        choose = QShortcut(QKeySequence(QKeySequence.StandardKey.Open), window)
        choose.setAutoRepeat(False)
        choose.activated.connect(choosing.choose_folder)
        discs.file_requested.connect(choosing.choose_file)
        discs.save_requested.connect(choosing.save_receipt)
        choosing.paths_chosen.connect(self.add_paths)
        self.frame.style.changed.connect(self._dress)

    def _place(self) -> None:
        window, parts = self.window, self.parts
        window.add_place("discs", lambda: self.discs)
        window.add_place("shelf", parts.shelf)
        window.add_place("viewer", parts.viewer)
        window.add_place("portal", lambda: self.portal.go_in())
        window.add_place("settings", parts.settings)
        window.add_place("help", parts.help)
        place = self.frame.store.settings.place
        window.go_to(place if place in {"discs", "shelf"} else "discs")

    # -- what happens between them --

    def _changed(self, changes: Changes) -> None:
        """Have each place that is made look again at what changed; "My portal" hears of it by itself."""
        if not changes.of_shelf:
            return
        if (shelf := self.parts.shelf_presenter.made) is not None:
            shelf.refresh(changes)
        if (discs := self.parts.discs_presenter.made) is not None:
            discs.compare_again(changes)
        if (unfinished := self.parts.unfinished.made) is not None:
            unfinished.refresh()
        if (settings := self.parts.settings.made) is not None and settings.isVisible():
            self._ask_room()

    def _ask_room(self) -> None:
        from app.window.places.settings.room import ask_room

        ask_room(self.jobs, self.library_folder, self.parts.settings())

    def _show_on_shelf(self, study: str) -> None:
        self.window.go_to("shelf")
        self.shelf_presenter.choose(study)
        self.shelf.table.setFocus()

    def _go_to_shelf(self) -> None:
        """Go where the images are chosen, not to the first button of the place."""
        self.window.go_to("shelf")
        self.shelf.table.setFocus()

    def _go_to_discs(self) -> None:
        self.window.go_to("discs")

    def _leave_inner_page(self, place: str) -> None:
        """Go back from a receipt or the bin when the place it belongs to is clicked."""
        if place == "discs":
            self.discs.show_cards()
        elif place == "shelf" and (shelf := self.parts.shelf.made) is not None:
            shelf.show_shelf()

    def _library_opened(self, read_only: bool, recovered: tuple[str, ...]) -> None:
        if read_only:
            notice = self.notices.tell_code("library-read-only", "amber")
            self._waits_to_write = WaitsToWrite(self.jobs, notice)
            self._waits_to_write.over.connect(self.window.remove_notice)
        elif self._waits_to_write is not None:
            self._waits_to_write = None
            self._now_writable()
        self.notices.tell_recovered(recovered)

    def _now_writable(self) -> None:
        """The other window was closed, or there is room again: everything can be done here from now on."""
        self.notices.tell_code("library-writable", "good")
        self.jobs.note(Changes(shelf=True))
        self.portal.start()

    def _may_close(self) -> bool:
        if not self.ending.may_close():
            return False
        store, shelf = self.frame.store, self.parts.shelf.made
        columns = shelf.table.widths() if shelf is not None else store.settings.columns
        store.change(place=self.window.place(), columns=columns)
        return True

    def _dress(self) -> None:
        icons = self.frame.style.icons
        self.discs.set_icons(icons)
        if (shelf := self.parts.shelf.made) is not None:
            shelf.set_icons(icons)
        if (portal := self.parts.portal.made) is not None:
            portal.set_icons()
