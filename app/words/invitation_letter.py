"""The letter that goes with a shared exam, for the person to send: it brings the link, never the code."""

from __future__ import annotations

from urllib.parse import quote

from app.words.moments import day_words
from portal.whole_words import away_sentences
from portal.wire.sharing import NewShare
from portal.wire.well_known import WellKnown

SUBJECT = "Medical images for you to look at"


def invitation_letter(made: NewShare, portal: WellKnown) -> str:
    """Write the letter. The verification code goes another way, so that the letter alone opens nothing."""
    times = "once" if made.share.max_accesses == 1 else f"{made.share.max_accesses} times"
    parts = [
        "Hello,",
        f"medical images are ready for you to look at in any browser:\n{made.url}",
        f"You will be asked for a verification code; you get it from me in another way. "
        f"The link works until {day_words(made.share.expires_at)} and can be opened {times}.",
        f"It opens what was there on {day_words(made.share.created_at)}; what comes later is no part of it.",
        " ".join(away_sentences(made.share.wholeness)),
        made.share.message or "",
        _whom_to_ask(portal),
    ]
    return "\n\n".join(part for part in parts if part)


def mail_link(made: NewShare, portal: WellKnown, address: str) -> str:
    """Give a link that opens the letter in the person's own mail program."""
    return f"mailto:{quote(address, safe='@')}?subject={quote(SUBJECT)}&body={quote(invitation_letter(made, portal))}"


def _whom_to_ask(portal: WellKnown) -> str:
    practice = portal.practices[0] if portal.practices else None
    if practice is None or not practice.phone:
        return ""
    return f"Questions about the link: {practice.name}, {practice.phone}."
