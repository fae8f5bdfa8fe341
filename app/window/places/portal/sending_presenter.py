"""The glue of "Sending": asks before a study is sent, keeps the queue going, and shows how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.actions import receipts, sending
from app.actions.sending import Queue, waiting
from app.settings import SettingsStore
from app.window.appearance.file_dialogs import ask_save
from app.window.appearance.formats import date_words, size_words, study_words
from app.window.appearance.person_buttons import given_name
from app.window.jobs.job_runner import JobRunner, Task
from app.window.jobs.jobs_strip import JobLine
from app.window.places.portal import sending_words
from app.window.places.portal import words as say
from app.window.places.portal.known_account import KnownAccount
from app.window.places.portal.sending_words import Times
from app.window.places.portal.session import PortalSession
from app.window.places.shelf.kept_words import receipt_line
from app.window.places.shelf.words import study_id
from app.words.messages import Messages
from core.changes import Changes
from core.files.whole import write_whole
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from dicom.amounts import amount_words
from dicom.people.names import display_name
from portal.ui.dialogs.send_dialog import SendDialog
from portal.ui.entries import SendQuestion
from portal.ui.portal_panel import PortalPanel

if TYPE_CHECKING:
    from core.job import Job
    from library.index.rows import ReceiptRow, StudyRow, UploadRow
    from portal.client.upload.pace import Progress
    from portal.client.upload.whose_account import Identified
    from portal.wire.well_known import WellKnown

LOOK_MS = 700  # what changes faster is shown together


@dataclass(frozen=True, slots=True)
class Compared:
    """A study's person beside the account of a portal, and how the study came onto the shelf."""

    url: str
    identified: Identified
    receipts: list[ReceiptRow]


class TimeLeft:
    """How long what is being sent still takes, and when what waits is tried; noted by the thread that sends."""

    def __init__(self) -> None:
        self._times: dict[str, Times] = {}

    def note(self, progress: Progress) -> None:
        """Take what is known now."""
        seconds = progress.seconds_left if progress.step == "upload-send" else None
        tried = _from_now(progress.next_try)
        waits = {upload: times for upload, times in self._times.items() if times.next_try}
        self._times = waits | {progress.upload: Times(seconds, tried)}

    def over(self) -> None:
        """Nothing is sent any more."""
        self._times = {}

    def by_upload(self) -> dict[str, Times]:
        """Give what is known, by upload."""
        return self._times


