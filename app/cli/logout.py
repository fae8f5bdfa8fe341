"""`scanshelf logout`: end the sign-in, here and at the portal."""

from __future__ import annotations

import argparse

from app.actions import signing_in
from app.cli.portal_account import access, warn
from app.cli.run import DONE
from app.cli.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Forget the sign-in here in any case, and tell the portal where it can be reached."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    mine = access()
    warn(mine, terminal)
    account = mine.known.account_named(arguments.account, arguments.portal) if arguments.account else None
    url = account.url if account is not None else mine.address(arguments.portal)
    ended = signing_in.forget_sign_in(url, mine, arguments.account)
    if terminal.json:
        told_portal = ended.was_signed_in and ended.told
        terminal.document({"portal": url, "was_signed_in": ended.was_signed_in, "told_portal": told_portal})
    terminal.say("You are signed out." if ended.was_signed_in else "Nobody was signed in here.")
    if not ended.told:
        terminal.complain("The portal could not be told, but the sign-in is gone from this computer.")
    return DONE
