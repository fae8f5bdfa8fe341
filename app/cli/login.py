"""`scanshelf login`: sign in at a portal."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from app.actions import signing_in
from app.actions.signing_in import Access, OpenAccount
from app.cli.browser import open_in_browser
from app.cli.portal_account import LOCAL, access, warn
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage

if TYPE_CHECKING:
    from core.job import Job
    from portal.client.account import Portal
    from portal.client.signing_in.device import DeviceCode
    from portal.client.signing_in.vault import Vault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("--device", action="store_true", help="type a short code on another device instead")
    parser.add_argument("--activation-code", metavar="CODE", help="open the page on which a new account is made")
    parser.add_argument("address", metavar="URL", nargs="?", help="the portal, as with --portal")


def run(arguments: argparse.Namespace) -> int:
    """Sign in, in the browser or with a code; ends when that is done."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.device and arguments.activation_code:
        raise WrongUsage("an activation code is typed in a browser: leave --device out.")
    mine = access()
    warn(mine, terminal)
    url = mine.address(arguments.address or arguments.portal)
    signing_in.ask_portal(url)
    job = terminal.job()
    home = signing_in.enter(_sign_in(arguments, url, mine, terminal, job), mine, job)
    home.portal.close()
    _tell(terminal, home, mine.vault())
    return DONE


def _sign_in(arguments: argparse.Namespace, url: str, mine: Access, terminal: Terminal, job: Job) -> Portal:
    if arguments.device:
        return signing_in.sign_in_elsewhere(url, lambda code: _show(terminal, code), mine, job)
    return signing_in.sign_in(url, lambda address: _open(terminal, address), mine, job, arguments.activation_code)


def _tell(terminal: Terminal, home: OpenAccount, vault: Vault) -> None:
    portal, account = home.about, home.account
    if terminal.json:
        said = {"portal": home.portal.url, "name": portal.portal, "user_name": account.user_name}
        terminal.document({**said, "lasting": vault.lasting, "local": portal.local})
    terminal.say(f"You are signed in at {portal.portal} as {account.user_name}.")
    if portal.local:
        terminal.say(LOCAL)
    _say_how_long(terminal, vault)


def _open(terminal: Terminal, address: str) -> bool:
    """Open the browser, or show the address so that it can be typed."""
    opened = open_in_browser(address)
    if opened:
        terminal.say("Your browser opens. Sign in there; Scanshelf waits.")
    else:
        terminal.complain("No browser could be opened here. Open this address in a browser on this computer:")
        terminal.complain(address)
        terminal.complain("On another device instead: scanshelf login --device")
    return opened


def _show(terminal: Terminal, code: DeviceCode) -> None:
    """Say where to type which code; with --json as a line of its own before the document."""
    words = f"Open {code.verification_uri} on any device and type this code: {code.user_code}"
    if terminal.json:
        said = {"verification_uri": code.verification_uri, "user_code": code.user_code}
        more = {"verification_uri_complete": code.verification_uri_complete, "expires_in": code.expires_in}
        sys.stdout.write(json.dumps({**said, **more}) + "\n")
        sys.stdout.flush()
        terminal.say(words)
    terminal.hand_over(words)
    terminal.say("Scanshelf waits until that is done.")


def _say_how_long(terminal: Terminal, vault: Vault) -> None:
    if vault.kind == "none":
        terminal.complain(
            "This computer has no keyring that can be used, so the sign-in ends with this command. "
            "Use the window, or a token: --token-file FILE."
        )
