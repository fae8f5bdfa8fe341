"""Scans and imports in the words of "Discs & drives"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.listed_words import SERIES_SHOWN, other_name_words, series_sentences, told_apart
from app.messages import Messages
from app.window.formats import (
    born_words,
    date_words,
    id_words,
    kind_words,
    left_words,
    name_words,
    sex_words,
    size_words,
    study_words,
)
from core.ui.parts import Tone
from dicom.dates import likeness_of_dates, parse_birth_date
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, Receipt, ReceiptLine, StudyLine

if TYPE_CHECKING:
    from dicom.model import Patient, Rejection, Study
    from importer.listing_rows import Listings
    from importer.receipt import ImportReport
    from importer.results import ScanResult

PATHS_SHOWN = 200


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Discs", text, None, n)


def images_of(study: Study) -> int:
    """Count a study's instances."""
    return sum(len(series.instances) for series in study.series)


def person_lines(patients: Sequence[Patient]) -> tuple[PersonLine, ...]:
    """Write the persons of a scan; study keys are "person number.study number"."""
    return tuple(_person(number, patient, patients) for number, patient in enumerate(patients))


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


def keeping_words(images: int, done: int, total: int, seconds_left: float | None) -> str:
    """Say how far an import is, in bytes, as the strip shows it."""
    parts = [words("Putting %n image(s) on your shelf", images)]
    if total:
        parts.append(words("{done} of {total}").format(done=size_words(done), total=size_words(total)))
    if seconds_left is not None:
        parts.append(left_words(seconds_left))
    return " · ".join(parts)


def problem_lines(messages: Messages, problems: Iterable[Rejection], listings: Listings) -> tuple[ProblemLine, ...]:
    """Write problems by kind, the loudest first; what is only good to know is left out."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for problem in told_apart(problems):
        grouped[problem.code].append(problem.path)
    order = {"loss": 0, "amber": 1}
    loud = [code for code in grouped if messages.tone(code) in order]
    loud.sort(key=lambda code: order[messages.tone(code)])
    others = tuple(ProblemLine("loss", said.what, said.means, said.do) for said in other_name_words(listings, words))
    sentences = series_sentences(listings, words)
    lines = [_problem(messages, code, grouped[code], sentences if code == "missing" else []) for code in loud]
    if sentences and "missing" not in loud:
        lines += [_series_problem(sentences)]
    return (*others, *lines)


def _series_problem(sentences: list[str]) -> ProblemLine:
    """Say which series are not whole, where what is in the place of their images has a word of its own."""
    said = words("%n series (is|are) not whole.", len(sentences))
    return ProblemLine("loss", said, " ".join(sentences[:SERIES_SHOWN]), "", paths=tuple(sentences[SERIES_SHOWN:]))


def problem_of(messages: Messages, code: str, tone: Tone = "amber") -> ProblemLine:
    """Write what ended a whole piece of work."""
    said = messages.for_code(code)
    return ProblemLine(tone, said.what, said.means, said.do)


def ended_and_problems(messages: Messages, report: ImportReport) -> tuple[ProblemLine, ...]:
    """Write what ended an import before it was complete, then its files' problems."""
    problems = problem_lines(messages, report.of_files, report.listings)
    return problems if report.end == "complete" else (problem_of(messages, report.end, "loss"), *problems)


def kept_of(report: ImportReport) -> tuple[int, int]:
    """Count the images that are on the shelf now, and of how many the source told."""
    totals = report.plan.scan.totals
    everyone = len(report.plan.persons) == len(report.plan.scan.patients)
    otherwise = report.plan.scan.listings.here_under_another_name
    beside = totals.missing - otherwise + totals.unreadable if everyone else 0
    return report.imported + report.already, report.planned + beside


def headline(report: ImportReport) -> str:
    """Say the sum of an import in one sentence."""
    kept, of = kept_of(report)
    chosen = [patient for patient in report.plan.scan.patients if patient.key in report.plan.persons]
    if kept == of and len(chosen) == 1 < len(report.plan.scan.patients):
        said = words("All %n image(s) of {name} (is|are) on your shelf", kept)
        return said.format(name=f"\u2068{name_words(chosen[0].patient_name)}\u2069")
    if kept == of:
        return words("All %n image(s) (is|are) on your shelf", kept)
    said = words("{kept} of {of} images are on your shelf")
    return said.format(kept=f"{kept:,}", of=f"{of:,}")


