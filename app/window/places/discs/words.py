"""Scans and imports in the words of "Discs & drives"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.actions.importing import DELETED
from app.window.look.formats import (
    born_words,
    date_words,
    id_words,
    kind_words,
    left_words,
    name_words,
    person_words,
    sex_words,
    size_words,
    study_words,
)
from app.window.look.person_buttons import given_name
from app.words.completed import completed_words
from app.words.listed import SERIES_SHOWN, other_name_words, series_sentences, told_apart
from app.words.messages import NAMELESS, Messages, Words
from app.words.translating import tr
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.parts import Tone
from dicom.amounts import Amount, amount_of_instances, amount_words
from importer.reasons import may_hold_more, word_key
from importer.sources.names import shown
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, Receipt, ReceiptLine, StudyLine, total_of, worst_tone

if TYPE_CHECKING:
    from dicom.model import Patient, Rejection, Study
    from importer.listing_rows import Listings
    from importer.people.persons import Question
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult

PATHS_SHOWN = 200
PERSONS_SHOWN = 3
_COMPLETED = {
    "completed": tr("completed: damaged on another disc, whole now"),
    "combined": tr("put together from two damaged copies, whole now"),
    "covered": tr("damaged here, whole on your shelf"),
    "reduced": tr("also there as a smaller copy, which is kept aside"),
}


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Discs", text, None, n)


DAMAGED = frozenset({"truncated", "header-damaged"})


def person_lines(patients: Sequence[Patient], *, deleted: bool = False) -> tuple[PersonLine, ...]:
    """Write the persons of a scan, or with `deleted` those with images in a recycle bin.

    Study keys are "person number.study number".
    """
    from importer.people.persons import questions_of

    numbers = {patient.key: number for number, patient in enumerate(patients)}
    questions = questions_of(patients)
    lines = (_person(question, numbers, questions, deleted=deleted) for question in questions)
    return tuple(line for line in lines if line.images)


def study_of(scan: ScanResult, key: str) -> tuple[Patient, Study]:
    """Find what a `StudyLine.key` means; the first study for ""."""
    person, _, study = (key or "0.0").partition(".")
    patient = scan.patients[int(person)]
    return patient, patient.studies[int(study)]


def found_card(source_id: str, title: str, kind: str, icon: str) -> DiscCard:
    """Write the card of something that is in and was not looked at."""
    return DiscCard(source_id, title, kind, icon, "found", note=words("Nothing has been read yet."))


def reading_note(done: int, total: int) -> str:
    """Say how far the reading is."""
    if not total:
        return words("Reading what is on it")
    return words("Reading: {done} of {total} files").format(done=f"{done:,}", total=f"{total:,}")


def keeping_words(amount: Amount, whose: str, done: int, total: int, seconds_left: float | None) -> str:
    """Say whose images are brought and how far that is, in bytes, as the strip shows it."""
    said = words("Putting {amount} of {whose} on your shelf") if whose else words("Putting {amount} on your shelf")
    parts = [said.format(amount=amount_words(amount, counted_said), whose=whose)]
    if total:
        parts.append(words("{done} of {total}").format(done=size_words(done), total=size_words(total)))
    if seconds_left is not None:
        parts.append(left_words(seconds_left))
    return " · ".join(parts)


def problem_lines(messages: Messages, problems: Iterable[Rejection], listings: Listings) -> tuple[ProblemLine, ...]:
    """Write problems by kind, the loudest first; what is only good to know is left out.

    All are amber: what is not here of a source is no loss of what is. `in_tone` tells where nothing is.
    """
    grouped: dict[str, list[str]] = defaultdict(list)
    for problem in told_apart(problems):
        grouped[word_key(problem)].append(problem.path)
    order = {"loss": 0, "amber": 1}
    loud = [code for code in grouped if messages.tone(code) in order]
    loud.sort(key=lambda code: order[messages.tone(code)])
    others = tuple(ProblemLine("amber", said.what, said.means, said.do, lost=True) for said in _other_names(listings))
    sentences = series_sentences(listings, words, date_words)
    lines = [_problem(messages, code, grouped[code], sentences if code == "missing" else []) for code in loud]
    if sentences and "missing" not in loud:
        lines += [_series_problem(sentences)]
    return (*others, *lines)


def _other_names(listings: Listings) -> list[Words]:
    return other_name_words(listings, words, born_words)


def _series_problem(sentences: list[str]) -> ProblemLine:
    """Say which series are not whole, where what is in the place of their images has a word of its own."""
    said = words("%n series (is|are) not whole.", len(sentences))
    shown, more = sentences[:SERIES_SHOWN], sentences[SERIES_SHOWN:]
    return ProblemLine("amber", said, " ".join(shown), "", paths=tuple(more), lost=True)


def problem_of(messages: Messages, code: str, tone: Tone = "amber") -> ProblemLine:
    """Write what ended a whole piece of work."""
    said = messages.for_code(code)
    return ProblemLine(tone, said.what, said.means, said.do, lost=tone == "loss")


def in_tone(tone: Tone, problems: Iterable[ProblemLine]) -> tuple[ProblemLine, ...]:
    """Give what is lost the tone of the event it is a part of: one event has one."""
    return tuple(replace(one, tone=tone) if one.lost else one for one in problems)


def told_once(nothing: ProblemLine, files: Sequence[ProblemLine], messages: Messages) -> tuple[ProblemLine, ...]:
    """Say why nothing was found; where a lock is why, its files are the details of that and not a second alarm."""
    locks = {messages.file_label(code) for code in ("password-needed", "encrypted")}
    locked = [one for one in files if one.label in locks]
    if len(files) != 1 or not locked:
        return (nothing, *in_tone(nothing.tone, files))
    return (replace(nothing, label=locked[0].label, count=locked[0].count, paths=locked[0].paths),)


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
    amount = amount_words(planned.among(kept), counted_said)
    and_damaged = words("; %n of them (is|are) damaged", damaged) if damaged else ""
    if kept == of and len(chosen) == 1 and report.plan.leaves_persons:
        said = words("All {amount} of {name} (is|are) on your shelf", kept)
        name = isolated(name_words(chosen[0].patient_name, guessed=bool(chosen[0].doubtful_name)))
        return said.format(amount=amount, name=name) + and_damaged
    if kept == of and _unseen(report):
        said = words("All {amount} found (is|are) on your shelf; not everything could be looked into", kept)
        return said.format(amount=amount) + and_damaged
    if kept == of:
        return words("All {amount} (is|are) on your shelf", kept).format(amount=amount) + and_damaged
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
    facts = [words("Kept for {person}").format(person=_person_said(patient)) for patient in _kept_persons(report)]
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
        said.append(words("%n deleted image(s) in a recycle bin (was|were) left there.", deleted))
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
    return _person_said(persons[0]) if persons else ""


def _kept_persons(report: ImportReport) -> list[Patient]:
    """List the persons an import was for, each once."""
    return _persons_of(report.plan, report.plan.persons)


def _persons_of(plan: ImportPlan, persons: Sequence[str]) -> list[Patient]:
    from importer.people.persons import questions_of

    questions = questions_of(plan.scan.patients)
    chosen = ([patient for patient in one.persons if patient.key in persons] for one in questions)
    return [found[0] for found in chosen if found]


def _person(question: Question, numbers: dict[str, int], questions: Sequence[Question], *, deleted: bool) -> PersonLine:
    patient = question.main
    lines: dict[str, StudyLine] = {}
    for one in question.persons:
        for at, study in enumerate(one.studies):
            line = _study(f"{numbers[one.key]}.{at}", study, deleted=deleted)
            met = lines.get(study.study_instance_uid or line.key)
            if line.images:
                if met:
                    line = replace(met, images=met.images + line.images, besides=met.besides + line.besides)
                lines[study.study_instance_uid or line.key] = line
    studies = tuple(lines.values())
    return PersonLine(
        (DELETED if deleted else "") + patient.key,
        name_words(patient.patient_name, guessed=bool(patient.doubtful_name)),
        born_words(patient.patient_birth_date),
        sex_words(patient.patient_sex),
        id_words(patient.patient_id, patient.issuer_of_patient_id),
        studies,
        sum(study.images for study in studies),
        "" if deleted else _nameless(patient) or _alike(patient, questions),
        () if deleted else tuple(_variant(question, variant) for variant in question.variants),
        deleted,
        given_name(patient.patient_name),
    )


def _nameless(patient: Patient) -> str:
    """Say what it means that nothing tells whose images these are."""
    if patient.patient_name or patient.patient_birth_date or patient.patient_id:
        return ""
    from importer.results import instances_of

    said = NAMELESS
    return " ".join(words(text, len(instances_of(patient))) for text in (said.what, said.means, said.do))


def _alike(patient: Patient, questions: Sequence[Question]) -> str:
    """Name somebody who is perhaps the same person, with what tells the two apart."""
    from dicom.people.person import resemble

    for question in questions:
        if question.main is not patient and resemble(patient, question.main):
            said = words("Perhaps the same person as {name}. Compare the birth dates and IDs.")
            return said.format(name=_person_said(question.main))
    return ""


def _variant(question: Question, variant: Patient) -> str:
    """Say what some images of the same exam say otherwise, or leave out."""
    from importer.results import instances_of

    labels = {
        "patient_name": words("name"),
        "patient_birth_date": words("birth date"),
        "patient_id": words("ID"),
        "issuer_of_patient_id": words("place that gave the ID"),
    }
    count = len(instances_of(variant))
    less = [labels[name] for name in question.differs(variant) if not getattr(variant, name)]
    more = [f"{labels[name]} {_said(variant, name)}" for name in question.differs(variant) if getattr(variant, name)]
    parts = [words("%n image(s) of the same exam (does|do) not say: {what}.", count).format(what=one) for one in less]
    parts += [words("Only %n image(s) of the same exam (says|say): {what}.", count).format(what=one) for one in more]
    if variant.doubtful_name:
        parts.append(words("The name of %n image(s) of the same exam is guessed.", count))
    return " ".join([*parts, words("Probably the same person: ticked, it is kept as one.")])


def _person_said(person: Patient) -> str:
    ids = person.patient_id, person.issuer_of_patient_id
    return person_words(person.patient_name, person.patient_birth_date, *ids, guessed=bool(person.doubtful_name))


def _said(person: Patient, name: str) -> str:
    value: str = getattr(person, name)
    if name == "patient_birth_date":
        return date_words(value)
    return isolated(name_words(value) if name == "patient_name" else value)


def deleted_line(messages: Messages, patients: Sequence[Patient]) -> tuple[ProblemLine, ...]:
    """Write how many images lie in a recycle bin."""
    count = sum(line.images for line in person_lines(patients, deleted=True))
    said = messages.files_deleted(count)
    return (ProblemLine("", said.what, said.means, said.do),) if count else ()


def shared_line(messages: Messages, patients: Sequence[Patient]) -> tuple[ProblemLine, ...]:
    """Say that a study stands with several persons, and with whom."""
    from importer.people.persons import shared_studies

    names = {_person_said(person) for persons in shared_studies(patients).values() for person in persons}
    said = messages.for_code("study-of-several")
    return (ProblemLine("amber", said.what, said.means, said.do, paths=tuple(sorted(names))),) if names else ()


def _study(key: str, study: Study, *, deleted: bool) -> StudyLine:
    from importer.bins import images_of

    modalities = [series.modality for series in study.series]
    kind = kind_words(modalities)
    what = study_words(study.study_description, modalities)
    named = what if what.casefold().startswith(kind.casefold()) else f"{kind} · {what}"
    images = images_of(study, deleted=deleted)
    besides = replace(amount_of_instances(images), images=0)
    return StudyLine(date_words(study.study_date), named, len(images), key, besides)


def _problem(messages: Messages, code: str, paths: list[str], sentences: list[str]) -> ProblemLine:
    said = messages.files(code, len(paths))
    shown = (*sentences[SERIES_SHOWN:], *(path for path in paths[:PATHS_SHOWN] if path))
    if len(paths) > PATHS_SHOWN:
        shown += (words("and %n other(s)", len(paths) - PATHS_SHOWN),)
    means = " ".join([*sentences[:SERIES_SHOWN], said.means])
    lost = messages.tone(code) == "loss"
    return ProblemLine("amber", said.what, means, said.do, messages.file_label(code), len(paths), shown, lost)


def _receipt_lines(messages: Messages, report: ImportReport, lost: Tone) -> Iterable[ReceiptLine]:
    scan = report.plan.scan
    if scan.listed is not None:
        yield ReceiptLine(scan.listed, words("images are listed in its table of contents"))
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
