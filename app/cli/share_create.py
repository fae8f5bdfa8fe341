"""`scanshelf share create`: one invitation, with everything its recipient needs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.actions import sharing
from app.cli.portal_account import LOCAL, split_names
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage
from app.places import library_folder
from app.words.english_numbers import counted
from app.words.invitation_letter import invitation_letter, mail_link
from app.words.moments import day_words
from portal.exam_names import exam_name
from portal.whole_words import away_sentences
from portal.wire.json_values import to_json
from portal.wire.sharing import NewShare, ShareRequest
from portal.wire.well_known import Limits, WellKnown

if TYPE_CHECKING:
    from portal.client.account import Portal

NO_MAIL = "This portal sends no mail: nothing was sent. Send this letter yourself:"
ANOTHER_WAY = "Give the verification code by another way than the link: whoever has both can look."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("studies", metavar="STUDY", nargs="+", help="a Study Instance UID or the id of an exam")
    parser.add_argument("--days", metavar="N", type=int, default=None, help="how long (default: 30)")
    parser.add_argument("--accesses", metavar="N", type=int, default=None, help="how often (default: 10)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--email", metavar="ADDR", help="have the portal send the link (never the code) to this address")
    way.add_argument("--print", metavar="FILE.pdf", dest="print_to", help="save the invitation for printing (A4)")
    parser.add_argument("--code-apart", action="store_true", help="with --print: the code on a second sheet")
    parser.add_argument("--no-report", action="store_true", help="share the images alone")
    parser.add_argument("--no-images", action="store_true", help="share the report alone")
    parser.add_argument("--download", action="store_true", help="let the recipient keep copies")
    parser.add_argument("--label", metavar="TEXT", help="whom it is for; only you see it")
    parser.add_argument("--message", metavar="TEXT", help="a line for the recipient")


def check(arguments: argparse.Namespace) -> None:
    """Refuse what makes no sense before anything is shared."""
    if arguments.no_report and arguments.no_images:
        raise WrongUsage("nothing is left to share: leave out --no-report or --no-images.")
    if arguments.code_apart and not arguments.print_to:
        raise WrongUsage("--code-apart is about paper: it goes with --print FILE.pdf.")
    for name in ("days", "accesses"):
        if getattr(arguments, name) is not None and getattr(arguments, name) < 1:
            raise WrongUsage(f"--{name} is a number from 1.")


def create(arguments: argparse.Namespace, portal: Portal, terminal: Terminal) -> int:
    """Make the share, tell link and codes this once, and write what was asked for."""
    about = portal.well_known()
    request = _request(arguments, about.limits)
    paper = _paper(arguments.print_to)
    practice = portal.whoami().practice
    made = portal.create_share(request)
    if terminal.json:
        terminal.document(_document(made, about, arguments))
    _say(terminal, made, about, arguments)
    if paper is not None:  # after the codes were told: they are in no other answer
        paper.write_bytes(sharing.draw_invitation(made, about, practice, code_apart=arguments.code_apart))
        terminal.say(f"The invitation is ready for printing: {paper}")
    sharing.note_in(library_folder(arguments.library), portal.url, portal.shares())
    return DONE


def _request(arguments: argparse.Namespace, limits: Limits) -> ShareRequest:
    days = limits.share_days_default if arguments.days is None else arguments.days
    accesses = limits.share_accesses_default if arguments.accesses is None else arguments.accesses
    if days > limits.share_days_most:
        raise WrongUsage(f"this portal shares for {limits.share_days_most} days at most.")
    if accesses > limits.share_accesses_most:
        raise WrongUsage(f"this portal lets a share be opened {limits.share_accesses_most} times at most.")
    studies, exams = split_names(arguments.studies)
    return ShareRequest(
        studies=studies,
        exams=exams,
        days=days,
        max_accesses=accesses,
        label=arguments.label or arguments.email,
        message=arguments.message,
        email=arguments.email,
        include_images=not arguments.no_images,
        include_report=not arguments.no_report,
        allow_download=arguments.download,
    )


def _paper(named: str | None) -> Path | None:
    """Try the file before a share is made whose code could not be printed any more."""
    if named is None:
        return None
    file = Path(named).expanduser()
    was_there = file.exists()
    with file.open("ab"):
        pass
    if not was_there:
        file.unlink()
    return file


def _document(made: NewShare, about: WellKnown, arguments: argparse.Namespace) -> dict[str, Any]:
    said = {"url": made.url, "verification_code": made.verification_code, "share_code": made.share_code}
    more: dict[str, Any] = {"local": about.local, "printed": arguments.print_to, "mail_sent": made.mailed}
    if arguments.email:
        more |= {"letter": invitation_letter(made, about), "mailto": mail_link(made, about, arguments.email)}
    return {**to_json(made.share), **said, **more}


def _say(terminal: Terminal, made: NewShare, about: WellKnown, arguments: argparse.Namespace) -> None:
    share = made.share
    terminal.say(f"“{exam_name(share)}” is shared until {day_words(share.expires_at)}, {share.max_accesses} views.")
    if away := " ".join(away_sentences(share.wholeness)):
        terminal.say(away)
    if len(share.studies) > 1:
        terminal.say(f"It is shared whole: {counted('%n part(s)', len(share.studies))}.")
    terminal.hand_over(f"Link: {made.url}")
    terminal.hand_over(f"Verification code (shown this once): {made.verification_code}")
    terminal.hand_over(f"Or typed at {about.share}: {made.share_code}")
    _draw(made.url, terminal)
    terminal.say(ANOTHER_WAY)
    terminal.say("Share only with people you trust.")
    if about.local:
        terminal.say(LOCAL)
    if arguments.email and made.mailed:
        terminal.say(f"The portal sends the link to {arguments.email}. It does not send the code: tell it yourself.")
    elif arguments.email and not terminal.json:
        _say_letter(terminal, made, about, arguments.email)


def _say_letter(terminal: Terminal, made: NewShare, about: WellKnown, address: str) -> None:
    terminal.say(NO_MAIL)
    terminal.say()
    terminal.say(f"To: {address}")
    for line in invitation_letter(made, about).splitlines():
        terminal.say(line)


def _draw(url: str, terminal: Terminal) -> None:
    """Draw the QR code of the link where somebody looks."""
    if terminal.json or terminal.quiet or not sys.stdout.isatty():
        return
    import segno

    segno.make(url, micro=False).terminal(out=sys.stdout, compact=True)
