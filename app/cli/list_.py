"""`scanshelf list`: what is on the shelf."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.build import open_to_read
from app.cli.run import DONE
from app.cli.summaries import shelf_words, unfinished_lines
from app.cli.terminal import Terminal
from app.places import library_folder
from library.report import instances_to_json, series_to_json, studies_to_json, unfinished_to_json
from library.search.vocabulary import PLAIN, Vocabulary

if TYPE_CHECKING:
    from library.shelf import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("--find", metavar="TEXT", help="words of what the shelf shows: names, dates, kinds …")
    parser.add_argument("--level", choices=["study", "series", "instance"], default="study", help="default: study")


def run(arguments: argparse.Namespace) -> int:
    """List what is there; a shelf that is in use or may not be changed can be read."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    folder = library_folder(arguments.library)
    if not folder.exists():
        return _nothing(terminal, arguments.level)
    words = _words() if arguments.find else PLAIN
    with open_to_read(folder) as library:
        terminal.tell_recovered(library.recovered)
        if terminal.json:
            terminal.document(_document(library, arguments.level, arguments.find, words))
            return DONE
        for line in unfinished_lines(library.unfinished()):
            terminal.say(line)
        for line in shelf_words(library.studies(arguments.find, words=words)):
            terminal.say(line)
    return DONE


def _words() -> Vocabulary:
    """Give the words the window shows: what is read there is found here."""
    from app.window.places.shelf.vocabulary import shelf_vocabulary  # Qt takes a while

    return shelf_vocabulary()


def _document(library: Library, level: str, find: str | None, words: Vocabulary) -> dict[str, Any]:
    if level == "series":
        return series_to_json(library.series(find=find, words=words))
    if level == "instance":
        return instances_to_json(library.instances(find=find, words=words))
    return studies_to_json(library.studies(find, words=words)) | {
        "unfinished": unfinished_to_json(library.unfinished())
    }


def _nothing(terminal: Terminal, level: str) -> int:
    if terminal.json:
        unfinished: dict[str, list[str]] = {"unfinished": []} if level == "study" else {}
        terminal.document({{"study": "studies", "series": "series", "instance": "instances"}[level]: [], **unfinished})
    else:
        terminal.say("Your shelf is empty. Put something on it with: scanshelf import FOLDER")
    return DONE
