"""`scanshelf bin`: what is in the bin; restore it or empty it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.build import open_library, open_to_read
from app.cli.run import DONE
from app.cli.summaries import shown_date
from app.cli.terminal import Terminal, WrongUsage
from app.places import library_folder
from app.words.english_numbers import counted
from dicom.amounts import amount_words
from dicom.people.names import display_name
from library.report import bin_to_json, to_json

if TYPE_CHECKING:
    from library.index.rows import BinEntry
    from library.shelf import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("action", nargs="?", choices=["restore", "empty"], help="without one the bin is listed")
    parser.add_argument("uids", metavar="UID", nargs="*", help="what to restore: UIDs, or ids of the list")
    parser.add_argument("--yes", action="store_true", help="needed with empty")


def run(arguments: argparse.Namespace) -> int:
    """List, restore or empty the bin."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    _check(arguments)
    folder = library_folder(arguments.library)
    if arguments.action is None:
        with open_to_read(folder) as library:
            return _list(terminal, library)
    with open_library(folder) as library:
        report = library.restore(arguments.uids) if arguments.action == "restore" else library.empty()
    if terminal.json:
        terminal.document(to_json(report))
    else:
        done = "back on your shelf" if arguments.action == "restore" else "gone for good"
        terminal.say(f"{counted('%n file(s)', report.instances)}: {done}.")
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    if arguments.action == "empty" and not arguments.yes:
        raise WrongUsage("emptying the bin deletes for good: add --yes if that is meant.")
    if arguments.action == "empty" and arguments.uids:
        raise WrongUsage("empty takes no UIDs: it empties the whole bin.")
    if arguments.action == "restore" and not arguments.uids:
        raise WrongUsage("say what to restore: a UID or an id of the list.")


def _list(terminal: Terminal, library: Library) -> int:
    entries = library.bin()
    if terminal.json:
        terminal.document(bin_to_json(entries))
    elif not entries:
        terminal.say("The bin is empty.")
    else:
        for entry in entries:
            terminal.say(_line(entry))
            terminal.say(f"    {entry.uid}")
    return DONE


def _line(entry: BinEntry) -> str:
    born = f"born {shown_date(entry.patient_birth_date)}" if entry.patient_birth_date else ""
    person = ", ".join(
        part
        for part in (display_name(entry.patient_name), born, f"ID {entry.patient_id}" if entry.patient_id else "")
        if part
    )
    about = [person, shown_date(entry.study_date), entry.study_description]
    images = amount_words(entry.amount, counted)
    return f"{'  '.join(part for part in about if part)}: {images}, until {entry.expires_at[:10]}"
