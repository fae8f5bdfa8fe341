"""How far reading and importing are, in words."""

from __future__ import annotations

import time
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.window.places.discs import words as say
from core.lanes import Progress
from core.ui.dates import moment_text
from dicom.amounts import Amount


class Pace:
    """Guess the time that is left from what was done so far."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def left(self, done: int, total: int) -> float | None:
        """Give seconds, or None while it is too early to say."""
        gone = time.monotonic() - self._begun
        return gone * (total - done) / done if done and total and gone > 2 else None


def keeping_line(amount: Amount, whose: str, progress: Progress | None, pace: Pace) -> str:
    """Write the strip's line of an import."""
    if progress is None:
        return say.keeping_words(amount, whose, 0, 0, None)
    return say.keeping_words(amount, whose, progress.done, progress.total, pace.left(progress.done, progress.total))


def count_words(progress: Progress) -> str:
    """Write how many files have been read."""
    said = QCoreApplication.translate("Discs", "{done} of {total} files")
    return said.format(done=f"{progress.done:,}", total=f"{progress.total:,}")


def now_words() -> str:
    """Write this moment in the person's format."""
    return moment_text(datetime.now())
