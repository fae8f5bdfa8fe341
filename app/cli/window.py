"""`scanshelf` without a command: the window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from app.cli.run import NOT_DONE
from app.cli.terminal import Terminal
from app.places import library_folder, settings_folder
from app.screen import has_screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: the window is opened by naming no command."""


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    return open_window_at(arguments, ())


def open_window_at(arguments: argparse.Namespace, words: Sequence[str]) -> int:
    """Open the window, at these studies or files if any are named."""
    if not has_screen():
        terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
        terminal.complain(
            "There is no screen here to open a window on. The commands work without one: scanshelf --help lists them."
        )
        return NOT_DONE
    from app.window.starting.open import open_window

    return open_window(library_folder(arguments.library), settings_folder(), words)
