"""`scanshelf share`: invite a doctor to look at exams, and look after the invitations."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.actions import sharing
from app.cli import share_create, share_words
from app.cli.portal_account import signed_in
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage
from app.places import library_folder
from app.words.moments import end_of_day
from portal.wire.json_values import to_json
from portal.wire.sharing import Share

if TYPE_CHECKING:
    from portal.client.account import Portal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, title="what to do")
    for name, purpose in {
        "create": "make an invitation: link, verification code and QR code",
        "list": "every share ever made, newest first",
        "show": "one share: its status and how often it was opened",
        "edit": "share it longer or shorter; the link stays",
        "revoke": "end it now and for good",
    }.items():
        child = actions.add_parser(name, help=purpose, allow_abbrev=False)
        _common(child)
        if name == "create":
            share_create.add_arguments(child)
        elif name != "list":
            child.add_argument("id", metavar="ID", help="the share's id, as `share list` shows it")
        if name == "edit":
            child.add_argument("--until", metavar="DATE", required=True, help="a day (2026-12-31) or a UTC moment")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked with shares."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.action == "create":
        share_create.check(arguments)
    until = _until(arguments.until) if arguments.action == "edit" else ""
    with signed_in(arguments, terminal) as portal:
        if arguments.action == "create":
            return share_create.create(arguments, portal, terminal)
        if arguments.action == "list":
            return _list(arguments, portal, terminal)
        if arguments.action == "edit":
            return _tell(terminal, portal.edit_share(arguments.id, until))
        if arguments.action == "revoke":
            return _revoke(terminal, portal, arguments.id)
        return _tell(terminal, portal.share(arguments.id))


def _common(parser: argparse.ArgumentParser) -> None:
    from app.cli.run import add_common_options

    add_common_options(parser, default=argparse.SUPPRESS)


def _list(arguments: argparse.Namespace, portal: Portal, terminal: Terminal) -> int:
    shares = portal.shares()
    sharing.note_in(library_folder(arguments.library), portal.url, shares)
    if terminal.json:
        terminal.document({"shares": [to_json(share) for share in shares]})
    elif not shares:
        terminal.say("Nothing has been shared yet. Share an exam: scanshelf share create STUDY")
    else:
        for share in shares:
            for line in share_words.short(share):
                terminal.say(line)
    return DONE


def _tell(terminal: Terminal, share: Share) -> int:
    if terminal.json:
        terminal.document(to_json(share))
    else:
        for line in share_words.full(share):
            terminal.say(line)
    return DONE


def _revoke(terminal: Terminal, portal: Portal, share_id: str) -> int:
    share = portal.revoke_share(share_id)
    _tell(terminal, share)
    terminal.say("Nobody can open it any more. Copies that were downloaded before cannot be called back.")
    return DONE


def _until(text: str) -> str:
    try:
        return end_of_day(text)
    except (ValueError, OverflowError) as problem:
        raise WrongUsage("write the day as 2026-12-31, or a moment as 2026-12-31T18:00:00Z.") from problem
