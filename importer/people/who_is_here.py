"""Who is on a medium: spellings of one person brought together, and what has to be asked about the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from dicom.model import Instance, Patient, Rejection
from dicom.people.person_key import plain_date, plain_id
from dicom.people.same_person import compare, compare_names, is_of_nobody, sexes_differ
from importer.results import ScanResult, instances_of

Field = Literal["patient_name", "patient_birth_date", "patient_id", "issuer_of_patient_id"]
FIELDS: Final[tuple[Field, ...]] = ("patient_name", "patient_birth_date", "patient_id", "issuer_of_patient_id")
_MANY = 100  # persons in one study: beyond, nobody is asked whether some of them are one


@dataclass(frozen=True, slots=True)
class Question:
    """One person as people see it: `variants` are, by their studies, the same person with something left out."""

    main: Patient
    variants: tuple[Patient, ...] = ()

    @property
    def persons(self) -> tuple[Patient, ...]:
        """List all of them."""
        return (self.main, *self.variants)

    def differs(self, variant: Patient) -> tuple[Field, ...]:
        """Name what a variant says otherwise, or not at all."""
        return tuple(name for name in FIELDS if _plain(self.main, name) != _plain(variant, name))


def join_spellings(by_person: Mapping[str, list[Instance]]) -> dict[str, list[Instance]]:
    """Bring together the keys of one person in one study who only spells the name in another way.

    Birth date, Patient ID and issuer are equal and the names compare as the same. The key with most images stays.
    """
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, members in by_person.items():
        header = members[0].header
        about = (header.patient_birth_date, header.patient_id, header.issuer_of_patient_id)
        alike[(plain_date(about[0]), plain_id(about[1]), plain_id(about[2]))].append(key)
    stays = {key: key for key in by_person}
    for keys in alike.values():
        ranked = sorted(keys, key=lambda key: (-len(by_person[key]), by_person[key][0].path))
        for number, key in enumerate(ranked[:_MANY]):
            stays[key] = next((other for other in ranked[:number] if _is_spelling(by_person, other, key)), key)
    joined: dict[str, list[Instance]] = defaultdict(list)
    for key, members in by_person.items():
        while stays[key] != key:
            key = stays[key]
        joined[key].extend(members)
    return {key: sorted(members, key=lambda one: one.path) for key, members in joined.items()}


def _is_spelling(by_person: Mapping[str, list[Instance]], one: str, other: str) -> bool:
    first, second = by_person[one], by_person[other]
    studies = [{instance.header.study_instance_uid for instance in members} - {None} for members in (first, second)]
    return not studies[0].isdisjoint(studies[1]) and compare(first[0].header, second[0].header) == "same"


def questions_of(patients: Sequence[Patient]) -> list[Question]:
    """Group persons of whom one study says that they are one, as nothing contradicts; the others stay by themselves.

    What belongs to nobody is left out. Somebody who could be two of the others is by himself.
    """
    asked = [patient for patient in patients if not is_of_nobody(patient)]
    groups: list[list[Patient]] = []
    for patient in sorted(asked, key=_rank):
        fitting = [group for group in groups if len(asked) <= _MANY and all(_fits(patient, one) for one in group)]
        if len(fitting) == 1:
            fitting[0].append(patient)
        else:
            groups.append([patient])
    order = {patient.key: number for number, patient in enumerate(patients)}
    groups.sort(key=lambda group: order[group[0].key])
    return [Question(group[0], tuple(group[1:])) for group in groups]


def joined_keys(patients: Sequence[Patient], chosen: Collection[str]) -> dict[str, str]:
    """Say under which key each chosen person is kept: those of one question are one person."""
    kept: dict[str, str] = {key: key for key in chosen}
    for question in questions_of(patients):
        keys = [patient.key for patient in question.persons if patient.key in kept]
        for first, other in pairwise(keys):
            kept[other] = kept[first]
    return kept


def shared_studies(patients: Sequence[Patient]) -> dict[str, list[Patient]]:
    """Find study numbers that stand with several persons who are not one."""
    holders: dict[str, list[Patient]] = defaultdict(list)
    for question in questions_of(patients):
        for uid in {uid for patient in question.persons for uid in _studies(patient)}:
            holders[uid].append(question.main)
    return {uid: persons for uid, persons in sorted(holders.items()) if len(persons) > 1}


def all_problems(scan: ScanResult) -> list[Rejection]:
    """Give the problems of single files, and study numbers that stand with several persons."""
    shared = [
        Rejection("", "conflict", f"the study number {uid} stands with {len(persons)} persons")
        for uid, persons in shared_studies(scan.patients).items()
    ]
    return [*scan.problems, *shared]


def _rank(patient: Patient) -> tuple[int, int, str]:
    known = sum(bool(_plain(patient, name)) for name in FIELDS[:3])
    return (-known, -len(instances_of(patient)), patient.key)


def _fits(one: Patient, other: Patient) -> bool:
    """Tell whether one study holds both, what they say agrees, and one of them only leaves something out."""
    if _studies(one).isdisjoint(_studies(other)) or sexes_differ(one, other):
        return False
    if any(
        _plain(one, name) and _plain(other, name) and _plain(one, name) != _plain(other, name) for name in FIELDS[1:]
    ):
        return False
    guessed = bool(one.doubtful_name or other.doubtful_name)
    names = "unknown" if guessed else compare_names(one.patient_name, other.patient_name)
    if names in ("none", "shared"):
        return False
    same_id = bool(_plain(one, "patient_id")) and _plain(one, "patient_id") == _plain(other, "patient_id")
    return names == "equal" or same_id or not says_who(one) or not says_who(other)


def says_who(patient: Patient) -> bool:
    """Tell whether anything says whose images these are."""
    return any(_plain(patient, name) for name in FIELDS)


def _studies(patient: Patient) -> set[str]:
    return {study.study_instance_uid for study in patient.studies if study.study_instance_uid}


def _plain(patient: Patient, name: Field) -> str:
    text: str | None = getattr(patient, name)
    if name == "patient_name":
        return text or ""
    return plain_date(text) if name == "patient_birth_date" else plain_id(text)
