"""`scanshelf open-link URL`: the link of a practice's letter leads to the right portal."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.actions import signing_in
from app.build import Workers
from app.cli import login
from app.cli.browser import open_in_browser
from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.terminal import Terminal, WrongUsage
from app.cli.window import open_window_at
from app.screen import has_screen
from core.job import QuietJob

if TYPE_CHECKING:
    from portal.client.letter_links import LetterLink


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("link", metavar="URL", nargs="?", help="as it stands in the letter")
    parser.add_argument("--picture", metavar="FILE", help="a photo or screenshot of the letter, with its QR code")
    parser.add_argument("--terminal", action="store_true", help="open no window, also where there is a screen")


def run(arguments: argparse.Namespace) -> int:
    """Open the window at that portal; without one, sign in there or let the browser show the page."""
    letter = _letter(arguments)
    if has_screen() and not (arguments.terminal or arguments.json):
        return open_window_at(arguments, [letter.link])
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.picture:
        terminal.say(f"The code in the picture leads to {letter.portal}")
    if letter.kind in {"activation", "portal"}:
        arguments.address, arguments.device, arguments.activation_code = letter.portal, False, letter.code
        return login.run(arguments)
    opened = open_in_browser(letter.link)
    if terminal.json:
        terminal.document({"kind": letter.kind, "portal": letter.portal, "opened": opened})
    if not opened:
        terminal.complain("No browser could be opened here. Open this address in a browser:")
        terminal.complain(letter.link)
    elif letter.kind == "recovery":
        terminal.say(f"Choose your new password in the browser. Then: scanshelf login {letter.portal}")
    else:
        terminal.say("The images somebody shared with you open in the browser; that needs no account.")
    return DONE if opened else DONE_WITH_PROBLEMS


def _letter(arguments: argparse.Namespace) -> LetterLink:
    """Read what was typed, or in a worker what was photographed."""
    if bool(arguments.link) == bool(arguments.picture):
        raise WrongUsage("name either the link or --picture FILE.")
    if arguments.link:
        return signing_in.read_letter(arguments.link)
    with Workers(decode_workers=1) as workers:
        return signing_in.read_letter_picture(arguments.picture, workers, QuietJob())
