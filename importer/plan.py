"""What shall be imported, decided from what was found and what the person chose; touches nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from core.errors import SourceError
from dicom.model import Instance, Patient
from importer.results import Place, ScanResult


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One content to copy, and the person it is kept for."""

    instance: Instance
    place: Place
    person: str


# How it was decided whose images are taken: the only person on the source, all of them, or those named.
Choice = Literal["only-person", "everyone", "named"]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything to copy, in the order of the medium, and the scan it was decided from."""

    scan: ScanResult
    items: tuple[PlanItem, ...]
    persons: tuple[str, ...]
    chosen: Choice

    @property
    def bytes(self) -> int:
        """How much has to be read."""
        return sum(item.place.entry.size for item in self.items)


def make_plan(
    scan: ScanResult,
    patients: Collection[str] | None = None,
    studies: Collection[str] | None = None,
    *,
    everything: bool = False,
) -> ImportPlan:
    """Choose persons (by key), studies (by UID), or everything.

    Raises `SourceError`: `no-images`, `patient-unknown`, `study-unknown`, and `several-patients` where nobody chose.
    """
    if not scan.patients:
        raise SourceError("no-images")
    chosen = _choose_patients(scan.patients, patients)
    if studies is not None:
        chosen = _with_studies(chosen, studies)
    if len(chosen) > 1 and patients is None and not everything:
        raise SourceError("several-patients", patients=len(chosen))
    items = [
        PlanItem(instance, scan.places[instance.path], patient.key)
        for patient in chosen
        for study in patient.studies
        if studies is None or study.study_instance_uid in studies
        for series in study.series
        for instance in series.instances
    ]
    order = {path: number for number, path in enumerate(scan.places)}
    items.sort(key=lambda item: _medium_order(item, order))
    choice: Choice = "named" if patients is not None else "only-person" if len(chosen) == 1 else "everyone"
    return ImportPlan(scan, tuple(items), tuple(patient.key for patient in chosen), choice)


def _choose_patients(patients: list[Patient], keys: Collection[str] | None) -> list[Patient]:
    if keys is None:
        return patients
    unknown = set(keys) - {patient.key for patient in patients}
    if unknown:
        raise SourceError("patient-unknown", keys=", ".join(sorted(unknown)))
    return [patient for patient in patients if patient.key in keys]


def _with_studies(patients: list[Patient], uids: Collection[str]) -> list[Patient]:
    found = {study.study_instance_uid for patient in patients for study in patient.studies}
    unknown = set(uids) - found
    if unknown:
        raise SourceError("study-unknown", uids=", ".join(sorted(unknown)))
    return [patient for patient in patients if any(study.study_instance_uid in uids for study in patient.studies)]


def _medium_order(item: PlanItem, order: dict[str, int]) -> tuple[bool, str, int, int]:
    """Files before archives, then by place on the medium where known, else as they were listed."""
    archive = item.place.archive.path if item.place.archive else ""
    position = item.place.entry.position
    return (bool(archive), archive, position if position is not None else 0, order[item.instance.path])
