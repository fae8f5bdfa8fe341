"""`scanshelf import SOURCE`: put it on the shelf."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.actions import importing, scanning, unfinished
from app.actions.importing import Choice
from app.build import Workers, open_library
from app.cli.run import DONE, DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.summaries import import_words, problem_words, question_words, shared_words, unfinished_lines
from app.cli.terminal import Terminal, WrongUsage
from app.places import library_folder
from app.words.messages import Messages
from app.words.unfinished import sum_words
from core.errors import SourceError
from importer.people.who_is_here import questions_of
from importer.reasons import NO_IMAGES, may_hold_more, nothing_found
from importer.receipts.receipt import import_to_json
from importer.receipts.report import scan_to_json
from library.report import unfinished_to_json

if TYPE_CHECKING:
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from library.index.rows import Unfinished


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument(
        "source", metavar="SOURCE", nargs="?", help="a folder, drive, DICOMDIR, .iso, .zip, .tar.gz or other file"
    )
    parser.add_argument("--patient", metavar="KEY", action="append", help="import this person (key as `scan` shows it)")
    parser.add_argument("--study", metavar="UID", action="append", help="import this study alone")
    parser.add_argument("--yes", action="store_true", help="import every person on the source")
    parser.add_argument("--leave", metavar="ID", help="wait no more for the rest of an import that was cut off")


def run(arguments: argparse.Namespace) -> int:
    """Scan, choose, copy and check; what was kept stays kept whatever ends the import."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.leave:
        return _leave(terminal, arguments)
    if arguments.source is None:
        raise WrongUsage("what shall be imported? Name a SOURCE")
    source = scanning.named_source(arguments.source)
    choice = Choice(arguments.patient, arguments.study, arguments.yes)
    with open_library(library_folder(arguments.library)) as library, Workers(decode_workers=1) as workers:
        terminal.tell_recovered(library.recovered)
        job = terminal.job()
        found = scanning.look_at(source, workers, job, library.incoming)
        try:
            plan = importing.plan_of_choice(found, choice, library)
        except SourceError as problem:
            return _not_chosen(terminal, found, problem)
        for known in unfinished.recognised(found, library):
            terminal.say(f"This goes on where it was: {sum_words(known.unfinished.here, known.unfinished.of)}")
        report = importing.bring_at_once(plan, library, workers, job)
        left = library.unfinished()
    return _tell(terminal, plan, report, left)


def _leave(terminal: Terminal, arguments: argparse.Namespace) -> int:
    """Record that an import that was cut off is to stay as it is."""
    if arguments.source is not None or arguments.patient or arguments.study or arguments.yes:
        raise WrongUsage("--leave stands alone")
    with open_library(library_folder(arguments.library)) as library:
        terminal.tell_recovered(library.recovered)
        left = unfinished.leave(library, arguments.leave)
        if not left:
            raise WrongUsage(f"no unfinished import is called {arguments.leave}; `scanshelf list` names them")
        if terminal.json:
            terminal.document(
                {"left": unfinished_to_json(left), "unfinished": unfinished_to_json(library.unfinished())}
            )
    terminal.say("It stays as it is. What is on your shelf stays there.")
    return DONE


def _tell(terminal: Terminal, plan: ImportPlan, report: ImportReport, left: list[Unfinished]) -> int:
    if terminal.json:
        more = {"unfinished": unfinished_to_json(left)}
        terminal.document({**scan_to_json(plan.scan), **import_to_json(report), **more})
    else:
        for line in import_words(report):
            terminal.say(line)
        for line in unfinished_lines(one for one in left if one.import_id != report.import_id):
            terminal.say(line)
    if report.end == "complete":
        return report.exit_status
    return DONE_WITH_PROBLEMS if report.imported or report.already else NOT_DONE


def _not_chosen(terminal: Terminal, found: ScanResult, problem: SourceError) -> int:
    """Tell what is there when nothing of it was imported: no images, or several persons and no choice."""
    if terminal.json:
        nothing = {"imported": 0, "already": 0, "conflicts": 0, "damaged": 0, "receipt": None}
        terminal.document({**scan_to_json(found), **nothing, "code": problem.code})
    questions = questions_of(found.patients)
    deleted = problem.facts.get("only") == "deleted"
    one = problem.code == "several-patients" and len(questions) == 1
    unseen = problem.code == "no-images" and not deleted and may_hold_more(found.problems)
    if deleted:
        terminal.complain(Messages().for_code("only-deleted").as_text())
    elif one:
        terminal.complain(Messages().for_code("one-person-perhaps").as_text())
    else:
        none = problem.code == NO_IMAGES
        terminal.explain(SourceError(nothing_found(found.problems)) if none else problem)
    if unseen:
        for line in problem_words(found.problems):
            terminal.complain(line)
    if deleted or problem.code == "several-patients":
        for question in questions:
            for line in question_words(question):
                terminal.complain(line)
        for line in shared_words(found.patients):
            terminal.complain(line)
        terminal.complain("")
        everyone = "" if deleted else ", or --yes for all of them"
        together = " Keys that are perhaps one person, chosen together, are kept as one person." if one else ""
        terminal.complain(f"Choose with --patient KEY (as often as needed){everyone}.{together}")
    return NOT_DONE
