"""What a command says: one JSON document on stdout, or words; progress and trouble on stderr."""

from __future__ import annotations

import json as json_module
import signal
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

from core.errors import Cancelled, ScanshelfError
from core.language.isolates import MARKS


class WrongUsage(Exception):  # noqa: N818 - reads as what it is
    """A request that makes no sense together; says so in one sentence."""


class Terminal:
    """Where one command's words, JSON and progress go."""

    def __init__(self, *, json: bool, quiet: bool) -> None:
        self.json = json
        self.quiet = quiet

    def document(self, content: object) -> None:
        """Print the command's one JSON document (ASCII, so that any terminal and pipe bears it)."""
        json_module.dump(content, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()

    def say(self, words: str = "") -> None:
        """Say something in words: on stdout, or on stderr where stdout carries JSON."""
        if not self.quiet:
            print(printable(words), file=sys.stderr if self.json else sys.stdout, flush=True)

    def hand_over(self, words: str) -> None:
        """Say what can be had this once, as a code: also when quiet; with JSON the document has it."""
        if not self.json:
            print(printable(words), flush=True)

    def complain(self, words: str) -> None:
        """Say what went wrong, on stderr, also when quiet."""
        print(printable(words), file=sys.stderr)

    def explain(self, problem: ScanshelfError) -> None:
        """Say what happened, what it means and what to do."""
        from app.words.messages import Messages

        self.complain(for_terminal(Messages().about(problem).as_text()))

    def tell_recovered(self, recovered: Sequence[str]) -> None:
        """Say that opening the shelf put something right that an earlier end had left undone."""
        if set(recovered) - {"incoming-cleaned", "journal-recovered"} and not self.quiet:
            from app.words.messages import Messages

            self.complain(Messages().for_code("library-recovered").as_text())

    def job(self) -> TerminalJob:
        """Make the job by which work reports here and by which Ctrl+C stops it."""
        return TerminalJob(visible=sys.stderr.isatty() and not self.quiet)


class TerminalJob:
    """A job that draws one progress line and is stopped by Ctrl+C or SIGTERM."""

    def __init__(self, *, visible: bool) -> None:
        self._visible = visible
        self._stopped = threading.Event()
        self._drawn_at = 0.0
        self._width = 0
        self.seconds_left: float | None = None  # where what runs knows it
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._stop)
            signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped.set()

    def check(self) -> None:
        """Raise `Cancelled` once the person pressed Ctrl+C."""
        if self._stopped.is_set():
            raise Cancelled

    def report(self, done: int, total: int, step: str) -> None:
        """Draw the progress line, at most ten times a second."""
        now = time.monotonic()
        if not self._visible or (now - self._drawn_at < 0.1 and done < total):
            return
        from app.words.messages import Messages

        self._drawn_at = now
        words = Messages().step(step)
        line = f"{words}: {done:,} of {total:,}" if total else f"{words}: {done:,}"
        line += _left(self.seconds_left)
        sys.stderr.write("\r" + line.ljust(self._width))
        self._width = len(line)
        if total and done >= total:
            sys.stderr.write("\n")
            self._width = 0
        sys.stderr.flush()


def _left(seconds: float | None) -> str:
    """Write the time that is left, never more exactly than it is known."""
    if seconds is None:
        return ""
    return f", about {round(seconds / 60)} min left" if seconds >= 50 else ", less than a minute left"


def for_terminal(words: str) -> str:
    """Say what to do where there is no button to press."""
    return words.replace("press “Try again”", "give the same command again")


def printable(words: str) -> str:
    """Replace what the terminal cannot show: control characters and line ends a disc may have smuggled in.

    The marks that keep a name's direction in a sentence of the window are left out.
    """
    encoding = sys.stdout.encoding or "ascii"
    kept = "".join(letter if letter.isprintable() else "?" for letter in words if letter not in MARKS)
    return kept.encode(encoding, "backslashreplace").decode(encoding)
