"""What the window tells above its places: problems, news of the shelf, and mistakes of its own."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from core.ui.notice import Notice
from core.ui.parts import Tone

if TYPE_CHECKING:
    from app.window.shell.frame import Frame
    from app.window.when_needed import WhenNeeded
    from app.words.messages import Messages, Words

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ENOTCONN})


class Notices:
    """Shows each problem once, in words of what happened, what it means and what to do."""

    def __init__(self, frame: Frame, messages: WhenNeeded[Messages]) -> None:
        self._frame, self._messages = frame, messages

    def tell(self, words: Words, tone: Tone, *, details: str = "") -> Notice:
        """Show a problem above the places; the same problem is shown once."""
        icons = self._frame.style.icons
        notice = Notice(icons, tone, words.what, words.means, words.do, details=details, closable=True)
        self._frame.window.add_notice(notice)
        return notice

    def tell_code(self, code: str, tone: Tone, *, details: str = "") -> Notice:
        """Show what a code means."""
        return self.tell(self._messages().for_code(code), tone, details=details)

    def explain(self, error: Exception) -> None:
        """Say in words what ended a piece of work."""
        from core.errors import ScanshelfError

        if isinstance(error, ScanshelfError):
            self.tell(self._messages().about(error), "loss")
        else:
            from app.window.shell.bug_report import report_of

            self.tell(self._messages().about_bug(), "loss", details=report_of(error))

    def tell_recovered(self, recovered: tuple[str, ...]) -> None:
        """Say that opening the shelf put something right that an earlier end had left undone."""
        if set(recovered) - {"journal-recovered"}:  # alone it only means that two windows were open
            details = "\n".join(map(self._messages().finding, recovered))
            self.tell_code("library-recovered", "", details=details)

    def in_two_sentences(self, error: Exception) -> tuple[str, str]:
        """Say what keeps a picture from being shown, in the room it has."""
        from core.errors import ScanshelfError

        if isinstance(error, ScanshelfError):
            words = self._messages().about(error)
        elif isinstance(error, OSError):
            words = self._messages().for_code("source-absent" if error.errno in GONE else "unreadable")
        else:
            words = self._messages().about_bug()
        return words.what, f"{words.means} {words.do}"
