"""How an import went, in words: its headline, its receipt, and what was left where it is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.window.appearance.formats import name_words
from app.window.places.discs.words import (
    DAMAGED,
    in_tone,
    person_lines,
    person_said,
    problem_lines,
    problem_of,
    shared_line,
    words,
)
from app.words.completed import completed_words
from app.words.listed import told_apart
from app.words.messages import Messages
from app.words.translating import tr
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.parts import Tone
from dicom.amounts import Amount, all_words, amount_of_instances, amount_words
from importer.reasons import may_hold_more, word_key
from importer.sources.names import shown
from importer.ui.summary import ProblemLine, Receipt, ReceiptLine, total_of, worst_tone

if TYPE_CHECKING:
    from dicom.model import Patient
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport

PERSONS_SHOWN = 3
_COMPLETED = {
    "completed": tr("completed: damaged on another disc, whole now"),
    "combined": tr("put together from two damaged copies, whole now"),
    "covered": tr("damaged here, whole on your shelf"),
    "reduced": tr("also there as a smaller copy, which is kept aside"),
}


def completed_lines(report: ImportReport) -> tuple[ProblemLine, ...]:
    """Write which images are whole thanks to another copy."""
    found = completed_words(report.completions, report.plan.scan.source.label, words)
    return tuple(ProblemLine("good", said.what, said.means, said.do) for _, _, said in found)


def ended_and_problems(messages: Messages, report: ImportReport) -> tuple[ProblemLine, ...]:
    """Write what ended an import before it was complete, then its files' problems; red where nothing was kept."""
    problems = problem_lines(messages, report.of_files, report.listings)
    if not report.plan.leaves_persons:
        problems = (*shared_line(messages, report.plan.scan.patients), *problems)
    if report.end != "complete":
        problems = (problem_of(messages, report.end, "loss"), *problems)
    return in_tone("amber" if kept_of(report)[0] else "loss", problems)


def kept_of(report: ImportReport) -> tuple[int, int]:
    """Count the images that are on the shelf now, and of how many the source told."""
    totals = report.plan.scan.totals
    otherwise = report.plan.scan.listings.here_under_another_name
    if report.plan.leaves_persons:
        gone = [one for series in report.listings.series for one in series.absent]
        beside = sum(one.instead != "other-person" for one in gone)
    else:
        beside = totals.missing - otherwise + totals.unreadable
    return report.imported + report.already, report.planned + beside


def headline(report: ImportReport) -> str:
    """Say the sum of an import in one sentence."""
    kept, of = kept_of(report)
    chosen = _kept_persons(report)
    damaged = _damaged(report)
    planned = planned_amount(report)
    whole = all_words(planned.among(kept), counted_said)
    and_damaged = words("; %n of them (is|are) damaged", damaged) if damaged else ""
    if kept == of and len(chosen) == 1 and report.plan.leaves_persons:
        said = words("{all} of {name} (is|are) on your shelf", kept)
        name = isolated(name_words(chosen[0].patient_name, guessed=bool(chosen[0].doubtful_name)))
        return said.format(all=whole, name=name) + and_damaged
    if kept == of and _unseen(report):
        said = words("{all} found (is|are) on your shelf; not everything could be looked into", kept)
        return said.format(all=whole) + and_damaged
    if kept == of:
        return words("{all} (is|are) on your shelf", kept).format(all=whole) + and_damaged
    said = words("{kept} of %n image(s) (is|are) on your shelf", of)
    if planned.besides:
        said = words("{kept} of %n images, reports and other files (is|are) on your shelf", of)
    return said.format(kept=f"{kept:,}") + and_damaged


def planned_amount(report: ImportReport) -> Amount:
    """Count what an import was to bring as people count it."""
    return amount_of_instances(item.instance for item in report.plan.items).among(report.planned)


def _damaged(report: ImportReport) -> int:
    """Count the images that were kept as they are, damaged, and of which no whole copy is on the shelf."""
    kept = {item.kept_path for item in report.plan.items}
    return len({one.path for one in report.of_files if one.code in DAMAGED and one.path in kept})


def _unseen(report: ImportReport) -> bool:
    """Tell whether more may lie in what was not looked into; an image that ends too early is looked into."""
    images = {shown(path) for one in report.plan.scan.instances() for path in (one.path, *one.duplicates)}
    return may_hold_more(one for one in report.plan.scan.problems if one.path not in images)