class SendingPresenter(QObject):
    """One long job in the lane "sending" runs the queue of the shelf; what the person decides is written there."""

    sent = Signal(object)  # UploadRow
    begun = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        panel: PortalPanel,
        messages: Messages,
        session: PortalSession,
        store: SettingsStore,
        account: KnownAccount,
        explain: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._jobs, self._panel, self._messages, self._session = jobs, panel, messages, session
        self._explain, self._store, self._account = explain, store, account
        self._bandwidth = sending.bandwidth_of(store.settings.upload_limit)
        self.dialog: SendDialog | None = None
        self.rows: list[UploadRow] = []
        self.time_left = TimeLeft()
        self._job = ""
        self.ending = False  # the window closes: what goes on does so at the next start
        self._again = False  # something was asked for while the queue ran
        self._left: dict[str, Counter[str]] = {}
        self._changed: set[str] = set()  # uploads that stand otherwise than they are shown
        self._pause = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._pause.timeout.connect(self._show_changed)
        self._asking = False
        jobs.changed.connect(self._note)
        panel.sending.action_requested.connect(self.act)
        panel.sending.show_limit(store.settings.upload_limit)
        panel.sending.limit_chosen.connect(self._limit)
        panel.tab_changed.connect(lambda tab: self.show_rows() if tab == "sending" else None)

    def resume(self) -> None:
        """Go on with what an earlier start left."""
        self._ask(lambda rows: self.run() if waiting(rows) else None)

    def signed_in(self) -> None:
        """Go on, and begin again what ended only because nobody was signed in."""

        def go_on(rows: list[UploadRow]) -> None:
            for row in rows:
                if row.state == "failed" and row.reason in {"sign-in-needed", "not-signed-in", "other-account"}:
                    self.act(row.id, "again")
            if waiting(rows):
                self.run()

        self._ask(go_on)

    def ask(self, row: StudyRow, portal: WellKnown) -> None:
        """Compare the study's person with the account and ask the person."""

        def look(job: object) -> Compared:
            account = self._session.portal()
            identified = sending.compare(account.whoami(), row)
            return Compared(account.url, identified, self._jobs.library().receipts(study_id(row)))

        task: Task[Compared] = Task(done=lambda found: self._ask_person(row, portal, found), failed=self._explain)
        self._jobs.run(self._jobs.lane("portal", 2), look, task)

    def act(self, upload: str, action: str) -> None:
        """Do what a button of a card says."""
        if action == "receipt":
            self._save_receipt(upload)
            return
        task: Task[None] = Task(done=lambda _: self._acted(action), failed=self._explain)
        self._jobs.run(
            self._jobs.lane("portal", 2), lambda job: sending.act(self._jobs.library(), upload, action), task
        )

    def _save_receipt(self, upload: str) -> None:
        """Check the receipt the portal signed once more, and save it."""

        def made(document: str) -> None:
            where = str(Path.home() / "receipt.json")
            ask_save(
                self._panel.window(), self.tr("Save the receipt"), where, "json", lambda path: write(path, document)
            )

        def write(path: str, document: str) -> None:
            try:
                write_whole(Path(path), document)
            except OSError:
                words = self._messages.for_code("not-saved")
                self._panel.tell("loss", words.what, words.means, words.do)

        task: Task[str] = Task(done=made, failed=self._explain)
        lane = self._jobs.lane("portal", 2)
        self._jobs.run(lane, lambda job: receipts.receipt_document(self._jobs.library(), upload), task)

    def _limit(self, kilobytes: int) -> None:
        """Keep how much of the line sending may use; it is in force at once."""
        self._store.change(upload_limit=kilobytes)
        self._bandwidth.allow(kilobytes * 1000 or None)

    def run(self) -> None:
        """Send what waits; once more afterwards where something was asked for meanwhile."""
        if self._job:
            self._again = True
            return
        task: Task[None] = Task(
            done=lambda _: self._over(),
            failed=self._failed,
            stopped=self._stopped,
            line=lambda _: self._strip_words(),
            share=False,
        )
        self._job = self._jobs.run(self._jobs.lane("sending"), self._run_queue, task)
        self.show_rows()

    def _run_queue(self, job: Job) -> None:
        """Send what waits. Runs in a lane thread."""

        def watch(progress: Progress) -> None:
            self.time_left.note(progress)
            self._jobs.note(Changes(uploads=frozenset({progress.upload})))

        try:
            sending.run_queue(
                self._jobs.library(), lambda row: self._session.target(row, job), job, self._bandwidth, watch
            )
        finally:
            self.time_left.over()

    def show_rows(self) -> None:
        """Show how everything stands."""
        if not self._asking:
            self._asking = True
            self._ask(lambda _: None)

    def _note(self, changes: Changes) -> None:
        """Show what changed: the first at once, what follows closely together with more of it."""
        self._changed |= changes.uploads
        if changes.uploads and not self._pause.isActive():
            self._show_changed()

    def _show_changed(self) -> None:
        if not self._changed:
            return
        self._pause.start()
        changed, self._changed = frozenset(self._changed), set()

        def done(found: Queue) -> None:
            rows = [row for row in self.rows if row.id not in changed] + found.rows
            left = {upload: codes for upload, codes in self._left.items() if upload not in changed} | found.left
            self._take(Queue(sorted(rows, key=lambda row: (row.asked_at, row.id)), left))

        task: Task[Queue] = Task(done=done, failed=lambda _: None)
        self._jobs.run(
            self._jobs.asking, lambda job: sending.how_they_stand(self._jobs.library(), sorted(changed)), task
        )

    def _ask(self, then: Callable[[list[UploadRow]], None]) -> None:
        def done(queue: Queue) -> None:
            self._asking = False
            self._take(queue)
            then(queue.rows)

        def over(*_: object) -> None:
            self._asking = False

        task: Task[Queue] = Task(done=done, failed=over, stopped=over)
        self._jobs.run(self._jobs.asking, lambda job: sending.how_it_stands(self._jobs.library()), task)

    def _take(self, queue: Queue) -> None:
        rows = [row for row in queue.rows if row.kind == "portal"]
        before = {row.id: row.state for row in self.rows}
        self.rows, self._left = rows, queue.left
        times = self.time_left.by_upload()
        whose = self._account.whose_accounts()
        self._panel.sending.show_sending(sending_words.sending_cards(rows, self._messages, queue.left, times, whose))
        if self._job:
            line = JobLine(self._job, self._strip_words(), sending_words.strip_share(rows))
            self._jobs.line_changed.emit(line)
        self._panel.set_count("sending", sum(row.state in sending_words.RUNNING for row in rows))
        for row in rows:
            if row.state in {"complete", "partial"} and before.get(row.id) in sending_words.RUNNING:
                self.sent.emit(row)

    def _strip_words(self) -> str:
        return sending_words.strip_words(self.rows, self.time_left.by_upload())

    def _ask_person(self, row: StudyRow, portal: WellKnown, compared: Compared) -> None:
        found = compared.identified
        receipt, tone = receipt_line(compared.receipts, row)
        refusal = self._messages.for_code("other-person")
        question = SendQuestion(
            study_id(row),
            found.verdict,
            given_name(row.patient_name),
            isolated(study_words(row.study_description, row.modalities)),
            tuple(_facts(row)),
            receipt,
            tone,
            say.identity_rows(found.study, found.account, guessed=found.name_guessed),
            portal.portal,
            portal.local,
            (refusal.what, refusal.means, refusal.do),
            display_name(found.account.patient_name),
        )
        dialog = self.dialog = SendDialog(self._panel.icons(), question, self._panel.window())
        dialog.accepted.connect(lambda: self._answered(dialog, compared))  # this one's study, whatever was asked since
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.ask()

    def _closed(self, dialog: SendDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _answered(self, dialog: SendDialog, compared: Compared) -> None:
        key, reason = dialog.question.key, dialog.person_confirmed()

        def queue_up(job: object) -> list[str]:
            account = compared.identified.account_id
            return sending.queue_up(
                self._jobs.library(), [key], compared.url, "portal", person_confirmed=reason, account=account
            )

        task: Task[list[str]] = Task(done=lambda _: self._begun(), failed=self._explain)
        self._jobs.run(self._jobs.lane("portal", 2), queue_up, task)

    def _begun(self) -> None:
        self.run()
        self.begun.emit()

    def _acted(self, action: str) -> None:
        if action in {"resume", "again", "now", "new-key"}:
            self.run()
        self.show_rows()

    def _over(self) -> None:
        self._ended()
        again, self._again = self._again, False
        self.show_rows_surely()
        if again:
            self.run()

    def _ended(self) -> None:
        self._job = ""

    def show_rows_surely(self) -> None:
        """Show how everything stands, also where an older answer is still awaited."""
        self._ask(lambda _: None)

    def _failed(self, error: Exception) -> None:
        self._ended()
        self._again = False
        self.show_rows_surely()
        self._explain(error)

    def _stopped(self) -> None:
        """Stop on the strip pauses what goes on; it goes on when the person says so."""
        self._ended()
        self._again = False
        if self.ending:
            return
        going = [row.id for row in self.rows if row.state in sending_words.RUNNING]
        for upload in going:
            self.act(upload, "pause")
        self.show_rows_surely()


def _from_now(seconds: float | None) -> datetime | None:
    """Give the local time that is so many seconds ahead."""
    return None if seconds is None else datetime.now(UTC).astimezone() + timedelta(seconds=seconds)


def _facts(row: StudyRow) -> Iterator[str]:
    """Say what would be sent, and what would not."""
    yield date_words(row.study_date)
    yield f"{amount_words(row.amount, counted_said)} · {size_words(row.bytes)}"
    if row.damaged:
        yield say.words("%n of them (is|are) damaged and not sent; (it stays|they stay) on your shelf.", row.damaged)
    if row.conflicts:
        yield say.words(
            "%n of them (has|have) the number of another, but not the same content: compare the copies on your shelf"
            " first, else they are not sent.",
            row.conflicts,
        )
