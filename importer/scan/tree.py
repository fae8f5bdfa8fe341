"""From single files to patients, studies, series and instances, in an order that does not depend on the medium."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from dicom.model import Header, Instance, Patient, Series, Study
from dicom.people.person_key import person_key
from importer.people.who_is_here import join_spellings


def build_patients(instances: Iterable[Instance]) -> list[Patient]:
    """Group instances by person, study and series.

    A file without a Study or Series Instance UID belongs to a study or series "without a number" of its folder. What a
    group says of itself comes from its first file in path order.
    """
    by_person: dict[str, list[Instance]] = defaultdict(list)
    for instance in sorted(instances, key=lambda instance: instance.path):
        by_person[person_key(instance.header)].append(instance)
    patients = [_patient(key, members) for key, members in join_spellings(by_person).items()]
    return sorted(patients, key=lambda patient: (patient.patient_name or "", patient.key))


def _patient(key: str, members: Sequence[Instance]) -> Patient:
    header = next((one.header for one in members if person_key(one.header) == key), members[0].header)
    patient = Patient(
        key,
        header.patient_id,
        header.issuer_of_patient_id,
        header.patient_name,
        header.patient_birth_date,
        header.patient_sex,
        doubtful_name=header.doubtful_name,
    )
    groups = _group(members, lambda header: header.study_instance_uid)
    patient.studies = sorted((_study(uid, group) for uid, group in groups), key=_study_order)
    return patient


def _study(uid: str | None, members: Sequence[Instance]) -> Study:
    header = members[0].header
    study = Study(uid, header.study_date, header.study_time, header.accession_number, header.study_description)
    groups = _group(members, lambda header: header.series_instance_uid)
    study.series = sorted((_series(uid, group) for uid, group in groups), key=_series_order)
    return study


def _series(uid: str | None, members: Sequence[Instance]) -> Series:
    header = members[0].header
    series = Series(uid, header.modality, header.series_number, header.series_description)
    series.instances = sorted(members, key=_instance_order)
    return series


def _group(
    members: Sequence[Instance], uid_of: Callable[[Header], str | None]
) -> list[tuple[str | None, list[Instance]]]:
    groups: dict[tuple[str | None, str], list[Instance]] = defaultdict(list)
    for member in members:
        uid = uid_of(member.header)
        folder = "" if uid else member.path.rpartition("/")[0]
        groups[(uid, folder)].append(member)
    return [(uid, group) for (uid, _), group in groups.items()]


def _study_order(study: Study) -> tuple[str, ...]:
    first = study.series[0].instances[0].path
    return (study.study_date or "", study.study_time or "", study.study_instance_uid or "", first)


def _series_order(series: Series) -> tuple[int, str, str]:
    return (_number(series.series_number), series.series_instance_uid or "", series.instances[0].path)


def _instance_order(instance: Instance) -> tuple[int, str]:
    return (_number(instance.header.instance_number), instance.path)


def _number(number: int | None) -> int:
    return number if number is not None else 1 << 62  # those without a number come last
