"""What the window is made of: each place's panel and presenter, and what all of them share.

Places other than the first are made when they are first needed, so that the window is there at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.window.shell.choosing import Choosing
from app.window.shell.frame import Frame
from app.window.shell.notices import Notices
from app.window.when_needed import WhenNeeded
from importer.ui.discs_panel import DiscsPanel

if TYPE_CHECKING:
    from app.window.jobs.job_runner import JobRunner
    from app.window.places.discs.presenter import DiscsPresenter
    from app.window.places.discs.unfinished_presenter import UnfinishedPresenter
    from app.window.places.help.page import HelpPage
    from app.window.places.portal.place import PortalPlace
    from app.window.places.settings.page import SettingsPage
    from app.window.places.shelf.presenter import ShelfPresenter
    from app.window.places.viewer.place import ViewerPlace
    from app.window.shell.closing import ClosingQuestion
    from app.window.shell.engines import Engines
    from app.window.shell.undo import Undo
    from app.words.messages import Messages
    from library.ui.shelf_panel import ShelfPanel


class Parts:
    """Makes each part from those it stands on; what they tell each other is connected by the controller."""

    def __init__(self, frame: Frame, engines: Engines, library_folder: Path) -> None:
        self._frame, self._engines = frame, engines
        self.messages = WhenNeeded(_messages)
        self.notices = Notices(frame, self.messages)
        self.choosing = Choosing(frame, library_folder, self.notices)
        self.jobs = WhenNeeded(self._jobs)
        self.undo = WhenNeeded(self._undo)
        self.closing_question = WhenNeeded(self._closing_question)
        self.discs = DiscsPanel(frame.style.icons)
        self.discs_presenter = WhenNeeded(self._discs_presenter)
        self.unfinished = WhenNeeded(self._unfinished)
        self.shelf = WhenNeeded(self._shelf)
        self.shelf_presenter = WhenNeeded(self._shelf_presenter)
        self.viewer = WhenNeeded(_viewer)
        self.portal = WhenNeeded(self._portal)
        self.settings = WhenNeeded(self._settings)
        self.help = WhenNeeded(self._help)

    def _jobs(self) -> JobRunner:
        from app.window.jobs.job_runner import JobRunner

        choosing, engines = self.choosing, self._engines
        return JobRunner(lambda: engines.open_library(choosing.library_folder), engines.make_workers)

    def _undo(self) -> Undo:
        from app.window.shell.undo import Undo

        return Undo(self._frame.window, lambda words: self.notices.tell(words, ""))

    def _closing_question(self) -> ClosingQuestion:
        from app.window.shell.closing import ClosingQuestion

        return ClosingQuestion(self.jobs(), self._frame.window)

    def _discs_presenter(self) -> DiscsPresenter:
        from app.window.places.discs.presenter import DiscsPresenter

        store, list_media = self._frame.store, self._engines.list_media
        return DiscsPresenter(
            self.jobs(), self.discs, self.messages(), list_media, lambda: store.settings.look_at_discs
        )

    def _unfinished(self) -> UnfinishedPresenter:
        from app.window.places.discs.unfinished_presenter import UnfinishedPresenter

        downloads = self._frame.store.folder / "downloads"
        return UnfinishedPresenter(self.jobs(), self.discs, self.messages(), self.discs_presenter(), downloads)

    def _shelf(self) -> ShelfPanel:
        from library.ui.shelf_panel import ShelfPanel

        panel = ShelfPanel(self._frame.style.icons)
        panel.table.set_widths(self._frame.store.settings.columns)
        return panel

    def _shelf_presenter(self) -> ShelfPresenter:
        from app.window.places.shelf.presenter import ShelfPresenter
        from library.ui.entries import Order

        return ShelfPresenter(self.jobs(), self.shelf(), Order.from_text(self._frame.store.settings.shelf_order))

    def _portal(self) -> PortalPlace:
        from app.window.places.portal.place import PortalPlace

        return PortalPlace(self._frame.style, self._frame.store, self.jobs, self.messages)

    def _settings(self) -> SettingsPage:
        from app.window.places.settings.page import SettingsPage

        return SettingsPage(self._frame.style, self._frame.store, str(self.choosing.library_folder))

    def _help(self) -> HelpPage:
        from app.version import version
        from app.window.places.help.page import HelpPage
        from app.window.shell.bug_report import about_this_computer

        page = HelpPage(self._frame.style, version())
        page.report_requested.connect(lambda: QGuiApplication.clipboard().setText(about_this_computer()))
        return page


def _messages() -> Messages:
    from app.words.messages import Messages

    return Messages()


def _viewer() -> ViewerPlace:
    from app.window.places.viewer.place import ViewerPlace

    return ViewerPlace()
