"""Spellings of one person are one person; what differs is asked once; strangers stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SourceError
from core.workers.worker import WorkerPool
from dicom.model import Patient
from importer.people.who_is_here import all_problems, questions_of, shared_studies
from importer.plan import ImportPlan, make_plan
from importer.receipts.report import scan_to_json
from importer.results import ScanResult, instances_of
from library.shelf import Library
from tests.discs.disc import Disc
from tests.discs.files import ANNA, BERT, Person, image, image_values, uid
from tests.discs.persons import COLOUR_PALETTE, HANGING_PROTOCOL, SPELLINGS, STUDY, spelled
from tests.importer_tools import import_folder, scan_folder


def counts(patients: list[Patient]) -> list[int]:
    return sorted(len(instances_of(patient)) for patient in patients)


def test_every_spelling_of_one_person_in_one_study_is_one_person(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(spelled(tmp_path / "disc").folder, media)
    assert counts(found.patients) == [len(SPELLINGS)]
    assert len(make_plan(found).items) == len(SPELLINGS)


def test_the_key_of_a_person_does_not_depend_on_the_spelling_alone(tmp_path: Path, media: WorkerPool) -> None:
    keys = set()
    for number, values in enumerate(({}, {"patient_birth_date": "1951.05.04"}, {"patient_id": "p-1"})):
        disc = Disc(tmp_path / f"disc{number}")
        disc.add_image("IM1", **values)
        keys.add(scan_folder(disc.folder, media).patients[0].key)
    assert len(keys) == 1


@pytest.mark.parametrize(
    "less", [{"patient_birth_date": None}, {"patient_id": None}, {"patient_name": None}, {"issuer_of_patient_id": "H"}]
)
def test_what_leaves_something_out_is_asked_once_and_kept_as_one_person(
    less: dict[str, str | None], tmp_path: Path, media: WorkerPool
) -> None:
    found = scan_folder(spelled(tmp_path / "disc", less).folder, media)
    [question] = questions_of(found.patients)
    assert question.differs(question.variants[0]) == tuple(less)
    with pytest.raises(SourceError, match="several-patients"):
        make_plan(found)
    plan = make_plan(found, everything=True)
    assert {item.person for item in plan.items} == {question.main.key}
    assert plan.kept_as[question.variants[0].key] == question.main.key
    variant = next(one for one in scan_to_json(found)["patients"] if one["perhaps_same_as"])
    assert variant["perhaps_same_as"] == [{"key": question.main.key, "differs": list(less)}]


def test_an_object_of_the_study_that_says_nothing_of_the_person_is_asked_about_once(
    tmp_path: Path, media: WorkerPool
) -> None:
    bare = {"patient_name": None, "patient_id": None, "patient_birth_date": None, "patient_sex": None}
    found = scan_folder(spelled(tmp_path / "disc", bare).folder, media)
    assert len(questions_of(found.patients)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"patient_id": "0P-1"},
        {"patient_id": "P-11"},
        {"patient_birth_date": "19510405"},
        {"patient_name": "SAMPLE^BERTA"},
        {"patient_name": "SAMPLE^ANNA MARIA^X", "patient_sex": "M"},
    ],
)
def test_what_contradicts_is_never_joined_and_one_study_of_two_persons_is_said(
    other: dict[str, str], tmp_path: Path, media: WorkerPool
) -> None:
    found = scan_folder(spelled(tmp_path / "disc", other).folder, media)
    assert counts(found.patients) == [1, len(SPELLINGS)]
    assert len(questions_of(found.patients)) == 2
    assert set(shared_studies(found.patients)) == {STUDY}
    assert [problem.code for problem in all_problems(found)].count("conflict") == 1
    assert len({item.person for item in make_plan(found, everything=True).items}) == 2


def test_who_could_be_two_of_the_others_is_neither(tmp_path: Path, media: WorkerPool) -> None:
    undecided = {"patient_id": None, "patient_birth_date": None}
    found = scan_folder(spelled(tmp_path / "disc", {"patient_id": "P-2"}, undecided).folder, media)
    assert [len(question.variants) for question in questions_of(found.patients)] == [0, 0, 0]


def test_in_another_study_a_missing_date_joins_nobody(tmp_path: Path, media: WorkerPool) -> None:
    disc = spelled(tmp_path / "disc")
    disc.add_image("OTHER", study="T7", patient_birth_date=None)
    found = scan_folder(disc.folder, media)
    assert len(questions_of(found.patients)) == 2


def test_two_persons_of_one_name_stay_two(tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", ANNA)
    disc.add_image("IM2", Person("SAMPLE^ANNA", "P-77", "19280303"))
    disc.add_image("IM3", Person("SAMPLE^ANNA", "P-78", "19510504"), "T3")
    assert len(questions_of(scan_folder(disc.folder, media).patients)) == 3


def with_objects_of_nobody(folder: Path, media: WorkerPool) -> ScanResult:
    disc = Disc(folder)
    disc.add_image("IM1", ANNA)
    nobody = {"patient_name": None, "patient_id": None, "patient_birth_date": None, "patient_sex": None}
    nobody |= {"study_instance_uid": None, "series_instance_uid": None}
    for number, kind in enumerate((COLOUR_PALETTE, HANGING_PROTOCOL), 1):
        disc.write(f"X{number}", image(number=number, sop_class_uid=kind, sop_instance_uid=uid(kind), **nobody))
    return scan_folder(disc.folder, media)


def test_palettes_and_hanging_protocols_ask_nobody(tmp_path: Path, media: WorkerPool) -> None:
    found = with_objects_of_nobody(tmp_path / "disc", media)
    assert len(questions_of(found.patients)) == 1
    assert len(make_plan(found).items) == 3


def test_an_image_that_names_nobody_is_somebodys(tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", ANNA)
    disc.add_image("IM2", BERT, patient_name=None, patient_id=None, patient_birth_date=None)
    with pytest.raises(SourceError, match="several-patients"):
        make_plan(scan_folder(disc.folder, media))


def test_one_study_under_two_persons_gives_each_the_own_images(tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    for number in (1, 2):
        disc.write(f"A/IM{number}", image(ANNA, number=number, study_instance_uid=STUDY, sop_instance_uid=uid("x")))
        disc.write(f"B/IM{number}", image(BERT, number=number, study_instance_uid=STUDY, sop_instance_uid=uid("x")))
    found = scan_folder(disc.folder, media)
    assert counts(found.patients) == [2, 2]
    plan: ImportPlan = make_plan(found, [found.patients[0].key])
    assert (len(plan.items), plan.of_others) == (2, 2)


@pytest.mark.parametrize("date", ["00000000", "0000", "0000.00.00"])
def test_a_date_of_nothing_but_zeros_is_none(date: str, tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(spelled(tmp_path / "disc", {"patient_birth_date": date}).folder, media)
    [question] = questions_of(found.patients)
    assert question.differs(question.variants[0]) == ("patient_birth_date",)
    assert shared_studies(found.patients) == {}


def test_what_one_image_leaves_out_another_of_the_same_import_tells(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", number=1, patient_id=None, patient_birth_date=None, study_description=None)
    disc.add_image("IM2", number=2)
    import_folder(disc.folder, library, media)
    [study] = library.studies()
    whole = image_values()
    assert (study.patient_id, study.patient_birth_date) == (whole["patient_id"], whole["patient_birth_date"])
    assert study.study_description == whole["study_description"]
