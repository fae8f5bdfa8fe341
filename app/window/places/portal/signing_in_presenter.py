"""The way in and the way out: which portal, who is signed in there, and the practice portal on this computer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.actions import signing_in
from app.window.jobs.job_runner import Task
from app.window.places.portal import words as say
from app.window.places.portal.parts import PortalParts
from app.window.places.portal.session import Home
from app.window.places.portal.system_browser import SystemBrowser
from app.words.messages import Words
from core.errors import PortalError, ScanshelfError
from core.language.isolates import isolated
from core.ui.notice import Notice
from portal.ui.dialogs.practice_dialog import PracticeDialog

if TYPE_CHECKING:
    from core.job import Job
    from library.index.rows import StudyRow
    from portal.client.letter_links import LetterLink
    from portal.wire.well_known import WellKnown


class SigningInPresenter(QObject):
    """One way in at a time: what an older one finds is left aside."""

    signed_in = Signal()
    left = Signal()  # nobody is signed in any more
    told = Signal(str, object)  # tone, Words

    def __init__(self, parts: PortalParts, browser: SystemBrowser) -> None:
        super().__init__()
        self._parts, self._panel, self._session = parts, parts.panel, parts.session
        self._browser = browser
        self.dialog: PracticeDialog | None = None
        self._resumed = False
        self._entering = 0  # the number of the newest way in
        self._entry = ""  # its job, to be stopped
        self._letter: LetterLink | None = None  # that led to the portal that is shown
        welcome = self._panel.welcome
        welcome.check_requested.connect(self.check)
        welcome.sign_in_requested.connect(self.sign_in)
        welcome.practice_requested.connect(self.ask_practice)
        self._panel.waiting.cancelled.connect(self.cancel)
        self._panel.sign_out_requested.connect(self.sign_out)
        self._panel.account_chosen.connect(self.switch)
        self._panel.another_account_requested.connect(self.ask_another)

    # -- in --

    def begin(self) -> None:
        """Go on as who was signed in last, the first time the place is needed."""
        if self._resumed or self._parts.account.home is not None:
            return
        self._resumed = True
        self._show_practice()
        if not (self._session.practice.exists() or self._session.access.has_history()):
            return
        self._panel.waiting.show_asking(self.tr("your portal"))
        self._enter(self._session.resume, self._came_back, again=self._begin_again)

    def open_letter(self, link: str) -> None:
        """Show the portal a letter's link leads to, whoever is signed in; the person goes on from there."""
        self._resumed = True
        if self._parts.account.home is not None:
            self.ask_another()
        self._show_way_in()
        self._panel.welcome.address.setText(link)
        self.check(link)

    def check(self, text: str) -> None:
        """Ask what answers at an address, or at the portal a letter's link leads to."""
        self._panel.welcome.show_looking()
        self._letter = _letter_of(text)
        address = text
        if self._letter is not None:
            address = self._letter.portal
            self._panel.welcome.show_wish(self._asked_by(self._letter))
            if self._letter.kind in {"recovery", "share"}:
                self._browser.open_link(self._letter.link)
        task: Task[tuple[str, WellKnown]] = Task(
            done=lambda found: self._panel.welcome.show_found(say.found_of(*found)), failed=self._not_found
        )
        self._parts.ask(lambda job: _ask_at(address), task)

    def sign_in(self, url: str) -> None:
        """Let the person sign in, in the browser; with the code of the letter that led to this portal."""
        letter = self._letter
        code = letter.code if letter is not None and letter.portal == url else None
        self._panel.waiting.show_browser("")
        self._enter(lambda job: self._session.sign_in(url, self._open_browser, job, code), self._entered)

    def _asked_by(self, letter: LetterLink) -> str:
        return {
            "activation": self.tr("This is an invitation: press “Sign in”, and choose a name and a password there."),
            "recovery": self.tr("Choose your new password in the browser. Then sign in here."),
            "share": self.tr("Somebody shared images with you: they open in your browser, and need no account."),
        }[letter.kind]

    def switch(self, url: str, user_name: str) -> None:
        """Go on as another account that is signed in; nothing of the one before is shown any more."""
        self._forget()
        self._panel.waiting.show_asking(self.tr("your portal"))
        self._enter(lambda job: self._session.switch(url, user_name, job), self._entered)

    def ask_another(self) -> None:
        """Show the way in once more; who is signed in stays so, and can be gone back to."""
        home = self._parts.account.home
        if home is None:
            return
        self._forget()
        self._panel.welcome.ask_again()
        self._show_way_in()
        back = say.who_of(home.account, home.portal, home.url, home.lasting)
        what = self.tr("{person} stays signed in at {portal}.").format(
            person=isolated(back.person), portal=isolated(back.portal)
        )
        means = self.tr("With another account you see and send that person's images alone.")
        notice = self._panel.welcome.show_problem("", what, means, "")
        notice.add_action(self.tr("Go back"), lambda: self.switch(home.url, home.account.user_name))

    def ask_practice(self) -> None:
        """Ask whom a practice portal shall be for: somebody on the shelf, or somebody else."""
        jobs = self._parts.jobs
        task: Task[list[StudyRow]] = Task(done=self._ask_practice, failed=lambda _: self._ask_practice([]))
        jobs.run(jobs.asking, lambda job: jobs.library().studies(), task)

    def try_practice(self, person: tuple[str, str, str] | None) -> None:
        """Start the practice portal and sign in there."""
        self._panel.waiting.show_starting()
        self._enter(lambda job: self._session.try_practice(person, self._open_browser, job), self._entered)

    def cancel(self) -> None:
        """Wait no more for the browser or the portal."""
        self._entering += 1
        self._parts.jobs.stop(self._entry)
        self._show_way_in()

    # -- out --

    def _forget(self) -> None:
        self._parts.account.forget()
        self.left.emit()
        self._panel.hush()

    def sign_out(self) -> None:
        """End the sign-in."""
        self._forget()
        self._panel.welcome.ask_again()
        self._show_way_in()
        self._session.begin_sign_out()
        self._parts.ask(lambda job: self._session.sign_out(), Task(done=self._signed_out))

    def ended(self) -> None:
        """Show the way in again, at the portal that was used last."""
        url = self._parts.account.url
        self._parts.account.home = None
        self.left.emit()
        self._panel.show_welcome()
        if url:
            self.check(url)

    def _signed_out(self, told: object) -> None:
        if not told:
            what = self.tr("You are signed out on this computer.")
            means = self.tr("The portal could not be told, because it does not answer just now.")
            self.told.emit("amber", Words(what, means, ""))

    # -- inside --

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
        self._entry = self._parts.ask(work, task)

    def _begin_again(self) -> None:
        self._resumed = False
        self.begin()

    def _open_browser(self, address: str) -> bool:
        """Open the system's browser; called in a lane thread."""
        self._parts.jobs.bridge.post(partial(self._browse, address))
        return True

    def _browse(self, address: str) -> None:
        self._panel.waiting.show_browser(address)
        self._browser.open_link(address)

    def _entered(self, home: Home | None) -> None:
        if home is None:
            self._show_way_in()
            return
        self._parts.account.home = home
        self._panel.welcome.show_wish("")
        self._panel.show_home(say.who_of(home.account, home.portal, home.url, home.lasting, home.warning))
        self._panel.show_accounts(say.account_choices(home.accounts))
        window = self._panel.window()
        window.raise_()
        window.activateWindow()
        self.signed_in.emit()

    def _came_back(self, home: Home | None) -> None:
        """Go on where the sign-in still holds; where it does not, offer it at the same portal."""
        self._entered(home)
        address = self._session.last_address()
        if home is None and address and address != self._session.practice.usual_url():
            self._panel.welcome.address.setText(address)
            self.check(address)

    def _not_entered(self, error: Exception, again: Callable[[], None] | None) -> None:
        self._show_way_in()
        if not isinstance(error, ScanshelfError):
            self._parts.jobs.failed.emit(error)
            return
        notice = self._say(error)
        if again is not None:
            self._panel.welcome.address.setText(self._session.last_address())
            notice.add_action(self.tr("Try again"), again)

    def _not_found(self, error: Exception) -> None:
        if isinstance(error, ScanshelfError):
            self._say(error)
        else:
            self._panel.welcome.ask_again()
            self._parts.jobs.failed.emit(error)

    def _say(self, error: ScanshelfError) -> Notice:
        words = self._parts.messages.about(error)
        return self._panel.welcome.show_problem("loss", words.what, words.means, words.do)

    def _show_way_in(self) -> None:
        self._show_practice()
        self._panel.show_welcome()

    def _show_practice(self) -> None:
        self._panel.welcome.show_practice(self._session.practice.exists())

    def _ask_practice(self, rows: list[StudyRow]) -> None:
        dialog = PracticeDialog(say.choices_of(rows), self._panel, has_account=self._session.practice.exists())
        dialog.chosen.connect(lambda *person: self.try_practice(person))
        dialog.sign_in_chosen.connect(lambda: self.try_practice(None))
        self.dialog = dialog
        dialog.ask()


def _letter_of(text: str) -> LetterLink | None:
    """Read the link of a letter; None for what is an address or nothing of the kind."""
    try:
        letter = signing_in.read_letter(text)
    except PortalError:
        return None
    return letter if letter.kind != "portal" else None


def _ask_at(address: str) -> tuple[str, WellKnown]:
    """Ask what answers at an address that was typed. Runs in a lane thread."""
    url = signing_in.typed_address(address)
    return url, signing_in.ask_portal(url)
