"""The mailbox of the demo: what the practice portal would have sent by e-mail lies there as files."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from app.demo.browsing.patience import SECONDS
from core.job import Job

_LINK = re.compile(r"https?://\S+")
POLL_SECONDS = 0.1


class NoLetterError(Exception):
    """The letter did not come."""


def letter_to(folder: Path, address: str, fact: str, job: Job) -> EmailMessage:
    """Wait for the letter to an address that tells a fact, a code or a link; raises `NoLetterError`."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        job.check()
        for file in sorted(folder.glob("*.eml"), reverse=True):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            if isinstance(letter, EmailMessage) and letter["To"] == address and fact in words_of(letter):
                return letter
        time.sleep(POLL_SECONDS)
    raise NoLetterError(address)


def words_of(letter: EmailMessage) -> str:
    """Give the plain text of a letter."""
    body = letter.get_body(("plain",))
    return "" if body is None else str(body.get_content())


def link_in(letter: EmailMessage) -> str:
    """Give the first link of a letter, "" without one."""
    found = _LINK.search(words_of(letter))
    return found[0].rstrip(".") if found else ""
