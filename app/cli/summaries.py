"""Scans, imports and lists in words, for people at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.cli.terminal import for_terminal
from app.english import counted
from app.listed_words import SERIES_SHOWN, other_name_words, series_sentences, told_apart
from app.messages import Messages
from dicom.dates import parse_date
from dicom.model import Patient, Rejection, Study
from dicom.names import display_name
from importer.listing_rows import Listings
from importer.receipt import ImportReport
from importer.results import ScanResult
from library.rows import StudyRow

_NAMES_SHOWN = 5
_LOUDEST_FIRST = {"loss": 0, "amber": 1, "quiet": 2}


def scan_words(scan: ScanResult) -> Iterator[str]:
    """Say what is on a source: persons with their studies, then what is the matter."""
    totals = scan.totals
    images = counted("%n image(s)", totals.instances)
    persons = counted("%n person(s)", len(scan.patients))
    yield f"{images} of {persons} in {counted('%n file(s)', totals.entries)}, {size_words(totals.bytes)}."
    for patient in scan.patients:
        yield from patient_words(patient)
    yield from listing_words(scan.listings)
    yield from problem_words(scan.problems)


def patient_words(patient: Patient) -> Iterator[str]:
    """Name one person and the studies, with the key by which `import --patient` chooses."""
    born = shown_date(patient.patient_birth_date)
    parts = [display_name(patient.patient_name) or "No name on the disc", f"born {born}" if born else "", ""]
    if patient.patient_id:
        parts[2] = f"ID {patient.patient_id}"
    yield ""
    yield f"{', '.join(part for part in parts if part)}   [{patient.key}]"
    for study in patient.studies:
        yield f"    {study_words(study)}"


def study_words(study: Study) -> str:
    """Name one study by date, kind and description."""
    images = sum(len(series.instances) for series in study.series)
    modalities = "/".join(sorted({series.modality for series in study.series if series.modality}))
    about = [shown_date(study.study_date) or "no date", modalities, study.study_description]
    return f"{'  '.join(part for part in about if part)}: {counted('%n image(s)', images)}"


def import_words(report: ImportReport) -> Iterator[str]:
    """Say what was put on the shelf, in figures that add up."""
    planned = counted("%n image(s)", report.planned)
    yield f"{report.imported:,} of {planned} are new on your shelf and checked, {report.already:,} were there already."
    if report.failed or report.left:
        yield f"{report.failed:,} could not be kept, {report.left:,} were not reached."
    if report.end == "complete":
        yield "All bytes are on this computer: a disc may be taken out."
    else:
        yield ""
        yield for_terminal(Messages().for_code(report.end).as_text())
    yield from listing_words(report.listings)
    yield from problem_words(report.of_files)


def listing_words(listings: Listings) -> Iterator[str]:
    """Say whom the table of contents names otherwise, and which series are not whole."""
    for said in other_name_words(listings):
        yield ""
        yield _without_isolates(said.as_text())
    sentences = series_sentences(listings)
    if sentences:
        yield ""
        yield from map(_without_isolates, sentences[:SERIES_SHOWN])
        if len(sentences) > SERIES_SHOWN:
            yield f"and {len(sentences) - SERIES_SHOWN:,} more series that are not whole (--json lists all)"


def _without_isolates(text: str) -> str:
    """Take out what keeps names apart from the text around them in a window; terminals do not know it."""
    return for_terminal(text.replace("\u2068", "").replace("\u2069", ""))


def problem_words(problems: Iterable[Rejection]) -> Iterator[str]:
    """Say per kind of trouble what happened, what it means and what to do, with the first few names."""
    messages = Messages()
    told = told_apart(problems)
    counts = Counter(problem.code for problem in told)
    for code in sorted(counts, key=lambda code: _LOUDEST_FIRST[messages.tone(code)]):
        count = counts[code]
        yield ""
        yield for_terminal(messages.files(code, count).as_text())
        names = [problem.path for problem in told if problem.code == code]
        yield from (f"    {name}" for name in names[:_NAMES_SHOWN])
        if count > _NAMES_SHOWN:
            yield f"    and {count - _NAMES_SHOWN:,} more (--json lists all)"


def shelf_words(studies: Iterable[StudyRow]) -> Iterator[str]:
    """List studies, one a line, under their person."""
    person = None
    for study in sorted(studies, key=lambda study: (study.patient_name or "", study.person_key)):
        if study.person_key != person:
            person = study.person_key
            yield ""
            yield display_name(study.patient_name) or "No name on the disc"
        about = [shown_date(study.study_date) or "no date", "/".join(study.modalities), study.study_description]
        images = counted("%n image(s)", study.instances)
        yield f"    {'  '.join(part for part in about if part)}: {images}, {size_words(study.bytes)}"
        yield f"        {study.study_instance_uid or study.key}"


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
