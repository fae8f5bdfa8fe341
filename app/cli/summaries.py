"""Scans, imports and lists in words, for people at a terminal."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.cli.terminal import for_terminal
from app.words.completed import completed_words
from app.words.english_numbers import counted
from app.words.known import known_words
from app.words.listed import SERIES_SHOWN, other_name_words, series_sentences, told_apart
from app.words.messages import NAMELESS, Messages
from app.words.unfinished import mark_words, unfinished_words
from dicom.amounts import amount_of_instances, amount_words
from dicom.model import Instance, Patient, Rejection, Study
from dicom.people.dates import parse_date
from dicom.people.names import display_name
from dicom.people.person_key import name_is_guessed, plain_date
from dicom.people.same_person import is_of_nobody
from importer.bins import images_of, is_deleted
from importer.people.who_is_here import Field, Question, questions_of, shared_studies
from importer.reasons import word_key
from importer.results import ScanResult, instances_of

if TYPE_CHECKING:
    from importer.listing_rows import Listings
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.scan.known import Known
    from library.index.rows import StudyRow, Unfinished

_NAMES_SHOWN = 5
_LOUDEST_FIRST = {"loss": 0, "amber": 1, "quiet": 2}


def scan_words(scan: ScanResult, known: Known | None = None) -> Iterator[str]:
    """Say what is on a source, how much of it the shelf seems to know, whose it is, then what is the matter."""
    questions = questions_of(scan.patients)
    found = scan.instances()
    deleted = sum(map(is_deleted, found))
    images = amount_words(amount_of_instances(found), counted)
    persons = counted("%n person(s)", len(questions))
    yield f"{images} of {persons} in {counted('%n file(s)', scan.totals.entries)}, {size_words(scan.totals.bytes)}."
    if said := known_words(known):
        yield said
    for question in questions:
        yield from question_words(question)
    for patient in scan.patients:
        if is_of_nobody(patient):
            yield ""
            yield f"{counted('%n object(s)', len(instances_of(patient)))} of no person: colour tables and the like."
    if deleted:
        yield ""
        yield Messages().files_deleted(deleted).as_text()
    yield from shared_words(scan.patients)
    yield from listing_words(scan.listings)
    yield from problem_words(scan.problems)


def question_words(question: Question) -> Iterator[str]:
    """Name one person, and what is perhaps written of the same person in another way."""
    yield from patient_words(question.main)
    if not (question.main.patient_name or question.main.patient_birth_date or question.main.patient_id):
        count = len(instances_of(question.main))
        yield "    " + " ".join(counted(text, count) for text in (NAMELESS.what, NAMELESS.means, NAMELESS.do))
    for variant in question.variants:
        images = amount_words(amount_of_instances(instances_of(variant)), counted)
        differences = [_difference(question.main, variant, name) for name in question.differs(variant)]
        said = "; ".join([*differences, *(["its name guessed"] if variant.doubtful_name else [])])
        yield f"    perhaps the same person: {images} of the same exam, {said}   [{variant.key}]"


_FIELD_WORDS: dict[Field, str] = {
    "patient_name": "name",
    "patient_birth_date": "birth date",
    "patient_id": "ID",
    "issuer_of_patient_id": "issuer of the ID",
}


def _difference(main: Patient, variant: Patient, name: Field) -> str:
    """Say what a variant leaves out, or has and the other not."""
    label, value = _FIELD_WORDS[name], getattr(variant, name)
    if not value:
        return f"without {label}"
    shown = display_name(value) if name == "patient_name" else shown_date(value)
    return f"with {label} {shown}"


def shared_words(patients: Sequence[Patient]) -> Iterator[str]:
    """Say which study numbers stand with several persons."""
    for persons in shared_studies(patients).values():
        yield ""
        yield Messages().for_code("study-of-several").as_text()
        yield from (f"    {person_words(person)}" for person in persons)


def patient_words(patient: Patient) -> Iterator[str]:
    """Name one person and the studies, with the key by which `import --patient` chooses."""
    yield ""
    yield person_words(patient)
    for study in patient.studies:
        for deleted in (False, True):
            if images := images_of(study, deleted=deleted):
                yield f"    {study_words(study, images)}{' (deleted: in a recycle bin)' if deleted else ''}"


def person_words(person: Patient | StudyRow) -> str:
    """Write what tells a person from others: name, birth date, ID, key."""
    born = shown_date(person.patient_birth_date) if plain_date(person.patient_birth_date) else None
    key = person.key if isinstance(person, Patient) else person.person_key
    number = f"ID {person.patient_id}" if person.patient_id else "no ID"
    if person.issuer_of_patient_id:
        number += f" ({person.issuer_of_patient_id})"
    name = display_name(person.patient_name) or "No name on the disc"
    if name_is_guessed(person):
        name += " (name guessed)"
    return f"{name}, {f'born {born}' if born else 'no birth date'}, {number}   [{key}]"


def study_words(study: Study, images: Sequence[Instance]) -> str:
    """Name one study by date, kind and description."""
    modalities = "/".join(sorted({series.modality for series in study.series if series.modality}))
    about = [shown_date(study.study_date) or "no date", modalities, study.study_description]
    return f"{'  '.join(part for part in about if part)}: {amount_words(amount_of_instances(images), counted)}"


def import_words(report: ImportReport) -> Iterator[str]:
    """Say what was put on the shelf, in figures that add up."""
    planned = amount_of_instances(one.instance for one in report.plan.items).among(report.planned)
    of = amount_words(planned, counted)
    yield f"{report.imported:,} of {of} are new on your shelf and checked, {report.already:,} were there already."
    if report.failed or report.left:
        yield f"{report.failed:,} could not be kept, {report.left:,} were not reached."
    yield from _stayed_words(report.plan)
    if not report.unread:
        yield "All bytes are on this computer: a disc may be taken out."
    elif report.end == "complete":
        yield "Not everything could be read: leave a disc in, wipe it, and do it again before you give it away."
    else:
        yield ""
        yield for_terminal(Messages().for_code(report.end).as_text())
    if not report.plan.leaves_persons:
        yield from shared_words(report.plan.scan.patients)
    for _, _, said in completed_words(report.completions, report.plan.scan.source.label):
        yield ""
        yield for_terminal(said.as_text())
    yield from listing_words(report.listings)
    yield from problem_words(report.of_files)


def listing_words(listings: Listings) -> Iterator[str]:
    """Say whom the table of contents names otherwise, and which series are not whole."""
    for said in other_name_words(listings):
        yield ""
        yield for_terminal(said.as_text())
    sentences = series_sentences(listings)
    if sentences:
        yield ""
        yield from map(for_terminal, sentences[:SERIES_SHOWN])
        if len(sentences) > SERIES_SHOWN:
            yield f"and {len(sentences) - SERIES_SHOWN:,} more series that are not whole (--json lists all)"


def _stayed_words(plan: ImportPlan) -> Iterator[str]:
    """Say what was left on the medium by choice."""
    if plan.of_others:
        yield counted("%n file(s) of other persons stayed on the medium, as you chose.", plan.of_others)
    if plan.deleted:
        yield (
            Messages().files_deleted(plan.deleted).as_text() + " (--patient KEY or --study UID does; scan shows them.)"
        )


def problem_words(problems: Iterable[Rejection]) -> Iterator[str]:
    """Say per kind of trouble what happened, what it means and what to do, with the first few names."""
    messages = Messages()
    told = [(word_key(problem), problem.path) for problem in told_apart(problems)]
    counts = Counter(code for code, _ in told)
    for code in sorted(counts, key=lambda code: _LOUDEST_FIRST[messages.tone(code)]):
        count = counts[code]
        yield ""
        yield for_terminal(messages.files(code, count).as_text())
        names = [path for key, path in told if key == code and path]
        yield from (f"    {name}" for name in names[:_NAMES_SHOWN])
        if len(names) > _NAMES_SHOWN:
            yield f"    and {len(names) - _NAMES_SHOWN:,} more (--json lists all)"


def unfinished_lines(rows: Iterable[Unfinished]) -> Iterator[str]:
    """Say which imports were cut off, how much of each is here, and what to do."""
    for row in rows:
        yield for_terminal(unfinished_words(row).as_text())
        yield f"    goes on with: scanshelf import {shlex.quote(row.path) if row.path else 'SOURCE'}"
        yield f"    or leave it so: scanshelf import --leave {row.import_id}"
        yield ""


def shelf_words(studies: Iterable[StudyRow]) -> Iterator[str]:
    """List studies, one a line, under their person."""
    person = None
    for study in sorted(studies, key=lambda study: (study.patient_name or "", study.person_key)):
        if study.person_key != person:
            person = study.person_key
            yield ""
            yield person_words(study)
        about = [shown_date(study.study_date) or "no date", "/".join(study.modalities), study.study_description]
        images = amount_words(study.amount, counted)
        yield f"    {'  '.join(part for part in about if part)}: {images}, {size_words(study.bytes)}"
        yield f"        {study.study_instance_uid or study.key}"
        if study.unfinished:
            yield f"        {mark_words(study.awaited, study.instances)}"


def shown_date(text: str | None) -> str | None:
    """Write a date as year-month-day; one that cannot be read stays as it is."""
    day = parse_date(text)
    return day.isoformat() if day else text


def size_words(count: int) -> str:
    """Write a number of bytes as people read it."""
    megabytes = count / 1_000_000
    return (
        f"{megabytes:,.0f} MB"
        if megabytes >= 10
        else f"{megabytes:,.1f} MB"
        if megabytes >= 0.1
        else f"{count:,} bytes"
    )
