"""`scanshelf logout`: end the sign-in, here and at the portal."""

from __future__ import annotations

import argparse
import os

from app.cli.portal_account import loud_vault
from app.cli.run import DONE
from app.cli.terminal import Terminal
from app.portal_access import known_portals
from portal.client.signing_in.signed_in import SignedIn


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Forget the sign-in here in any case, and tell the portal where it can be reached."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    known, vault = known_portals(), loud_vault(terminal)
    url = known.address(arguments.portal, os.environ)
    was_signed_in = vault.read(url) is not None
    told = SignedIn(url, vault).sign_out()
    known.note_signed_out(url)
    if terminal.json:
        terminal.document({"portal": url, "was_signed_in": was_signed_in, "told_portal": was_signed_in and told})
    terminal.say("You are signed out." if was_signed_in else "Nobody was signed in here.")
    if not told:
        terminal.complain("The portal could not be told, but the sign-in is gone from this computer.")
    return DONE
