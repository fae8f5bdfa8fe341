"""`scanshelf login`: sign in at a portal."""

from __future__ import annotations

import argparse
import json
import os
import sys

from app.cli.browser import open_in_browser
from app.cli.portal_account import LOCAL, loud_vault
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage
from app.portal_access import known_portals
from portal.client.account import Portal
from portal.client.connecting.connection import Connection
from portal.client.known_portals import KnownPortal
from portal.client.signing_in.device import DeviceCode, device_sign_in
from portal.client.signing_in.sign_in import sign_in
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import Vault
from portal.wire import Account, WellKnown


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
    known, vault = known_portals(), loud_vault(terminal)
    url = known.address(arguments.address or arguments.portal, os.environ)
    with Connection(url) as connection:
        portal = Portal(connection).well_known()
    with Connection(url, _sign_in(arguments, url, vault, terminal)) as connection:
        account = Portal(connection).whoami()
    known.note(KnownPortal(url, portal.portal, account.user_name))
    _tell(terminal, url, portal, account, vault)
    return DONE


def _sign_in(arguments: argparse.Namespace, url: str, vault: Vault, terminal: Terminal) -> SignedIn:
    job = terminal.job()
    if arguments.device:
        return device_sign_in(url, lambda code: _show(terminal, code), job, vault=vault)
    return sign_in(url, lambda address: _open(terminal, address), job, arguments.activation_code, vault=vault)


def _tell(terminal: Terminal, url: str, portal: WellKnown, account: Account, vault: Vault) -> None:
    if terminal.json:
        said = {"portal": url, "name": portal.portal, "user_name": account.user_name}
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
