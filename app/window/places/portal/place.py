"""The place "My portal" within the window; nothing of it is made before it is gone to or something is to be sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.window.appearance.style import Style
from app.window.when_needed import WhenNeeded

if TYPE_CHECKING:
    from app.settings import SettingsStore
    from app.window.jobs.job_runner import JobRunner
    from app.window.places.portal.presenters import PortalPresenters
    from app.window.places.portal.session import PortalSession
    from app.words.messages import Messages
    from library.index.rows import StudyRow, UploadRow
    from portal.ui.portal_panel import PortalPanel


class PortalPlace(QObject):
    """Holds the place's panel and presenters, and what was asked for on the shelf before somebody signed in."""

    place_requested = Signal()
    shelf_requested = Signal()
    told = Signal(str, object)  # tone, Words

    def __init__(
        self, style: Style, store: SettingsStore, jobs: Callable[[], JobRunner], messages: Callable[[], Messages]
    ) -> None:
        super().__init__()
        self._style, self._store = style, store
        self._jobs, self._messages = jobs, messages
        self._wish: tuple[str, StudyRow] | None = None
        self._panel = WhenNeeded(self._make_panel)
        self._session = WhenNeeded(self._make_session)
        self._presenters = WhenNeeded(self._make_presenters)

    @property
    def panel(self) -> PortalPanel:
        """The panel; its first show begins the place."""
        return self._panel()

    @property
    def session(self) -> PortalSession:
        """Who is signed in."""
        return self._session()

    @property
    def presenters(self) -> PortalPresenters:
        """What fills the panel and hears it."""
        return self._presenters()

    def _make_panel(self) -> PortalPanel:
        from portal.ui.portal_panel import PortalPanel

        panel = PortalPanel(self._style.icons)
        panel.show_welcome()
        panel.seen.connect(lambda seen: self.presenters.signing_in.begin() if seen else None)
        for view in (panel.exams, panel.sending):
            view.shelf_requested.connect(self.shelf_requested)
        panel.shared.exams_requested.connect(lambda: panel.go_to("exams"))
        return panel

    def _make_session(self) -> PortalSession:
        from app.window.places.portal.session import PortalSession

        return PortalSession(self._store.folder)

    def _make_presenters(self) -> PortalPresenters:
        from app.window.places.portal.presenters import PortalPresenters

        made = PortalPresenters(self._jobs(), self.panel, self._messages(), self.session, self._store)
        made.signing_in.told.connect(self.told)
        made.signing_in.signed_in.connect(self._grant)
        made.downloading.shelf_requested.connect(self.shelf_requested)
        made.sending.sent.connect(self._was_sent)
        made.sending.begun.connect(self._show_sending)
        return made

    def start(self) -> None:
        """Go on sending what an earlier start left; asks the shelf alone, unless something waits."""
        from app.window.jobs.job_runner import Task

        task: Task[bool] = Task(done=lambda left: self._go_on() if left else None, failed=lambda _: None)
        jobs = self._jobs()
        jobs.run(jobs.asking, lambda job: _left_over(jobs), task)
        ahead: Task[None] = Task(done=lambda _: None)
        jobs.run(jobs.lane("portal", 2), lambda job: import_ahead(), ahead)

    def send(self, row: StudyRow) -> None:
        """Ask whether a study shall be sent; where nobody is signed in, after that."""
        self._when_signed_in("send", row)

    def share(self, row: StudyRow) -> None:
        """Ask how a study shall be shared; what is not at the portal is sent first."""
        self._when_signed_in("send" if row.uploaded == "no" else "share", row)

    def open_letter(self, link: str) -> None:
        """Show the portal a letter's link leads to."""
        self.go_in()
        self.presenters.signing_in.open_letter(link)
        self.place_requested.emit()

    def go_in(self) -> PortalPanel:
        """Give the panel with its presenters: the place is gone to."""
        self._presenters()
        return self.panel

    def set_icons(self) -> None:
        """Take icons in other colours."""
        if (panel := self._panel.made) is not None:
            panel.set_icons(self._style.icons)

    def begin_end(self) -> bool:
        """Ask what runs beside the window to end; tells whether something has to be waited for."""
        if (presenters := self._presenters.made) is not None:
            presenters.sending.ending = True
        session = self._session.made
        if session is None:
            return False
        holds = session.holds()
        if not session.signs_out():
            session.practice.begin_end()
        return holds

    def _go_on(self) -> None:
        self.presenters.sending.resume()

    def _when_signed_in(self, wish: str, row: StudyRow) -> None:
        self._wish = (wish, row)
        self.go_in()
        if self.presenters.account.home is None:
            words = self.tr("To send or share images, sign in to your portal first.")
            self.panel.welcome.show_wish(words)
            self.place_requested.emit()
        self._grant()

    def _grant(self) -> None:
        home = self.presenters.account.home
        if home is None or self._wish is None:
            return
        (wish, row), self._wish = self._wish, None
        if wish == "send":
            self.presenters.sending.ask(row, home.portal)
        elif row.study_instance_uid:
            self.presenters.sharing.ask_for_study(row.study_instance_uid)

    def _show_sending(self) -> None:
        self.place_requested.emit()
        self.panel.go_to("sending")

    def _was_sent(self, row: UploadRow) -> None:
        from app.window.places.portal.sending_words import sent_words, tone_of

        self.presenters.looking.look("exams", "shares")
        notice = self.panel.tell(tone_of(row), sent_words(row))
        uid = row.study_instance_uid
        if uid:
            notice.add_action(self.tr("Share now"), lambda: self.presenters.sharing.ask_for_study(uid))


def import_ahead() -> None:
    """Import in a lane thread what the place is made of, so that the window need not stand still for it later."""
    import portal.ui.portal_panel  # noqa: F401, I001 - in the order in which they are needed
    import app.window.places.portal.presenters  # noqa: F401
    import segno  # noqa: F401


def _left_over(jobs: JobRunner) -> bool:
    from app.actions.sending import waiting

    library = jobs.library()
    return not library.read_only and waiting(library.uploads())