def receipt(messages: Messages, source_id: str, title: str, when: str, report: ImportReport) -> Receipt:
    """Write the receipt of an import."""
    kept, of = kept_of(report)
    lost = kept < of
    tone: Tone = (
        "loss" if lost or report.end != "complete" else "amber" if report.damaged or report.conflicts else "good"
    )
    facts = [
        words("Kept for {name}, {born}").format(
            name=f"\u2068{name_words(patient.patient_name)}\u2069", born=born_words(patient.patient_birth_date)
        )
        for patient in report.plan.scan.patients
        if patient.key in report.plan.persons
    ]
    from importer.receipt import receipt_of

    document = json.dumps(receipt_of(report), indent=1, ensure_ascii=False)
    problems = ended_and_problems(messages, report)
    lines = tuple(_receipt_lines(messages, report))
    return Receipt(source_id, f"{title} · {when}", headline(report), tone, lines, problems, document, tuple(facts))


def _person(number: int, patient: Patient, patients: Sequence[Patient]) -> PersonLine:
    studies = tuple(_study(f"{number}.{at}", study) for at, study in enumerate(patient.studies))
    alike = [
        name_words(other.patient_name) for other in patients if other is not patient and _could_be_one(patient, other)
    ]
    said = words("Perhaps the same person as {name}. Compare the birth dates and IDs.")
    return PersonLine(
        patient.key,
        name_words(patient.patient_name),
        born_words(patient.patient_birth_date),
        sex_words(patient.patient_sex),
        id_words(patient.patient_id, patient.issuer_of_patient_id),
        studies,
        sum(study.images for study in studies),
        said.format(name=f"\u2068{alike[0]}\u2069") if alike else "",
    )


def _could_be_one(patient: Patient, other: Patient) -> bool:
    """Say whether two persons deserve a word: relatives of one name with quite other birth dates do not."""
    from dicom.person import compare

    verdict = compare(patient, other)
    dates = [parse_birth_date(one.patient_birth_date) for one in (patient, other)]
    return verdict == "same" or (verdict == "perhaps" and likeness_of_dates(*dates) != "different")


def _study(key: str, study: Study) -> StudyLine:
    modalities = [series.modality for series in study.series]
    kind = kind_words(modalities)
    what = study_words(study.study_description, modalities)
    named = what if what.casefold().startswith(kind.casefold()) else f"{kind} · {what}"
    return StudyLine(date_words(study.study_date), named, images_of(study), key)


def _problem(messages: Messages, code: str, paths: list[str], sentences: list[str]) -> ProblemLine:
    said, tone = messages.files(code, len(paths)), messages.tone(code)
    shown = (*sentences[SERIES_SHOWN:], *(path for path in paths[:PATHS_SHOWN] if path))
    if len(paths) > PATHS_SHOWN:
        shown += (words("and %n other(s)", len(paths) - PATHS_SHOWN),)
    loudness: Tone = "" if tone == "quiet" else tone
    means = " ".join([*sentences[:SERIES_SHOWN], said.means])
    return ProblemLine(loudness, said.what, means, said.do, messages.file_label(code), len(paths), shown)


def _receipt_lines(messages: Messages, report: ImportReport) -> Iterable[ReceiptLine]:
    scan = report.plan.scan
    if scan.listed is not None:
        yield ReceiptLine(scan.listed, words("images are listed in its table of contents"))
    yield ReceiptLine(report.imported, words("new on your shelf, and checked"), "good" if report.imported else "")
    if report.already:
        yield ReceiptLine(report.already, words("were on your shelf already"), "good")
    others = [patient for patient in scan.patients if patient.key not in report.plan.persons]
    if others:
        beside = sum(images_of(study) for patient in others for study in patient.studies)
        yield ReceiptLine(beside, words("of other persons, left where they are as you chose"))
    if report.left:
        yield ReceiptLine(report.left, words("not reached yet: put it in again, and it goes on from there"), "amber")
    counts: dict[str, int] = defaultdict(int)
    for problem in told_apart(report.of_files):
        counts[problem.code] += 1
    order = {"loss": 0, "amber": 1, "quiet": 2}
    for code in sorted(counts, key=lambda code: order[messages.tone(code)]):
        tone = messages.tone(code)
        label = messages.file_label(code)
        yield ReceiptLine(counts[code], label[:1].lower() + label[1:], "" if tone == "quiet" else tone)
