"""From the words on the command line to one command and its exit status."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from app.cli.terminal import Terminal, WrongUsage
from core.errors import Cancelled, ScanshelfError

DONE, DONE_WITH_PROBLEMS, WRONG_USAGE, NOT_DONE = 0, 1, 2, 3

# Each command is a module of this package with `add_arguments(parser)` and `run(arguments) -> int`.
COMMANDS = {
    "demo": "the whole way on a made-up disc, step by step",
    "media": "discs and drives that are in",
    "scan": "what is on a disc, folder, ISO, ZIP or file",
    "import": "put it on your shelf",
    "list": "what is on your shelf",
    "view": "open the window at a study or file",
    "picture": "save images as PNG (or their stored values)",
    "tags": "every DICOM element of files or stored images",
    "verify": "check every file and row of your shelf",
    "delete": "move studies to the bin",
    "bin": "what is in the bin; restore it or empty it",
    "login": "sign in at your portal, in the browser",
    "logout": "sign out, here and at the portal",
    "whoami": "who is signed in, and where",
    "accounts": "the accounts that are signed in; use another one",
    "open-link": "open what a letter's link is for: an invitation, a new password, a portal",
    "exams": "the exams of your account; download one",
    "upload": "send studies to your account or a DICOMweb server",
    "uploads": "what waits to be sent; send it again or not",
    "share": "share exams with a doctor, look after shares",
    "activity": "what happened with your exams and shares",
    "portal": "run a portal on this computer; invite people to it",
    "selftest": "check that everything the program needs works here",
}
VALUE_OPTIONS = frozenset(
    {"--library", "--portal", "--account", "--token-file"}
)  # common options with a value after them
MODULES = {"import": "import_", "list": "list_", "bin": "bin_", "open-link": "open_link"}


def run(words: Sequence[str]) -> int:
    """Do what `words` ask for; without a command the window opens."""
    logging.getLogger().addHandler(logging.NullHandler())  # stderr is for people; what a log keeps is set up elsewhere
    parser = build_parser(chosen_command(words))
    arguments = parser.parse_args(words)
    if arguments.command is None:
        return run_command("window", arguments)
    return run_command(arguments.command, arguments)


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """Describe all commands, but only the chosen one in full, so that nothing else is imported."""
    parser = argparse.ArgumentParser(
        prog="scanshelf",
        allow_abbrev=False,  # so that the command is found whatever stands before it
        description="Scanshelf brings medical images off old discs, keeps them on your own shelf and shows them. "
        "Without a command it opens its window. Not for diagnosis.",
        epilog="Exit status: 0 all well; 1 done, with problems that are listed; 2 wrong usage; 3 not done at all.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    add_common_options(parser, default=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, purpose in COMMANDS.items():
        child = commands.add_parser(
            name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.", allow_abbrev=False
        )
        add_common_options(child, default=argparse.SUPPRESS)
        if name == command:
            load_command(name).add_arguments(child)
    return parser


def add_common_options(parser: argparse.ArgumentParser, default: object) -> None:
    """Add the options that may stand before or after the command."""
    flag = False if default is None else default
    parser.add_argument("--library", metavar="DIR", default=default, help="the shelf to use (default: yours)")
    parser.add_argument(
        "--json", action="store_true", default=flag, help="one JSON document on stdout, words on stderr"
    )
    parser.add_argument("--quiet", action="store_true", default=flag, help="no progress and no summary in words")
    parser.add_argument("--portal", metavar="URL", default=default, help="the portal to use (default: the last one)")
    parser.add_argument(
        "--account",
        metavar="NAME",
        default=default,
        help="the account's user name (default: the last one used)",
    )
    parser.add_argument(
        "--token-file", metavar="FILE", default=default, help="sign with the token in this owner-only file"
    )


class CommandModule(Protocol):
    """What each command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Describe the command's own arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work; returns the exit status."""


def load_command(name: str) -> CommandModule:
    """Import one command's module."""
    return cast(CommandModule, importlib.import_module(f"app.cli.{MODULES.get(name, name)}"))


def chosen_command(words: Sequence[str]) -> str | None:
    """Return the first word that is neither an option nor the value of one."""
    before = ["", *words]
    for previous, word in zip(before, words, strict=False):
        if not word.startswith("-") and previous not in VALUE_OPTIONS:
            return word if word in COMMANDS else None
    return None


def run_command(name: str, arguments: argparse.Namespace) -> int:
    """Run one command; what ends it becomes one message on stderr and an exit status."""
    if arguments.version:
        from app.version import version

        print(f"scanshelf {version()}")
        return DONE
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    try:
        return load_command(name).run(arguments)
    except WrongUsage as problem:
        terminal.complain(f"scanshelf {name}: {problem}")
        return WRONG_USAGE
    except ScanshelfError as problem:
        terminal.explain(problem)
        return NOT_DONE
    except (Cancelled, KeyboardInterrupt):
        terminal.complain("Stopped. What was finished before is kept; run the same command again to go on.")
        return NOT_DONE
    except BrokenPipeError:
        sys.stderr.close()
        return NOT_DONE
    except OSError as problem:
        _let_go_of_stdout()
        terminal.complain(
            f"scanshelf {name}: this computer refused to read or write: {os.strerror(problem.errno or 0)}."
        )
        return NOT_DONE


def _let_go_of_stdout() -> None:
    """Send what is still unsaid nowhere: where stdout itself failed, the end of the program would fail on it again."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