def receipt(messages: Messages, source_id: str, title: str, when: str, report: ImportReport) -> Receipt:
    """Write the receipt of an import."""
    problems = ended_and_problems(messages, report)
    tone = _receipt_tone(report, problems)
    facts = [words("Kept for {person}").format(person=person_said(patient)) for patient in _kept_persons(report)]
    from importer.receipts.receipt import receipt_of

    document = json.dumps(receipt_of(report), indent=1, ensure_ascii=False)
    problems = (*problems, *completed_lines(report))
    lines = tuple(_receipt_lines(messages, report, "loss" if tone == "loss" else "amber"))
    return Receipt(source_id, f"{title} · {when}", headline(report), tone, lines, problems, document, tuple(facts))


def left_behind_words(report: ImportReport) -> str:
    """Say whose images were left where they are; for the card alone, which named them before: no receipt does."""
    others, deleted = report.plan.of_others, report.plan.deleted
    said = []
    if others:
        lines = person_lines(report.plan.leaves_persons)
        names = [isolated(line.name) for line in lines]
        left = words("{amount} of {name} (was|were) left where (it is|they are), as you chose.", others)
        if len(lines) != 1:
            left = words("{amount} of others (was|were) left where (it is|they are), as you chose: {name}.", others)
            names = [f"{name} {line.images:,}" for name, line in zip(names, lines, strict=True)]
        left = left.replace("{amount}", amount_words(total_of(lines).among(others), counted_said))
        more = [words("and %n other person(s)", len(names) - PERSONS_SHOWN)] if len(names) > PERSONS_SHOWN else []
        said.append(left.replace("{name}", ", ".join([*names[:PERSONS_SHOWN], *more])))
    if deleted:
        said.append(words("%n deleted file(s) in a recycle bin (was|were) left there.", deleted))
    return " ".join(said)


def _receipt_tone(report: ImportReport, problems: Sequence[ProblemLine]) -> Tone:
    """Say how an import went as a whole: red where nothing was kept, never calmer than what is told of its files."""
    kept, of = kept_of(report)
    if kept < of and not kept:
        return "loss"
    short = kept < of or report.end != "complete" or report.still_damaged > 0
    short = short or bool(report.conflicts or report.listings.series) or _unseen(report)
    return "amber" if short else worst_tone(problems)


def brought_words(plan: ImportPlan) -> str:
    """Say whose images an import brings: the person with all that tells namesakes apart, or how many persons."""
    persons = _persons_of(plan, (*plan.persons, *plan.deleted_of))
    if len(persons) > 1:
        return words("%n person(s)", len(persons))
    return person_said(persons[0]) if persons else ""


def _kept_persons(report: ImportReport) -> list[Patient]:
    """List the persons an import was for, each once."""
    return _persons_of(report.plan, report.plan.persons)


def _persons_of(plan: ImportPlan, persons: Sequence[str]) -> list[Patient]:
    from importer.people.who_is_here import questions_of

    questions = questions_of(plan.scan.patients)
    chosen = ([patient for patient in one.persons if patient.key in persons] for one in questions)
    return [found[0] for found in chosen if found]


def _receipt_lines(messages: Messages, report: ImportReport, lost: Tone) -> Iterable[ReceiptLine]:
    scan = report.plan.scan
    if scan.listed is not None:
        yield ReceiptLine(scan.listed, words("listed in its table of contents"))
    yield ReceiptLine(report.imported, words("new on your shelf, and checked"), "good" if report.imported else "")
    if report.already:
        yield ReceiptLine(report.already, words("were on your shelf already"), "good")
    for how, count, _ in completed_words(report.completions, report.plan.scan.source.label, words):
        yield ReceiptLine(count, words(_COMPLETED[how]), "good")
    if report.plan.of_others:
        yield ReceiptLine(report.plan.of_others, words("of other persons, left where they are as you chose"))
    if report.plan.deleted:
        yield ReceiptLine(report.plan.deleted, words("deleted ones in a recycle bin, left where they are"))
    if report.left:
        yield ReceiptLine(report.left, words("not reached yet: put it in again, and it goes on from there"), "amber")
    counts: dict[str, int] = defaultdict(int)
    for problem in told_apart(report.of_files):
        counts[word_key(problem)] += 1
    order = {"loss": 0, "amber": 1, "quiet": 2}
    for code in sorted(counts, key=lambda code: order[messages.tone(code)]):
        label = messages.file_label(code)
        yield ReceiptLine(counts[code], label[:1].lower() + label[1:], file_tone(messages, code, lost))


def file_tone(messages: Messages, code: str, lost: Tone) -> Tone:
    """Give the tone of files of one code in a receipt, in which what is lost is told in the tone `lost`."""
    tone = messages.tone(code)
    return "" if tone == "quiet" else lost if tone == "loss" else tone
