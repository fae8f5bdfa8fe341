"""The glue of "My portal": the way in, who is signed in, and looking again while somebody looks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.actions import looking, signing_in
from app.actions.looking import Seen
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.portal import words as say
from app.window.places.portal.activity_words import activity_lines, exam_choices
from app.window.places.portal.pauses import Pauses
from app.window.places.portal.session import Home, PortalSession
from app.words.messages import Messages, Words
from core.changes import Changes
from core.errors import PortalError, ScanshelfError
from core.ui.notice import Notice
from portal.exam_names import exam_name
from portal.names import is_link
from portal.ui.dialogs.practice_dialog import PracticeDialog
from portal.ui.portal_panel import PortalPanel

if TYPE_CHECKING:
    from core.job import Job
    from library.index.rows import StudyRow
    from portal.wire.activity import Activity
    from portal.wire.exams import Exam
    from portal.wire.sharing import Share
    from portal.wire.well_known import WellKnown

SILENT = frozenset({"portal-unreachable", "portal-unavailable"})
log = logging.getLogger(__name__)


class PortalPresenter(QObject):
    """Feeds the panel from the account; every question to the network runs in the lane "portal"."""

    signed_in = Signal()
    looked = Signal()  # exams or shares came in
    shelf_requested = Signal()
    told = Signal(str, object)  # tone, Words

    def __init__(self, jobs: JobRunner, panel: PortalPanel, messages: Messages, session: PortalSession) -> None:
        super().__init__()
        self._jobs, self._panel, self._messages = jobs, panel, messages
        self.session = session
        self.home: Home | None = None
        self.exams: list[Exam] = []
        self.shares: list[Share] = []
        self.dialog: PracticeDialog | None = None
        self.open_url: Callable[[str], bool] = lambda url: QDesktopServices.openUrl(QUrl(url))  # checked before
        self._resumed = self._looking = False
        self._next: set[str] = set()  # lists that were asked for during a look
        self._shown: dict[str, object] = {}  # what each list was made of
        self._pauses = Pauses()
        self._entering = 0  # the number of the newest way in; what an older one finds is left aside
        self._entry = ""  # its job, to be stopped
        self._trouble = ""  # the code that stands above the lists
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._ask_again(self._tabs_lists()))
        jobs.at_the_end(session.close)
        jobs.changed.connect(self._changed)
        self._connect()

    # -- the way in --

    def begin(self) -> None:
        """Go on as who was signed in last, the first time the place is needed."""
        if self._resumed or self.home is not None:
            return
        self._resumed = True
        self._panel.welcome.show_practice(self.session.practice.exists())
        if not (self.session.practice.exists() or self.session.access.has_history()):
            return
        self._panel.waiting.show_asking(self.tr("your portal"))
        self._enter(self.session.resume, self._came_back, again=self._begin_again)

    def check(self, address: str) -> None:
        """Ask what answers at an address."""
        self._panel.welcome.show_looking()
        task: Task[tuple[str, WellKnown]] = Task(
            done=lambda found: self._panel.welcome.show_found(say.found_of(*found)), failed=self._not_found
        )
        self._run(lambda job: _ask_at(address), task)

    def sign_in(self, url: str) -> None:
        """Let the person sign in, in the browser."""
        self._panel.waiting.show_browser("")
        self._enter(lambda job: self.session.sign_in(url, self._open_browser, job), self._entered)

    def ask_practice(self) -> None:
        """Ask whom a practice portal shall be for: somebody on the shelf, or somebody else."""
        task: Task[list[StudyRow]] = Task(done=self._ask_practice, failed=lambda _: self._ask_practice([]))
        self._jobs.run(self._jobs.asking, lambda job: self._jobs.library().studies(), task)

    def try_practice(self, person: tuple[str, str, str] | None) -> None:
        """Start the practice portal and sign in there."""
        self._panel.waiting.show_starting()
        self._enter(lambda job: self.session.try_practice(person, self._open_browser, job), self._entered)

    def cancel(self) -> None:
        """Wait no more for the browser or the portal."""
        self._entering += 1
        self._jobs.stop(self._entry)
        self._show_way_in()

    def sign_out(self) -> None:
        """End the sign-in."""
        self._timer.stop()
        self.home, self.exams, self.shares = None, [], []
        self._shown.clear()
        self._panel.hush()
        self._panel.welcome.ask_again()
        self._panel.welcome.show_practice(self.session.practice.exists())
        self._panel.show_welcome()
        self.session.begin_sign_out()
        self._run(lambda job: self.session.sign_out(), Task(done=self._signed_out))

    def session_ended(self) -> None:
        """Show the way in again, at the portal that was used last."""
        url = self.home.url if self.home is not None else ""
        self.home = None
        self._timer.stop()
        self._panel.show_welcome()
        if url:
            self.check(url)

    # -- looking --

    def look(self, *wanted: str) -> None:
        """Ask for lists ("exams", "shares", "activity"), after the answer that is still awaited; and soon again."""
        names = wanted or ("exams", "shares", "activity")
        if self._timer.isActive():
            self._timer.start(self._pauses.begin())
        if self._looking:
            self._next.update(names)
        else:
            self._ask_again(names)

    def _ask_again(self, names: tuple[str, ...]) -> None:
        if self.home is None or self._looking or not names:
            return
        self._looking = True
        task = Task(done=self._seen, failed=self._not_seen, stopped=lambda: self._look_over(news=False))
        self._run(lambda job: looking.look(self.session.portal(), names, self._jobs.library()), task)

    def exam(self, key: str) -> Exam | None:
        """Give an exam of the last look."""
        return next((exam for exam in self.exams if exam.id == key), None)

    def share(self, key: str) -> Share | None:
        """Give a share of the last look."""
        return next((share for share in self.shares if share.id == key), None)

    def explain(self, error: Exception) -> None:
        """Say what went wrong at the portal, above its lists; a sign-in that ended leads to the way in."""
        if not isinstance(error, ScanshelfError):
            self._jobs.failed.emit(error)
        elif error.code in {"sign-in-needed", "not-signed-in"}:
            self.session_ended()
        elif error.code in SILENT:
            self._explain_lists(error)
        else:  # it stays until it is read: the next look, seconds later, says nothing of it
            self._trouble = ""
            self._say(error)

    def _explain_lists(self, error: ScanshelfError) -> None:
        """Say once what is wrong with the lists, until they come again."""
        if error.code != self._trouble:
            self._trouble = error.code
            notice = self._say(error)
            if error.code in SILENT:
                notice.add_action(self.tr("Try again"), self.try_again)

    def _say(self, error: ScanshelfError) -> Notice:
        words = self._messages.about(error)
        return self._panel.tell("loss", words.what, words.means, words.do)

    def try_again(self) -> None:
        """Ask a portal that did not answer once more; a practice portal is started where it ended."""
        self._trouble = ""
        self._panel.hush()
        self._run(self.session.wake, Task(done=lambda _: self.look(), failed=self.explain))

    def open_link(self, link: str) -> None:
        """Open a page in the system's browser: one of the internet, secured, or one of this computer."""
        if is_link(link):
            self.open_url(link)
        else:
            self.explain(PortalError("link-refused"))

    # -- inside --

    def _connect(self) -> None:
        panel, welcome = self._panel, self._panel.welcome
        welcome.check_requested.connect(self.check)
        welcome.sign_in_requested.connect(self.sign_in)
        welcome.practice_requested.connect(self.ask_practice)
        panel.waiting.cancelled.connect(self.cancel)
        panel.sign_out_requested.connect(self.sign_out)
        panel.seen.connect(self._watched)
        panel.tab_changed.connect(lambda _: self._look_again())
        panel.exams.activity_requested.connect(self._go_to_activity)
        for view in (panel.exams, panel.sending):
            view.shelf_requested.connect(self.shelf_requested)
        panel.shared.exams_requested.connect(lambda: panel.go_to("exams"))

    def _run(self, work: Callable[[Job], object], task: Task) -> str:  # type: ignore[type-arg]
        return self._jobs.run(self._jobs.lane("portal", 2), work, task)

    def _enter(
        self,
        work: Callable[[Job], Home | None],
        done: Callable[[Home | None], None],
        again: Callable[[], None] | None = None,
    ) -> None:
        self._panel.show_waiting()
        self._entering += 1
        number = self._entering

        def newest(then: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda found: then(found) if number == self._entering else None

        task: Task[Home | None] = Task(
            done=newest(done),
            failed=newest(lambda error: self._not_entered(error, again)),
            stopped=lambda: newest(lambda _: self._show_way_in())(None),
        )
        self._entry = self._run(work, task)

    def _begin_again(self) -> None:
        self._resumed = False
        self.begin()

    def _open_browser(self, address: str) -> bool:
        """Open the system's browser; called in a lane thread."""
        self._jobs.bridge.post(partial(self._browse, address))
        return True

    def _browse(self, address: str) -> None:
        self._panel.waiting.show_browser(address)
        self.open_link(address)

    def _entered(self, home: Home | None) -> None:
        if home is None:
            self._show_way_in()
            return
        self.home = home
        self._panel.welcome.show_wish("")
        self._panel.show_home(say.who_of(home.account, home.portal, home.url, home.lasting, home.warning))
        window = self._panel.window()
        window.raise_()
        window.activateWindow()
        self.look()
        self._watched(self._panel.isVisible())
        self.signed_in.emit()

    def _came_back(self, home: Home | None) -> None:
        """Go on where the sign-in still holds; where it does not, offer it at the same portal."""
        self._entered(home)
        address = self.session.last_address()
        if home is None and address and address != self.session.practice.usual_url():
            self._panel.welcome.address.setText(address)
            self.check(address)

    def _not_entered(self, error: Exception, again: Callable[[], None] | None) -> None:
        self._show_way_in()
        if not isinstance(error, ScanshelfError):
            self._jobs.failed.emit(error)
            return
        words = self._messages.about(error)
        notice = self._panel.welcome.show_problem("loss", words.what, words.means, words.do)
        if again is not None:
            self._panel.welcome.address.setText(self.session.last_address())
            notice.add_action(self.tr("Try again"), again)

    def _show_way_in(self) -> None:
        self._panel.welcome.show_practice(self.session.practice.exists())
        self._panel.show_welcome()

    def _not_found(self, error: Exception) -> None:
        if not isinstance(error, ScanshelfError):
            self._panel.welcome.ask_again()
            self._jobs.failed.emit(error)
            return
        words = self._messages.about(error)
        self._panel.welcome.show_problem("loss", words.what, words.means, words.do)

    def _ask_practice(self, rows: list[StudyRow]) -> None:
        dialog = PracticeDialog(say.choices_of(rows), self._panel, has_account=self.session.practice.exists())
        dialog.chosen.connect(lambda *person: self.try_practice(person))
        dialog.sign_in_chosen.connect(lambda: self.try_practice(None))
        self.dialog = dialog
        dialog.ask()

    def _signed_out(self, told: object) -> None:
        if not told:
            what = self.tr("You are signed out on this computer.")
            means = self.tr("The portal could not be told, because it does not answer just now.")
            self.told.emit("amber", Words(what, means, ""))

    def _watched(self, seen: bool) -> None:
        """Look again and again while the place is visible, and at once when somebody comes back to it."""
        if seen and self.home is not None:
            self._timer.start(self._pauses.begin())
            self._look_again()
        elif not seen:
            self._timer.stop()

    def _look_again(self) -> None:
        if names := self._tabs_lists():
            self.look(*names)

    def _tabs_lists(self) -> tuple[str, ...]:
        """Name what the tab that is seen shows; nothing where none is."""
        lists = {"exams": ("exams", "shares"), "shared": ("shares",), "activity": ("activity",)}
        return lists.get(self._panel.tab(), ()) if self._panel.isVisible() else ()

    def _look_over(self, *, news: bool) -> None:
        self._looking = False
        if self._timer.isActive():
            self._timer.start(self._pauses.after(news=news))
        names, self._next = self._next, set()
        if names:
            self.look(*sorted(names))

    def _is_news(self, name: str, *made_of: object) -> bool:
        """Tell whether a list is made of something else than it was, or on another day; note what it is made of now."""
        now = (*made_of, date.today())
        before, self._shown[name] = self._shown.get(name), now
        return before != now

    def _seen(self, seen: Seen) -> None:
        news = False
        try:
            news = self.home is not None and self._show(seen)
        except BaseException:
            self._shown.clear()  # nobody knows what is drawn: the next look draws all again
            raise
        finally:
            self._look_over(news=news)

    def _show(self, seen: Seen) -> bool:
        """Show what was seen; tells whether anything of it is new."""
        if self._trouble:
            self._trouble = ""
            self._panel.hush()
        news = [
            seen.exams is not None and self._show_exams(seen.exams, seen.on_shelf),
            seen.shares is not None and self._show_shares(seen.shares),
            seen.activity is not None and self._show_activity(seen.activity),
        ]
        self.looked.emit()
        return any(news)

    def _show_exams(self, exams: list[Exam], on_shelf: frozenset[str]) -> bool:
        self.exams = exams
        several = self.home is not None and len(self.home.account.persons) > 1
        here = [all(study.study_instance_uid in on_shelf for study in exam.studies) for exam in exams]
        news = self._is_news("exams", exams, here, several)
        if news:
            cards = [say.exam_card(exam, kept, several) for exam, kept in zip(exams, here, strict=True)]
            self._panel.exams.show_exams(cards)
            self._panel.set_count("exams", len(cards))
        return news

    def _changed(self, changes: Changes) -> None:
        """Look again after something was done with shares; say anew which exams are here where one of them changed."""
        if changes.shares:
            self.look("exams", "shares")
        exams = self.exams
        if self.home is not None and changes.may_be_of(
            study.study_instance_uid for one in exams for study in one.studies
        ):
            task: Task[frozenset[str]] = Task(done=lambda here: self._mark_here(exams, here), failed=lambda _: None)
            self._jobs.run(self._jobs.asking, lambda job: looking.on_shelf(exams, self._jobs.library()), task)

    def _mark_here(self, exams: list[Exam], here: frozenset[str]) -> None:
        if self.home is not None and exams is self.exams:
            self._show_exams(exams, here)

    def _show_activity(self, activity: list[Activity]) -> bool:
        news = self._is_news("activity", activity, self.exams, self.shares)
        if news:
            names: dict[str, str] = {exam.id: exam_name(exam).main for exam in self.exams}
            lines = activity_lines(activity, names, {share.id: share for share in self.shares})
            self._panel.activity.show_activity(lines, exam_choices(self.exams))
        return news

    def _show_shares(self, shares: list[Share]) -> bool:
        self.shares = shares
        links = self.session.links()
        if not self._is_news("shares", shares, dict(links)):
            return False
        self._panel.shared.show_shares([say.share_card(share, links.get(share.id, "")) for share in shares])
        self._panel.set_count("shared", sum(share.status in {"active", "viewed"} for share in shares))
        return True

    def _not_seen(self, error: Exception) -> None:
        self._look_over(news=False)
        if isinstance(error, ScanshelfError) and error.code not in {"sign-in-needed", "not-signed-in"}:
            self._explain_lists(error)
        else:
            self.explain(error)

    def _go_to_activity(self, exam: str) -> None:
        self._panel.go_to("activity")
        self._panel.activity.choose(exam)
        self.look("activity")


def _ask_at(address: str) -> tuple[str, WellKnown]:
    """Ask what answers at an address that was typed. Runs in a lane thread."""
    url = signing_in.typed_address(address)
    return url, signing_in.ask_portal(url)
