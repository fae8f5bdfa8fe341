"""`scanshelf demo`: the whole way on a made-up disc, step by step."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.terminal import Terminal
from app.demo.play import demo_folder, play, somebody_looks, stay_open
from app.demo.story import Story
from app.demo.way import Places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("--screenshots", metavar="DIR", type=Path, help="save a PNG of each step (needs no screen)")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="keep disc, shelf and pictures in this folder")


def run(arguments: argparse.Namespace) -> int:
    """Play it; ends with 1 when a figure is not what was put on the disc."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    story = Story(terminal.say)
    stays_open = somebody_looks() and not terminal.json
    shelf = Path(arguments.library).absolute() if arguments.library else None
    with demo_folder(arguments.keep) as folder:
        places = Places.inside(folder, shelf)
        play(places, arguments.screenshots, story, terminal.job())
        status = _tell(terminal, story)
        if status == DONE and stays_open:
            terminal.say("The window opens on this shelf; close it to end the demo.")
            stay_open(places)
    return status


def _tell(terminal: Terminal, story: Story) -> int:
    if terminal.json:
        terminal.document(story.to_json())
    if story.wrong:
        terminal.complain(f"The demo did not go as it should: {len(story.wrong)} figures are wrong.")
        return DONE_WITH_PROBLEMS
    terminal.say("Every figure is what was put on the disc.")
    return DONE
