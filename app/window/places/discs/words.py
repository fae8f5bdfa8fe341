"""Scans and imports in the words of "Discs & drives"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.actions.importing import DELETED
from app.window.appearance.formats import (
    born_words,
    date_words,
    id_words,
    kind_list,
    kind_words,
    left_words,
    name_words,
    person_words,
    sex_words,
    size_words,
    study_words,
)
from app.window.appearance.person_buttons import given_name
from app.words.listed import SERIES_SHOWN, other_name_words, series_sentences, told_apart
from app.words.messages import NAMELESS, Messages, Words
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.parts import Tone
from dicom.amounts import Amount, amount_of_instances, amount_words
from dicom.people.dates import parse_birth_date
from dicom.people.names import display_name
from importer.reasons import word_key
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, StudyLine

if TYPE_CHECKING:
    from dicom.model import Patient, Rejection, Study
    from importer.listing_rows import Listings
    from importer.people.who_is_here import Question
    from importer.results import ScanResult

PATHS_SHOWN = 200
DAMAGED = frozenset({"truncated", "header-damaged"})


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Discs", text, None, n)


def person_lines(patients: Sequence[Patient], *, deleted: bool = False) -> tuple[PersonLine, ...]:
    """Write the persons of a scan, or with `deleted` those with images in a recycle bin.

    Study keys are "person number.study number".
    """
    from importer.people.who_is_here import questions_of

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
        _is_sure(patient),
    )


def _is_sure(patient: Patient) -> bool:
    """Tell whether name and birth date are said, and neither had to be guessed."""
    named = bool(display_name(patient.patient_name)) and not patient.doubtful_name
    return named and parse_birth_date(patient.patient_birth_date) is not None


def _nameless(patient: Patient) -> str:
    """Say what it means that nothing tells whose images these are."""
    if patient.patient_name or patient.patient_birth_date or patient.patient_id:
        return ""
    from importer.results import instances_of

    said = NAMELESS
    return " ".join(words(text, len(instances_of(patient))) for text in (said.what, said.means, said.do))


def _alike(patient: Patient, questions: Sequence[Question]) -> str:
    """Name somebody who is perhaps the same person, with what tells the two apart."""
    from dicom.people.same_person import resemble

    for question in questions:
        if question.main is not patient and resemble(patient, question.main):
            said = words("Perhaps the same person as {name}. Compare the birth dates and IDs.")
            return said.format(name=person_said(question.main))
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
    instances = instances_of(variant)
    count, amount = len(instances), amount_words(amount_of_instances(instances), counted_said)
    less = [labels[name] for name in question.differs(variant) if not getattr(variant, name)]
    more = [f"{labels[name]} {_said(variant, name)}" for name in question.differs(variant) if getattr(variant, name)]
    parts = [
        words("{amount} of the same exam (does|do) not say: {what}.", count).format(amount=amount, what=one)
        for one in less
    ]
    parts += [
        words("Only {amount} of the same exam (says|say): {what}.", count).format(amount=amount, what=one)
        for one in more
    ]
    if variant.doubtful_name:
        parts.append(words("The name of {amount} of the same exam is guessed.").format(amount=amount))
    return " ".join([*parts, words("Probably the same person: ticked, it is kept as one.")])


def person_said(person: Patient) -> str:
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
    from importer.people.who_is_here import shared_studies

    names = {person_said(person) for persons in shared_studies(patients).values() for person in persons}
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
    kinds = tuple(kind_list(modalities))
    return StudyLine(
        date_words(study.study_date), named, len(images), key, besides, kinds, (study.study_date or "").strip()
    )


def _problem(messages: Messages, code: str, paths: list[str], sentences: list[str]) -> ProblemLine:
    said = messages.files(code, len(paths))
    shown = (*sentences[SERIES_SHOWN:], *(path for path in paths[:PATHS_SHOWN] if path))
    if len(paths) > PATHS_SHOWN:
        shown += (words("and %n other(s)", len(paths) - PATHS_SHOWN),)
    means = " ".join([*sentences[:SERIES_SHOWN], said.means])
    lost = messages.tone(code) == "loss"
    return ProblemLine("amber", said.what, means, said.do, messages.file_label(code), len(paths), shown, lost)
