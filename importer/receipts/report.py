"""The JSON of `scan` and `import`, exactly as the command line promises it, and their exit statuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from dicom.model import FileCode, Instance, Patient, Rejection, Series, Study
from dicom.source import Source
from importer.bins import is_deleted
from importer.listing_rows import series_listings_to_json
from importer.people.who_is_here import Question, all_problems, questions_of, shared_studies
from importer.reasons import is_not_looked_into
from importer.results import ScanResult
from importer.sources.names import shown

# What alone leaves a command at "all well"; everything else in the list of problems makes it 1.
_HARMLESS = frozenset(
    {"dicomdir", "archive", "not-dicom", "viewer-program", "unlisted", "duplicate", "non-standard", "no-uid"}
)


def scan_to_json(scan: ScanResult) -> dict[str, Any]:
    """Write what is on a source."""
    questions = questions_of(scan.patients)
    return {
        "source": source_to_json(scan.source),
        "totals": asdict(scan.totals),
        "patients": [_patient(patient, questions) for patient in scan.patients],
        "archives": [{"path": one.path, "totals": asdict(one.totals)} for one in scan.archives],
        "incomplete_series": series_listings_to_json(scan.listings.series),
        "problems": problems_to_json(all_problems(scan)),
        "shared_studies": [
            {"study_instance_uid": uid, "patients": [person.key for person in persons]}
            for uid, persons in shared_studies(scan.patients).items()
        ],
    }


def source_to_json(source: Source) -> dict[str, Any]:
    """Write which source it is."""
    return {"kind": source.kind, "label": source.label, "path": shown(source.path)}


def problems_to_json(problems: Iterable[Rejection]) -> list[dict[str, Any]]:
    """Write problems with their codes."""
    return [{"path": one.path, "code": one.code, "detail": one.detail or None} for one in problems]


def exit_status(problems: Iterable[Rejection]) -> int:
    """Say 0 where all is well, 1 where something is lost, refused, in conflict, failed or was not looked into."""
    return int(not all(is_harmless(one.code) and not is_not_looked_into(one.detail) for one in problems))


def is_harmless(code: FileCode) -> bool:
    """Tell whether a code alone leaves a command at "all well"."""
    return code in _HARMLESS


def _patient(patient: Patient, questions: Sequence[Question]) -> dict[str, Any]:
    return {
        "key": patient.key,
        "patient_id": patient.patient_id,
        "issuer_of_patient_id": patient.issuer_of_patient_id,
        "patient_name": patient.patient_name,
        "patient_birth_date": patient.patient_birth_date,
        "patient_sex": patient.patient_sex,
        "perhaps_same_as": [
            {"key": question.main.key, "differs": list(question.differs(patient))}
            for question in questions
            if patient in question.variants
        ],
        "studies": [_study(study) for study in patient.studies],
    }


def _study(study: Study) -> dict[str, Any]:
    return {
        "study_instance_uid": study.study_instance_uid,
        "study_date": study.study_date,
        "study_time": study.study_time,
        "accession_number": study.accession_number,
        "study_description": study.study_description,
        "series": [_series(series) for series in study.series],
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "series_instance_uid": series.series_instance_uid,
        "modality": series.modality,
        "series_number": series.series_number,
        "series_description": series.series_description,
        "instances": [_instance(instance) for instance in series.instances],
    }


def _instance(instance: Instance) -> dict[str, Any]:
    return {
        "sop_instance_uid": instance.header.sop_instance_uid,
        "sop_class_uid": instance.header.sop_class_uid,
        "transfer_syntax_uid": instance.header.transfer_syntax_uid,
        "instance_number": instance.header.instance_number,
        "path": shown(instance.path),
        "size": instance.size,
        "duplicates": [shown(path) for path in sorted(instance.duplicates)],
        "in_recycle_bin": is_deleted(instance),
    }
