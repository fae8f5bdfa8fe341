"""`scanshelf accounts`: the accounts that are signed in on this computer; which one is used."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.portal_account import access
from app.cli.run import DONE
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from portal.client.known_portals import KnownPortal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED")
    use = deeds.add_parser("use", help="use this account from now on", allow_abbrev=False)
    use.add_argument("user_name", metavar="NAME", help="its user name (with --portal where two portals know it)")


def run(arguments: argparse.Namespace) -> int:
    """List them, the one in use first; nobody is asked anything."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    known = access().known
    if arguments.deed == "use":
        known.note(known.account_named(arguments.user_name, arguments.portal))
    found, last = known.accounts(), known.last()
    if terminal.json:
        terminal.document({"accounts": [_to_json(one, used=one == last) for one in found]})
    if not found:
        terminal.say("Nobody is signed in on this computer: scanshelf login URL")
    for one in found:
        name = one.person or "no name known"
        terminal.say(f"{'*' if one == last else ' '} {one.user_name}  {name}, {one.name or one.url} ({one.url})")
    return DONE


def _to_json(one: KnownPortal, *, used: bool) -> dict[str, object]:
    return {
        "user_name": one.user_name,
        "person": one.person,
        "portal": one.url,
        "name": one.name,
        "account": one.account,
        "used": used,
    }
