"""`scanshelf view UID|PATH…`: the window, at that study or file."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.build import open_to_read
from app.cli.window import open_window_at
from app.places import library_folder, names_a_place
from core.errors import LibraryError, SourceError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("inputs", metavar="UID|PATH", nargs="+", help="a study, series or image on the shelf, or files")


def run(arguments: argparse.Namespace) -> int:
    """Open the window there; what is named by a path is looked at, not imported."""
    folder = library_folder(arguments.library)
    uids = [word for word in arguments.inputs if not names_a_place(word)]
    for path in (word for word in arguments.inputs if word not in uids and not Path(word).exists()):
        raise SourceError("source-absent", path=path)
    if uids and not folder.exists():
        raise LibraryError("not-on-shelf")
    if uids:
        with open_to_read(folder) as library:
            for uid in uids:
                library.instance_refs(uid)
    return open_window_at(arguments, arguments.inputs)
