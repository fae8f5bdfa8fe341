"""`scanshelf media`: discs and drives that are in."""

from __future__ import annotations

import argparse

from app.actions.scanning import media_in
from app.cli.run import DONE
from app.cli.terminal import Terminal
from importer.sources.media import media_to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = 'JSON: {"media": [{"path", "label", "kind", "file_system"}]}'


def run(arguments: argparse.Namespace) -> int:
    """Tell what is in; nothing on a medium is read."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    media = media_in()
    if terminal.json:
        terminal.document(media_to_json(media))
    elif not media:
        terminal.say("No disc, stick or other drive is in.")
    else:
        for medium in media:
            terminal.say(f"{medium.label}  ({medium.kind})  {medium.path}")
    return DONE
