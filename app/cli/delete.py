"""`scanshelf delete UID…`: move studies, series or images to the bin."""

from __future__ import annotations

import argparse

from app.build import open_library
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage
from app.places import library_folder
from app.words.english_numbers import counted
from library.report import to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("uids", metavar="UID", nargs="+", help="of a study, series or SOP instance")
    parser.add_argument("--now", action="store_true", help="not to the bin: gone for good")
    parser.add_argument("--yes", action="store_true", help="needed with --now")


def run(arguments: argparse.Namespace) -> int:
    """Move to the bin, where it waits 30 days; with --now --yes it is gone at once."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.now and not arguments.yes:
        raise WrongUsage("--now deletes for good: add --yes if that is meant.")
    with open_library(library_folder(arguments.library)) as library:
        report = library.delete(arguments.uids, now=arguments.now)
    if terminal.json:
        terminal.document(to_json(report))
    else:
        where = "gone for good" if arguments.now else "in the bin for 30 days (scanshelf bin restore UID)"
        terminal.say(f"{counted('%n file(s)', report.instances)}: {where}.")
    return DONE
