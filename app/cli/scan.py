"""`scanshelf scan SOURCE`: what is on it."""

from __future__ import annotations

import argparse

from app.actions import scanning
from app.build import Workers
from app.cli.summaries import scan_words
from app.cli.terminal import Terminal
from app.places import library_folder
from importer.people.who_is_here import all_problems
from importer.receipts.report import exit_status, scan_to_json
from importer.scan.known import known_to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("source", metavar="SOURCE", help="a folder, drive, DICOMDIR, .iso, .zip, .tar.gz or other file")


def run(arguments: argparse.Namespace) -> int:
    """Scan and tell; nothing is kept and nothing on the source is changed."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    source = scanning.named_source(arguments.source)
    with Workers(decode_workers=1) as workers:
        result = scanning.look_at(source, workers, terminal.job())
    known = scanning.known_in(result, library_folder(arguments.library))
    if terminal.json:
        terminal.document(scan_to_json(result) | {"on_shelf": known_to_json(known)})
    else:
        for line in scan_words(result, known):
            terminal.say(line)
    return exit_status(all_problems(result))
