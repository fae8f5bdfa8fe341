"""A folder instead of the world: every e-mail one `.eml`, every text message one `.txt`, for trials and tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from core.files.whole import write_whole_bytes
from portal.server.base.clock import Clock
from portal.server.notices.ways.mail import mail
from portal.server.notices.ways.way import Letter, NotSentError


class MailFolder:
    """Writes e-mails; the names sort by time."""

    def __init__(self, folder: Path, sender: str, name: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._name = name
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Write it whole; the same letter twice is one file."""
        now = self._clock()
        _put(self._folder, letter, now, ".eml", mail(letter, self._sender, self._name, now).as_bytes())


class MessageFolder:
    """Writes text messages: the number in the first line, then the words."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Write it whole."""
        words = f"To: {letter.address}\n\n{letter.text}\n"
        _put(self._folder, letter, self._clock(), ".txt", words.encode("utf-8", "replace"))


def _put(folder: Path, letter: Letter, now: datetime, ending: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob(f"*-{letter.id}{ending}")):
            write_whole_bytes(folder / f"{now:%Y%m%dT%H%M%S%f}-{letter.id}{ending}", content)
    except OSError as error:
        raise NotSentError("folder") from error
