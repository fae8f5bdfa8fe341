"""`scanshelf verify`: check every file and row of the shelf, or make the index again."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.actions import verifying
from app.build import Workers, open_library, open_to_read
from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.terminal import Terminal
from app.places import library_folder
from app.words.english_numbers import counted
from app.words.messages import Messages
from library.report import to_json

if TYPE_CHECKING:
    from library.report import Problem

# All else that is found wrong is a row, record or table that is not as it was written: "changed".
_CODES = {"object-missing": "missing", "object-unreferenced": "unlisted"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("--rebuild", action="store_true", help="make the index again from the files on the shelf")


def run(arguments: argparse.Namespace) -> int:
    """Re-read every object and row; with --rebuild the index is made anew first."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    job = terminal.job()
    opened = open_library if arguments.rebuild else open_to_read
    with opened(library_folder(arguments.library)) as library:
        terminal.tell_recovered(library.recovered)
        if arguments.rebuild:
            with Workers(decode_workers=1) as workers:
                found = verifying.rebuild(library, workers, job)
        else:
            found = verifying.verify(library, job)
    report, problems = found.report, found.problems
    if terminal.json:
        terminal.document(to_json(report) | {"problems": [_to_json(problem) for problem in problems]})
    else:
        _say(terminal, report.objects, problems)
    return DONE_WITH_PROBLEMS if problems else DONE


def _to_json(problem: Problem) -> dict[str, Any]:
    """Write a finding with the code of the closed list that says it, and the finding itself beside it."""
    return asdict(problem) | {"code": _CODES.get(problem.code, "changed"), "finding": problem.code}


def _say(terminal: Terminal, objects: int, problems: Sequence[Problem]) -> None:
    if not problems:
        terminal.say(counted("(The|Both|All %n) file(s) on your shelf (is|are) as (it was|they were) kept.", objects))
        return
    messages = Messages()
    for code, count in Counter(problem.code for problem in problems).items():
        terminal.say(f"{count:,} of {objects:,}: {messages.finding(code)}")
        for problem in problems:
            if problem.code == code:
                terminal.say(f"    {problem.sop_instance_uid or ''} {problem.detail}".rstrip())
