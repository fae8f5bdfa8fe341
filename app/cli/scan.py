"""`scanshelf scan SOURCE`: what is on it."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.build import Workers, open_library
from app.cli.summaries import scan_words
from app.cli.terminal import Terminal
from app.places import library_folder
from core.errors import LibraryError
from importer.people.persons import all_problems
from importer.receipts.report import exit_status, scan_to_json
from importer.results import ScanResult
from importer.scan.known import Known, known_of_nothing, known_on_shelf, known_to_json
from importer.scan.scanning import scan
from importer.sources.opening import open_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("source", metavar="SOURCE", help="a folder, drive, DICOMDIR, .iso, .zip, .tar.gz or other file")


def run(arguments: argparse.Namespace) -> int:
    """Scan and tell; nothing is kept and nothing on the source is changed."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    source = open_source(arguments.source)
    with Workers(decode_workers=1) as workers:
        result = scan(source, workers.media(source), workers, terminal.job())
    known = _known(result, library_folder(arguments.library))
    if terminal.json:
        terminal.document(scan_to_json(result) | {"on_shelf": known_to_json(known)})
    else:
        for line in scan_words(result, known):
            terminal.say(line)
    return exit_status(all_problems(result))


def _known(result: ScanResult, folder: Path) -> Known | None:
    """Ask the shelf, where there is one that can be read, how much of the source it seems to hold; nothing is made."""
    if not folder.joinpath("library.db").exists():
        return known_of_nothing(result)
    try:
        with open_library(folder, read_only=True) as library:
            return known_on_shelf(result, library)
    except LibraryError:  # it says so itself when it is asked for something
        return None
