"""`scanshelf import SOURCE`: put it on the shelf."""

from __future__ import annotations

import argparse

from app.build import Workers, open_library
from app.cli.run import DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.summaries import import_words, problem_words, question_words, shared_words
from app.cli.terminal import Terminal
from app.messages import Messages
from app.places import library_folder
from core.errors import SourceError
from importer.importing import import_files
from importer.people import questions_of
from importer.plan import ImportPlan, make_plan
from importer.reasons import may_hold_more
from importer.receipt import ImportReport, ImportStopped, import_to_json
from importer.report import scan_to_json
from importer.results import ScanResult
from importer.scan import scan
from importer.sources import open_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("source", metavar="SOURCE", help="a folder, drive, DICOMDIR, .iso, .zip, .tar.gz or other file")
    parser.add_argument("--patient", metavar="KEY", action="append", help="import this person (key as `scan` shows it)")
    parser.add_argument("--study", metavar="UID", action="append", help="import this study alone")
    parser.add_argument("--yes", action="store_true", help="import every person on the source")


def run(arguments: argparse.Namespace) -> int:
    """Scan, choose, copy and check; what was kept stays kept whatever ends the import."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    source = open_source(arguments.source)
    library = open_library(library_folder(arguments.library))
    terminal.tell_recovered(library.recovered)
    job = terminal.job()
    try:
        with Workers(decode_workers=1) as workers:
            media = workers.media(source, library.incoming)
            found = scan(source, media, workers, job)
            try:
                plan = make_plan(found, arguments.patient, arguments.study, everything=arguments.yes)
            except SourceError as problem:
                return _not_chosen(terminal, found, problem)
            try:
                report = import_files(plan, library, media, workers, job)
            except ImportStopped as stopped:
                report = stopped.report
    finally:
        library.close()
    return _tell(terminal, plan, report)


def _tell(terminal: Terminal, plan: ImportPlan, report: ImportReport) -> int:
    if terminal.json:
        terminal.document({**scan_to_json(plan.scan), **import_to_json(report)})
    else:
        for line in import_words(report):
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
        terminal.explain(SourceError("no-images:unseen") if unseen else problem)
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
