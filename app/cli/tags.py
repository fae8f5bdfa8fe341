"""`scanshelf tags PATH|UID…`: every DICOM element of files or stored images."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from app.build import Workers
from app.cli.inputs import EXPECTED, Trouble, resolve_inputs, trouble
from app.cli.run import DONE, DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("inputs", metavar="PATH|UID", nargs="+", help="files, or UIDs on the shelf")
    parser.epilog = "JSON: DICOM JSON (PS3.18 F), group 0002 under meta; pixels and long values as length and sha256."


def run(arguments: argparse.Namespace) -> int:
    """List the elements of each input; one that fails is told and does not stop the rest."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    job = terminal.job()
    datasets: list[dict[str, Any]] = []
    problems: list[Trouble] = []
    with Workers(decode_workers=1) as workers:
        for one in resolve_inputs(arguments.inputs, arguments):
            if isinstance(one, Trouble):
                problems.append(one)
                continue
            try:
                datasets.append(workers.decoder.tags(one.content, job))
            except EXPECTED as problem:
                problems.append(trouble(one.argument, problem))
    return _tell(terminal, datasets, problems)


def _tell(terminal: Terminal, datasets: list[dict[str, Any]], problems: list[Trouble]) -> int:
    if terminal.json:
        terminal.document({"datasets": datasets, "problems": [asdict(problem) for problem in problems]})
    else:
        for dataset in datasets:
            _say_elements(terminal, dataset)
    for problem in problems:
        terminal.complain(f"{problem.path}: {problem.code}{f' ({problem.detail})' if problem.detail else ''}")
    if not problems:
        return DONE
    return DONE_WITH_PROBLEMS if datasets else NOT_DONE


def _say_elements(terminal: Terminal, dataset: dict[str, Any]) -> None:
    for tag, element in [*dataset.get("meta", {}).items(), *dataset.items()]:
        if tag != "meta":
            value = json.dumps(element.get("Value", element.get("InlineBinary", "")), ensure_ascii=False)
            terminal.say(f"({tag[:4]},{tag[4:]}) {element.get('vr', '')} {value}")
    terminal.say()
