"""What became of an exam that was brought from a portal: onto the shelf whole, or in part, and why."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.actions.downloading import Brought
from app.words.messages import Messages
from core.ui.parts import Tone


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Brought", text, None, n)


def brought_words(messages: Messages, title: str, brought: Brought) -> tuple[Tone, str, str, str]:
    """Say how an exam came to the shelf, and where it is not one person's alone."""
    tone: Tone = "good"
    said, means, do = words("{what} is on your shelf.").format(what=title), "", ""
    if not brought.whole():
        tone = "amber" if brought.kept() else "loss"
        said, means, do = partial_words(messages, title, brought)
    if brought.persons > 1:
        tone = "loss"
        several = words("Images of several persons came with it; each person's are kept apart, under the own name.")
        ask = words("Look on your shelf whose they are, and tell the practice.")
        means, do = f"{means} {several}".strip(), f"{do} {ask}".strip()
    return tone, said, means, do


def partial_words(messages: Messages, title: str, brought: Brought) -> tuple[str, str, str]:
    """Say how many of an exam's images are on the shelf, why not all, and what to do."""
    said = words("{kept} of %n file(s) of {what} (is|are) on your shelf.", brought.of()).format(
        kept=f"{brought.kept():,}", what=title
    )
    again = words("Download the exam again: it goes on where it was.")
    end = brought.report.end
    if end == "no-space":
        return said, messages.for_code(end).what, words("Empty the wastebasket to make room.") + " " + again
    if end != "complete":
        return said, messages.for_code(end).what, again
    if brought.report.failed:
        return said, words("The others could not be put there."), again
    if brought.damaged:
        why = words("%n file(s) (is|are) damaged on the portal and did not come.", brought.damaged)
        return said, why, words("Ask whoever sent this exam to the portal to send it again.")
    return (
        said,
        words("The others that came cannot be read as images."),
        words("Ask the practice to look at this exam."),
    )
