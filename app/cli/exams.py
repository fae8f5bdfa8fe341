"""`scanshelf exams`: what the account holds; `exams get ID --to DIR` brings one here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.portal_account import exam_id_of, signed_in
from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.summaries import shown_date
from app.cli.terminal import Terminal, WrongUsage
from app.words.english_numbers import counted
from app.words.moments import moment_words
from dicom.amounts import amount_words
from portal.exam_amounts import all_mixed, exam_amount
from portal.exam_names import exam_name
from portal.whole_words import away_sentences, here_words, wholeness_sentences
from portal.wire.exams import Exam, Report
from portal.wire.json_values import to_json
from portal.wire.wholeness import together

if TYPE_CHECKING:
    from portal.client.account import Portal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("action", nargs="?", choices=["list", "get"], default="list", help="default: list")
    parser.add_argument("exam", metavar="ID", nargs="?", help="with get: the exam's id, or a Study Instance UID of it")
    parser.add_argument("--to", metavar="DIR", help="with get: where images and report go")


def run(arguments: argparse.Namespace) -> int:
    """List the exams, or download one."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    wants_one = arguments.action == "get"
    if wants_one and not (arguments.exam and arguments.to):
        raise WrongUsage("say which exam and where to: exams get ID --to DIR.")
    if not wants_one and (arguments.exam or arguments.to):
        raise WrongUsage("to download an exam: exams get ID --to DIR.")
    with signed_in(arguments, terminal) as portal:
        if wants_one:
            return _get(terminal, portal, arguments.exam, Path(arguments.to).expanduser())
        return _list(terminal, portal.exams())


def _list(terminal: Terminal, exams: list[Exam]) -> int:
    if terminal.json:
        terminal.document({"exams": [to_json(exam) for exam in exams]})
    elif not exams:
        terminal.say("Your account holds no exams yet. Send some: scanshelf upload UID")
    else:
        for exam in exams:
            for line in exam_words(exam):
                terminal.say(line)
    return DONE


def _get(terminal: Terminal, portal: Portal, name: str, folder: Path) -> int:
    exam = portal.exam(exam_id_of(portal, name))
    came = portal.download_exam(exam, folder, terminal.job())
    files = came.files
    images = [file for file in files if file.suffix == ".dcm"]
    report = next((str(file) for file in files if file.suffix == ".pdf"), None)
    if terminal.json:
        said = {"exam": exam.id, "to": str(folder), "instances": len(images), "damaged": came.damaged, "report": report}
        terminal.document({**said, "files": [str(file) for file in files]})
    there = counted("%n file(s) of “{title}” (is|are)", len(images)).replace("{title}", str(exam_name(exam)))
    terminal.say(f"{there} in {folder}.")
    if came.damaged:
        terminal.say(counted("%n file(s) (is|are) damaged on the portal and could not be fetched.", came.damaged))
    if away := " ".join(away_sentences(together(study.wholeness for study in exam.studies))):
        terminal.say(away)
    if waiting := report_words(exam.report):
        terminal.say(waiting)
    return DONE_WITH_PROBLEMS if came.damaged else DONE


def exam_words(exam: Exam) -> list[str]:
    """Say what an exam is, how much of it is there, where its report is, and its id."""
    whole = together(study.wholeness for study in exam.studies)
    images = amount_words(exam_amount(exam), counted)
    if whole is not None and whole.here < whole.of:
        images = here_words(whole)
    facts = [images, "added by you" if exam.origin == "upload" else None, report_words(exam.report)]
    if exam.shares:
        facts.append(counted("shared %n time(s)", exam.shares))
    if not exam.shareable:
        facts.append("cannot be shared yet")
    about = "  ".join(part for part in (shown_date(exam.exam_date), str(exam_name(exam))) if part)
    told = " ".join(wholeness_sentences(whole, exam.origin, amount=all_mixed(exam_amount(exam), counted)))
    return [f"{about}: {', '.join(fact for fact in facts if fact)}", f"    {told}", f"    {exam.id}"]


def report_words(report: Report) -> str | None:
    """Say where the report is, where one is to come."""
    if report.state == "not-expected":
        return None
    if report.state == "released":
        return "the report is there"
    if report.available_at:
        return f"Report is Unavailable (it will be there on {moment_words(report.available_at)})"
    return "Report is Unavailable"
