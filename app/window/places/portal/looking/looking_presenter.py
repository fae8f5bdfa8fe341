"""When the portal is asked: at once when somebody comes or does something, and less and less while nothing is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.actions import looking
from app.actions.looking import Seen
from app.window.jobs.job_runner import Task
from app.window.places.portal.looking.lists_presenter import ListsPresenter
from app.window.places.portal.looking.pauses import Pauses
from app.window.places.portal.parts import PortalParts
from app.window.places.portal.trouble_presenter import TroublePresenter
from core.changes import Changes

if TYPE_CHECKING:
    from portal.wire.exams import Exam


class LookingPresenter(QObject):
    """Asks for the lists that are seen, one look after the other; nothing while the place is not shown."""

    looked = Signal()  # exams or shares came in

    def __init__(self, parts: PortalParts, lists: ListsPresenter, trouble: TroublePresenter) -> None:
        super().__init__()
        self._parts, self._panel, self._account = parts, parts.panel, parts.account
        self._lists, self._trouble = lists, trouble
        self._looking = False
        self._next: set[str] = set()  # lists that were asked for during a look
        self._pauses = Pauses()
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._ask(self._tabs_lists()))
        parts.jobs.changed.connect(self._changed)
        parts.panel.seen.connect(self._watched)
        parts.panel.tab_changed.connect(lambda _: self._look_again())
        parts.panel.exams.activity_requested.connect(self._go_to_activity)

    def begin(self) -> None:
        """Somebody signed in."""
        self.look()
        self._watched(self._panel.isVisible())

    def stop(self) -> None:
        """Nobody is signed in any more."""
        self._timer.stop()
        self._lists.forget()

    def look(self, *wanted: str) -> None:
        """Ask for lists ("exams", "shares", "activity"), after the answer that is still awaited; and soon again."""
        names = wanted or ("exams", "shares", "activity")
        if self._timer.isActive():
            self._timer.start(self._pauses.begin())
        if self._looking:
            self._next.update(names)
        else:
            self._ask(names)

    def _ask(self, names: tuple[str, ...]) -> None:
        if self._account.home is None or self._looking or not names:
            return
        self._looking = True
        parts = self._parts
        task = Task(done=self._seen, failed=self._not_seen, stopped=lambda: self._look_over(news=False))
        parts.ask(lambda job: looking.look(parts.session.portal(), names, parts.jobs.library()), task)

    def _seen(self, seen: Seen) -> None:
        news = False
        try:
            if self._account.home is not None:
                self._trouble.over()
                news = self._lists.show(seen)
                self.looked.emit()
        finally:
            self._look_over(news=news)

    def _not_seen(self, error: Exception) -> None:
        self._look_over(news=False)
        self._trouble.explain_look(error)

    def _look_over(self, *, news: bool) -> None:
        self._looking = False
        if self._timer.isActive():
            self._timer.start(self._pauses.after(news=news))
        names, self._next = self._next, set()
        if names:
            self.look(*sorted(names))

    def _watched(self, seen: bool) -> None:
        """Look again and again while the place is visible, and at once when somebody comes back to it."""
        if seen and self._account.home is not None:
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

    def _go_to_activity(self, exam: str) -> None:
        self._panel.go_to("activity")
        self._panel.activity.choose(exam)
        self.look("activity")

    def _changed(self, changes: Changes) -> None:
        """Look again after something was done with shares; say anew which exams are here where one of them changed."""
        if changes.shares:
            self.look("exams", "shares")
        account, jobs = self._account, self._parts.jobs
        exams = account.exams
        if account.home is not None and changes.may_be_of(
            study.study_instance_uid for one in exams for study in one.studies
        ):
            task: Task[frozenset[str]] = Task(done=lambda here: self._mark_here(exams, here), failed=lambda _: None)
            jobs.run(jobs.asking, lambda job: looking.on_shelf(exams, jobs.library()), task)

    def _mark_here(self, exams: list[Exam], here: frozenset[str]) -> None:
        if self._account.home is not None and exams is self._account.exams:
            self._lists.show_exams(exams, here)
