"""`scanshelf view UID|PATH…`: the window, at that study or file."""

from __future__ import annotations

import argparse

from app.cli.window import open_window_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("inputs", metavar="UID|PATH", nargs="+", help="a study, series or image on the shelf, or files")


def run(arguments: argparse.Namespace) -> int:
    """Open the window there; what is named by a path is looked at, not imported."""
    return open_window_at(arguments, arguments.inputs)
