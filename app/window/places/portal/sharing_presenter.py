"""The glue of "Shared": makes shares, shows link and codes once, prints the invitation, edits and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.actions import looking, sharing
from app.window.appearance.file_dialogs import ask_save
from app.window.jobs.job_runner import Task
from app.window.places.portal import words as say
from app.window.places.portal.parts import PortalParts
from app.window.places.portal.system_browser import SystemBrowser
from app.window.places.portal.trouble_presenter import TroublePresenter
from core.changes import Changes
from core.errors import ScanshelfError
from core.language.isolates import isolated
from core.ui.confirm import Confirm
from portal.names import ShareId
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.share_dialog import ShareDialog
from portal.ui.dialogs.until_dialog import UntilDialog
from portal.ui.entries import NewShareCard, ShareChoice
from portal.wire.sharing import ShareRequest

if TYPE_CHECKING:
    from core.job import Job
    from core.ui.question import Question
    from portal.wire.exams import Exam
    from portal.wire.sharing import NewShare
    from portal.wire.well_known import WellKnown


class SharingPresenter(QObject):
    """Verification codes live only here, and only while the window is open.

    The keys of cards are the ids of shares, checked where they came in.
    """

    shared = Signal()

    def __init__(self, parts: PortalParts, trouble: TroublePresenter, browser: SystemBrowser) -> None:
        super().__init__()
        self._parts, self._jobs, self._panel, self._messages = parts, parts.jobs, parts.panel, parts.messages
        self._session, self._account = parts.session, parts.account
        self._trouble, self._browser = trouble, browser
        panel = parts.panel
        self.dialog: Question | None = None
        self._codes: dict[tuple[str, str], str] = {}  # by portal and share
        panel.exams.share_requested.connect(self.ask)
        panel.shared.edit_requested.connect(self.ask_until)
        panel.shared.stop_requested.connect(self.ask_stop)
        panel.shared.print_requested.connect(self.print_again)
        panel.shared.later_requested.connect(self.ask_later)
        panel.shared.open_requested.connect(self.open_as_recipient)

    def ask(self, exam_id: str) -> None:
        """Ask what a share of an exam shall be."""
        exam = self._account.exam(exam_id)
        if exam is not None:
            self._ask(exam)

    def ask_for_study(self, study_instance_uid: str) -> None:
        """Ask what a share of the exam that holds a study shall be."""

        def found(exam: Exam | None) -> None:
            if exam is None or not exam.shareable:
                code = "report-not-released" if exam is not None and exam.origin == "practice" else "not-complete"
                words = self._messages.for_code(code)
                self._panel.tell("amber", words.what, words.means, words.do)
            else:
                self._ask(exam)

        session = self._session
        task = Task(done=found, failed=self._trouble.explain)
        self._parts.ask(lambda job: looking.exam_with(session.portal(), study_instance_uid), task)

    def ask_later(self, share_id: str) -> None:
        """Ask what a share of what came after another one shall be; the old one stays as it is."""
        share = self._account.share(share_id)
        if share is not None and share.later:
            self.ask_for_study(share.later[0])

    def ask_until(self, share: str, until: str) -> None:
        """Ask until when a share can be opened."""
        home = self._account.home
        if home is None:
            return
        most = home.portal.limits.share_days_most
        dialog = UntilDialog(share, until, most, date.today().isoformat(), self._panel.window())
        dialog.say_whom(self._whom(share))
        dialog.chosen.connect(self._edit)
        self._open(dialog)

    def ask_stop(self, share_id: str) -> None:
        """Ask once more before a share ends for good."""
        share = self._account.share(share_id)
        if share is None:
            return
        sentences = (
            self.tr("The link and the code open nothing any more, at once and for good."),
            self.tr("Copies that were already downloaded cannot be recalled."),
        )
        title = self.tr("Stop sharing with {whom}?").format(whom=self._whom(share_id))
        dialog = Confirm(title, sentences, self.tr("Stop sharing"), parent=self._panel.window())
        dialog.accepted.connect(lambda: self._stop(share_id))
        self._open(dialog)

    def _whom(self, share_id: str) -> str:
        share = self._account.share(share_id)
        return isolated(share.label) if share is not None and share.label else self.tr("somebody you gave the link")

    def open_as_recipient(self, share_id: str) -> None:
        """Open the recipient's page in the browser."""
        link = self._session.links().get(share_id)
        if link:
            self._browser.open_link(link)

    def print_again(self, share_id: str) -> None:
        """Print the invitation once more; with the code only while it is still known here."""
        self._invitation(share_id, self._print)

    def save(self, share_id: str) -> None:
        """Save the invitation as a PDF."""

        def made(pdf: bytes) -> None:
            where = str(Path.home() / "invitation.pdf")
            ask_save(self._panel.window(), self.tr("Save the invitation"), where, "pdf", lambda path: write(path, pdf))

        def write(path: str, pdf: bytes) -> None:
            try:
                Path(path).write_bytes(pdf)
            except OSError:
                self._say("invitation-not-saved")
            else:
                self._answer(self.tr("Saved as {path}").format(path=path))

        self._invitation(share_id, made)

    def _ask(self, exam: Exam) -> None:
        home = self._account.home
        if home is None:
            return
        dialog = ShareDialog(self._panel.icons(), say.share_question(exam, home.portal), self._panel.window())
        dialog.made.connect(lambda choice: self._make(dialog, choice, home.portal))
        self._open(dialog)

    def _make(self, dialog: ShareDialog, choice: ShareChoice, portal: WellKnown) -> None:
        request = ShareRequest(
            exams=(choice.key,),
            days=choice.days,
            max_accesses=choice.accesses,
            label=choice.label or choice.email or None,
            email=choice.email or None,
            message=choice.message or None,
            include_images=choice.include_images,
            include_report=choice.include_report,
            allow_download=choice.allow_download,
        )
        task: Task[NewShare] = Task(
            done=lambda made: self._made(dialog, made, portal), failed=lambda error: self._not_made(dialog, error)
        )
        session = self._session
        self._parts.ask(lambda job: sharing.make(session.portal(), session.share_links, request), task)

    def _made(self, dialog: ShareDialog, made: NewShare, portal: WellKnown) -> None:
        self._codes[self._named(made.share.id)] = made.verification_code
        dialog.accept()
        self._panel.hush()
        shown = NewShareDialog(self._panel.icons(), say.new_share_card(made, portal), self._panel.window())
        shown.print_requested.connect(lambda card: self._of_card(card, self.print_again))
        shown.save_requested.connect(lambda card: self._of_card(card, self.save))
        shown.open_requested.connect(self._browser.open_link)
        shown.finished.connect(lambda _: self._panel.go_to("shared"))
        self._open(shown)
        self._changed(made.share.id)
        self.shared.emit()

    def _not_made(self, dialog: ShareDialog, error: Exception) -> None:
        if isinstance(error, ScanshelfError):
            words = self._messages.about(error)
            dialog.show_problem(words.what, words.means, words.do)
        else:
            dialog.reject()
            self._jobs.failed.emit(error)

    def _of_card(self, card: NewShareCard, act: Callable[[str], None]) -> None:
        act(card.key)

    def _edit(self, share: str, day: str) -> None:
        session, until = self._session, say.end_of_day(day)
        self._parts.ask(lambda job: session.portal().edit_share(ShareId(share), until), self._changing(share))

    def _stop(self, share: str) -> None:
        self._codes.pop(self._named(share), None)
        session = self._session
        self._parts.ask(
            lambda job: sharing.stop(session.portal(), session.share_links, ShareId(share)), self._changing(share)
        )

    def _changing(self, share: str) -> Task[object]:
        return Task(done=lambda _: self._changed(share), failed=self._trouble.explain)

    def _changed(self, share: str) -> None:
        self._jobs.note(Changes(shares=frozenset({share})))

    def _invitation(self, share_id: str, then: Callable[[bytes], None]) -> None:
        code = self._codes.get(self._named(share_id))
        session = self._session

        def fetch(job: Job) -> bytes:
            import app.window.places.portal.printing  # noqa: F401 - in this thread, so that the window need not wait for it

            return sharing.invitation(session.portal(), session.share_links, ShareId(share_id), code)

        self._parts.ask(fetch, Task(done=then, failed=self._trouble.explain))

    def _print(self, pdf: bytes) -> None:
        from app.window.places.portal.printing import Paint, Paper, print_pages  # asks the system for its printers

        task: Task[None] = Task(done=lambda _: None, failed=self._trouble.explain)

        def beside(paint: Paint) -> None:
            self._jobs.run(self._jobs.lane("printing"), lambda job: paint(self._jobs.workers().decoder, job), task)

        print_pages(Paper(f"invitation:{sha256(pdf).hexdigest()}", pdf), self._panel.window(), beside)

    def _named(self, share: str) -> tuple[str, str]:
        home = self._account.home
        return home.url if home is not None else "", share

    def _say(self, code: str) -> None:
        words = self._messages.for_code(code)
        self._panel.tell("loss", words.what, words.means, words.do)

    def _answer(self, words: str) -> None:
        if isinstance(self.dialog, NewShareDialog):
            self.dialog.say(words)

    def _open(self, dialog: Question) -> None:
        self.dialog = dialog
        dialog.ask()
