"""What went wrong at the portal, said above its lists."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.window.jobs.job_runner import Task
from app.window.places.portal.parts import PortalParts
from core.errors import ScanshelfError
from core.ui.notice import Notice

SILENT = frozenset({"portal-unreachable", "portal-unavailable"})
SIGNED_OUT = frozenset({"sign-in-needed", "not-signed-in"})


class TroublePresenter(QObject):
    """A portal that does not answer is told once, until it does; anything else stays until it is read."""

    sign_in_ended = Signal()
    awake = Signal()  # the portal may answer again

    def __init__(self, parts: PortalParts) -> None:
        super().__init__()
        self._parts = parts
        self._trouble = ""  # the code that stands above the lists

    def explain(self, error: Exception) -> None:
        """Say what went wrong; a sign-in that ended leads to the way in."""
        if not isinstance(error, ScanshelfError):
            self._parts.jobs.failed.emit(error)
        elif error.code in SIGNED_OUT:
            self.sign_in_ended.emit()
        elif error.code in SILENT:
            self._explain_once(error)
        else:  # it stays until it is read: the next look, seconds later, says nothing of it
            self._trouble = ""
            self._say(error)

    def explain_look(self, error: Exception) -> None:
        """Say once what is wrong with the lists, until they come again."""
        if isinstance(error, ScanshelfError) and error.code not in SIGNED_OUT:
            self._explain_once(error)
        else:
            self.explain(error)

    def over(self) -> None:
        """The lists came."""
        if self._trouble:
            self._trouble = ""
            self._parts.panel.hush()

    def try_again(self) -> None:
        """Ask a portal that did not answer once more; a practice portal is started where it ended."""
        self._trouble = ""
        self._parts.panel.hush()
        self._parts.ask(self._parts.session.wake, Task(done=lambda _: self.awake.emit(), failed=self.explain))

    def _explain_once(self, error: ScanshelfError) -> None:
        if error.code != self._trouble:
            self._trouble = error.code
            notice = self._say(error)
            if error.code in SILENT:
                notice.add_action(self.tr("Try again"), self.try_again)

    def _say(self, error: ScanshelfError) -> Notice:
        words = self._parts.messages.about(error)
        return self._parts.panel.tell("loss", words.what, words.means, words.do)
