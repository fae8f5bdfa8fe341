"""Putting a source on the shelf: whose images, recording what is to come, copying, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SourceError
from core.job import Job

if TYPE_CHECKING:
    from app.build import Workers
    from dicom.model import Patient
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from library.index.rows import Unfinished
    from library.shelf import Library

DELETED = "deleted:"  # before the key of a person whose images lie in a recycle bin


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a source was asked for: persons by key, studies by UID (None: nobody chose), or everyone."""

    persons: Sequence[str] | None = None
    studies: Sequence[str] | None = None
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that was recorded and has not copied anything yet."""

    plan: ImportPlan
    import_id: str


def plan_of_choice(scan: ScanResult, choice: Choice, library: Library) -> ImportPlan:
    """Plan what was asked for; where several persons are there and nobody was named, as it was chosen when it began.

    Raises `SourceError`.
    """
    from importer.copy.unfinished import remembered
    from importer.plan import make_plan

    try:
        return make_plan(scan, choice.persons, choice.studies, everything=choice.everyone)
    except SourceError as problem:
        known = remembered(scan, library) if problem.code == "several-patients" and not choice.studies else None
        if known is None:
            raise
        return known


def plan_of_ticked(scan: ScanResult, ticked: Sequence[str]) -> ImportPlan:
    """Plan what was ticked: keys of persons, after `DELETED` for what they have in a recycle bin."""
    from importer.plan import make_plan

    persons, deleted = _chosen_keys(scan.patients, ticked)
    return make_plan(scan, persons, deleted=deleted)


def plan_of_rest(scan: ScanResult, unfinished: Unfinished) -> ImportPlan:
    """Plan what an import that was cut off was to bring, with the choice the person made then; raises `SourceError`."""
    from importer.copy.unfinished import go_on

    return go_on(scan, unfinished)


def begin(plan: ImportPlan, library: Library) -> Begun:
    """Record what is to be brought, so that it leaves a word whatever happens; raises `LibraryError`."""
    from importer.copy import importing

    return Begun(plan, importing.begin(plan, library))


def bring(begun: Begun, library: Library, workers: Workers, job: Job) -> ImportReport:
    """Copy what was recorded, in a media worker of its own.

    What was kept stays kept, whatever ends it; raises `Cancelled`, `LibraryError`, `WorkerError`.
    """
    from importer.copy.importing import import_files

    media = workers.media(begun.plan.scan.source, library.incoming)
    try:
        return import_files(begun.plan, library, media, workers, job, begun.import_id)
    finally:
        media.close()


def bring_at_once(plan: ImportPlan, library: Library, workers: Workers, job: Job) -> ImportReport:
    """Record and copy with the worker that looked (`look_at` with `incoming`); a stop is an end of the report too."""
    from importer.copy.importing import import_files
    from importer.receipts.receipt import ImportStopped

    media = plan.scan.media or workers.media(plan.scan.source, library.incoming)
    try:
        return import_files(plan, library, media, workers, job)
    except ImportStopped as stopped:
        return stopped.report


def note_stopped(begun: Begun, library: Library) -> None:
    """Save the receipt of an import that was stopped before it copied anything."""
    from importer.receipts.receipt import ImportReport, receipt_of

    report = ImportReport(begun.plan, begun.import_id, len(begun.plan.items), end="stopped")
    library.save_receipt(begun.import_id, receipt_of(report))


def first_study(report: ImportReport) -> str:
    """Name the first study of an import as the shelf does; "" where there is none."""
    for patient in report.plan.scan.patients:
        if patient.key in report.plan.kept_as and patient.studies:
            return f"{report.plan.kept_as[patient.key]}:{patient.studies[0].study_instance_uid or ''}"
    return ""


def _chosen_keys(patients: Sequence[Patient], ticked: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the persons whose images are taken (with what belongs to nobody), and those of whom deleted ones are."""
    from dicom.people.same_person import is_of_nobody
    from importer.people.who_is_here import questions_of

    present: list[str] = []
    deleted: list[str] = []
    for question in questions_of(patients):
        keys = [patient.key for patient in question.persons]
        present += keys if question.main.key in ticked else []
        deleted += keys if DELETED + question.main.key in ticked else []
    return present + [patient.key for patient in patients if is_of_nobody(patient)], deleted
