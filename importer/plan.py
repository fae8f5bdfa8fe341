"""What shall be imported, decided from what was found and what the person chose; touches nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.errors import SourceError
from dicom.model import Instance, Patient
from dicom.people.same_person import is_of_nobody
from importer.bins import is_deleted
from importer.people.hidden_names import hiding, telling_words
from importer.people.who_is_here import joined_keys
from importer.results import Place, ScanResult, instances_of
from importer.sources.names import shown


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One content to copy, and the person it is kept for."""

    instance: Instance
    place: Place
    person: str
    kept_path: str = ""  # where it lay, as it is kept and told: without the names of persons who stay behind


# How it was decided whose images are taken: the only person on the source, all of them, or those named.
Choice = Literal["only-person", "everyone", "named"]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything to copy, in the order of the medium, and the scan it was decided from."""

    scan: ScanResult
    items: tuple[PlanItem, ...]
    persons: tuple[str, ...]
    chosen: Choice
    of_others: int = 0  # images of persons nobody chose, which stay on the medium
    deleted: int = 0  # images in a recycle bin, which stay there
    kept_as: Mapping[str, str] = field(default_factory=dict)  # the key each chosen person is kept under
    studies: tuple[str, ...] | None = None  # those that were named, where not all are wanted
    deleted_of: tuple[str, ...] = ()  # persons whose images in a recycle bin are taken too
    telling: frozenset[str] = frozenset()  # words that tell who the persons are who stay behind
    hide: Callable[[str], str] = shown  # writes a path without them

    @property
    def bytes(self) -> int:
        """How much has to be read."""
        return sum(item.place.entry.size for item in self.items)

    @property
    def leaves_persons(self) -> list[Patient]:
        """List the persons of whom nothing is taken: they are nobody's business on this shelf."""
        patients = self.scan.patients
        return [patient for patient in patients if patient.key not in self.persons and not is_of_nobody(patient)]


def make_plan(
    scan: ScanResult,
    patients: Collection[str] | None = None,
    studies: Collection[str] | None = None,
    *,
    everything: bool = False,
    deleted: Collection[str] | None = None,
) -> ImportPlan:
    """Choose persons (by key), studies (by UID), or everything.

    Images in a recycle bin are taken only of the persons in `deleted`; where that is not said, of persons and studies
    that were named. Raises `SourceError`: `no-images`, `patient-unknown`, `study-unknown`, and `several-patients` where
    nobody chose.
    """
    if not scan.patients:
        raise SourceError("no-images")
    chosen = _choose_patients(scan.patients, None if patients is None else {*patients, *(deleted or ())})
    if studies is not None:
        chosen = _with_studies(chosen, studies)
    if deleted is None:
        named = patients is not None or studies is not None
        deleted = [patient.key for patient in chosen] if named else []
    wanted = _Wanted(studies, patients, frozenset(deleted))
    chosen = [patient for patient in chosen if wanted.of(patient)]
    if not chosen:
        raise SourceError("no-images", only="deleted")
    asked = [patient for patient in chosen if not is_of_nobody(patient)]
    if len(asked) > 1 and patients is None and not everything:
        raise SourceError("several-patients", patients=len(asked))
    choice: Choice = "named" if patients is not None else "only-person" if len(asked) < 2 else "everyone"
    return _plan_of(scan, chosen, wanted, choice)


def _plan_of(scan: ScanResult, chosen: list[Patient], wanted: _Wanted, choice: Choice) -> ImportPlan:
    """Plan what is wanted of the chosen persons, in the order of the medium."""
    persons = tuple(patient.key for patient in chosen)
    kept_as = joined_keys(scan.patients, persons)
    left = [patient for patient in scan.patients if patient.key not in persons and not is_of_nobody(patient)]
    telling = telling_words(left, chosen)
    hide = hiding(telling)
    items = [
        PlanItem(instance, scan.places[instance.path], kept_as[patient.key], hide(instance.path))
        for patient in chosen
        for instance in wanted.of(patient)
    ]
    order = {path: number for number, path in enumerate(scan.places)}
    items.sort(key=lambda item: _medium_order(item, order))
    of_others, deleted = _left(scan, items, frozenset(persons))
    return ImportPlan(
        scan,
        tuple(items),
        persons,
        choice,
        of_others=of_others,
        deleted=deleted,
        kept_as=kept_as,
        studies=None if wanted.studies is None else tuple(sorted(wanted.studies)),
        deleted_of=tuple(sorted(wanted.deleted)),
        telling=telling,
        hide=hide,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which images of a chosen person are taken."""

    studies: Collection[str] | None
    present: Collection[str] | None
    deleted: frozenset[str]

    def of(self, patient: Patient) -> list[Instance]:
        """List them in the order of the tree."""
        return [
            instance
            for study in patient.studies
            if self.studies is None or study.study_instance_uid in self.studies
            for series in study.series
            for instance in series.instances
            if self._takes(patient.key, deleted=is_deleted(instance))
        ]

    def _takes(self, key: str, *, deleted: bool) -> bool:
        return key in self.deleted if deleted else self.present is None or key in self.present


def _left(scan: ScanResult, items: Collection[PlanItem], persons: Collection[str]) -> tuple[int, int]:
    """Count what stays on the medium: images of others, and images in recycle bins."""
    taken = {item.instance.path for item in items}
    left = [
        (patient.key, instance)
        for patient in scan.patients
        if not is_of_nobody(patient)
        for instance in instances_of(patient)
        if instance.path not in taken
    ]
    deleted = sum(is_deleted(instance) for _, instance in left)
    return sum(key not in persons and not is_deleted(instance) for key, instance in left), deleted


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
