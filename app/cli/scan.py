"""`scanshelf scan SOURCE`: what is on it."""

from __future__ import annotations

import argparse

from app.build import Workers
from app.cli.summaries import scan_words
from app.cli.terminal import Terminal
from importer.people import all_problems
from importer.report import exit_status, scan_to_json
from importer.scan import scan
from importer.sources import open_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("source", metavar="SOURCE", help="a folder, drive, DICOMDIR, .iso, .zip, .tar.gz or other file")


def run(arguments: argparse.Namespace) -> int:
    """Scan and tell; nothing is kept and nothing on the source is changed."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    source = open_source(arguments.source)
    with Workers(decode_workers=1) as workers:
        result = scan(source, workers.media(source), workers, terminal.job())
    if terminal.json:
        terminal.document(scan_to_json(result))
    else:
        for line in scan_words(result):
            terminal.say(line)
    return exit_status(all_problems(result))
