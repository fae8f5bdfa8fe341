"""The glue of bringing exams here: from the portal into a folder, from there onto the shelf; and of their reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from app.actions import downloading
from app.actions.downloading import Brought, Fetched
from app.window.jobs.imports import begin_noted, bring_noted
from app.window.jobs.job_runner import Task
from app.window.places.portal import words as say
from app.window.places.portal.brought import brought_words
from app.window.places.portal.looking.looking_presenter import LookingPresenter
from app.window.places.portal.parts import PortalParts
from app.window.places.portal.system_browser import SystemBrowser
from app.window.places.portal.trouble_presenter import TroublePresenter
from core.lanes import Progress
from portal.exam_names import exam_name

if TYPE_CHECKING:
    from core.job import Job
    from portal.wire.exams import Exam


class DownloadingPresenter(QObject):
    """What comes from the portal lies in folders this program names, and is removed once it is on the shelf."""

    shelf_requested = Signal()

    def __init__(
        self, parts: PortalParts, looking: LookingPresenter, trouble: TroublePresenter, browser: SystemBrowser
    ) -> None:
        super().__init__()
        self._parts, self._jobs, self._panel, self._session = parts, parts.jobs, parts.panel, parts.session
        self._looking, self._trouble, self._browser = looking, trouble, browser
        panel = parts.panel
        panel.exams.download_requested.connect(self.download)
        panel.exams.report_requested.connect(self.open_report)

    def download(self, key: str) -> None:
        """Bring an exam to the shelf: from the portal into a folder, from there as any disc."""
        exam = self._parts.account.exam(key)
        if exam is None:
            return
        title = say.quoted(exam_name(exam).main)
        line = self.tr("Downloading {what}").format(what=title)
        task: Task[Fetched] = Task(
            done=lambda fetched: self._keep(fetched, title, exam),
            line=lambda progress: line + _of(progress),
            failed=self._trouble.explain,
        )
        session = self._session
        self._jobs.run(
            self._jobs.lane("fetching"),
            lambda job: downloading.fetch(session.here(), session.downloads, exam, job),
            task,
        )

    def open_report(self, key: str) -> None:
        """Show an exam's report in the system's own reader."""
        exam = self._parts.account.exam(key)
        if exam is not None:
            task: Task[Path] = Task(done=lambda path: self._open_file(path), failed=self._trouble.explain)
            session = self._session
            self._parts.ask(lambda job: downloading.report(session.here(), session.reports, exam.id, job), task)

    def _open_file(self, path: Path) -> None:
        """Open a file this program wrote and named."""
        self._browser.open_url(QUrl.fromLocalFile(str(path)).toString())

    def _keep(self, fetched: Fetched, title: str, exam: Exam) -> None:
        line = self.tr("Putting {what} on your shelf").format(what=title)
        task: Task[Brought] = Task(
            done=lambda brought: self._kept(title, brought, exam),
            line=lambda progress: line + _of(progress),
            failed=self._trouble.explain,
        )
        self._jobs.run(self._jobs.keeping, lambda job: self._put_on_shelf(fetched, job), task)

    def _put_on_shelf(self, fetched: Fetched, job: Job) -> Brought:
        """Import what was fetched. Runs in a lane thread."""
        jobs = self._jobs
        return downloading.put_on_shelf(
            fetched,
            self._session.downloads,
            jobs.workers(),
            job,
            lambda plan, job: bring_noted(jobs, begin_noted(jobs, plan), job),
        )

    def _kept(self, title: str, brought: Brought, exam: Exam) -> None:
        self._looking.look("exams")
        notice = self._panel.tell(*brought_words(self._parts.messages, title, brought))
        notice.add_action(self.tr("Go to My shelf"), self.shelf_requested.emit)
        if exam.report.state == "released":
            notice.add_action(self.tr("Open the report"), lambda: self.open_report(exam.id))


def _of(progress: Progress | None) -> str:
    return f" · {round(100 * progress.done / progress.total)} %" if progress is not None and progress.total else ""
