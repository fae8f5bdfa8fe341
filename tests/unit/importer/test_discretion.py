"""Who stays on the medium is named nowhere; what was deleted there is taken only when it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.words.messages import Messages
from core.errors import SourceError
from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.model import Rejection
from importer.bins import in_recycle_bin, is_deleted
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.reasons import word_key
from importer.receipts.discretion import own_problems
from importer.receipts.receipt import ImportReport, receipt_of
from importer.results import ScanResult, instances_of
from library.shelf import Library
from tests.discs.containers import zip_bytes
from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.disc import Disc
from tests.discs.files import ANNA, BERT, image, uid
from tests.discs.persons import BINNED_OF_BERT, borrowed_stick, telling_folders
from tests.importer_tools import StrictJudge, scan_folder, shelf_hashes

TELLING = ("bert", "quartz", "19630217", "p-2", "BËRT".encode("latin-1").decode("latin-1").casefold())


def key_of(found: ScanResult, name: str) -> str:
    return next(patient.key for patient in found.patients if patient.patient_name == name)


def import_anna(found: ScanResult, library: Library, media: WorkerPool) -> ImportReport:
    plan = make_plan(found, [key_of(found, "SAMPLE^ANNA")])
    return import_files(plan, library, media, StrictJudge(), QuietJob())


def test_nothing_of_who_stays_behind_is_kept_or_told(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    found = scan_folder(telling_folders(tmp_path / "disc").folder, media)
    report = import_anna(found, library, media)
    assert (report.imported, report.plan.of_others) == (5, 5)  # four of Bert's, and one that says no name
    receipt = receipt_of(report)
    assert receipt["of_others"] == 5
    for text in (repr(report.problems), repr(receipt)):
        assert not any(word in text.casefold() for word in TELLING), text


def test_no_file_of_the_shelf_holds_a_word_of_who_stays_behind(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    import_anna(scan_folder(telling_folders(tmp_path / "disc").folder, media), library, media)
    library.close()
    for file in Path(library.folder).rglob("*"):
        content = str(file.name).encode() + (file.read_bytes() if file.is_file() else b"")
        assert not any(word.encode() in content.lower() for word in TELLING), file


def test_trouble_whose_owner_nobody_knows_is_told_without_its_place(tmp_path: Path, media: WorkerPool) -> None:
    disc = telling_folders(tmp_path / "disc")
    disc.write("SAMPLE_ANNA/IM3", image(ANNA, number=3)[:420])
    found = scan_folder(disc.folder, media)
    told = own_problems(make_plan(found, [key_of(found, "SAMPLE^ANNA")]))
    paths = {problem.path for problem in told}
    assert "SAMPLE_ANNA/IM3" in paths  # in her own folder it can only be hers
    assert any(problem.path == "" for problem in told)  # the one in the other folder is not passed over


def test_a_source_named_after_who_stays_behind_is_named_by_its_kind(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    found = scan_folder(telling_folders(tmp_path / "Stick of Bert").folder, media)
    receipt = receipt_of(import_anna(found, library, media))
    assert receipt["source"] == {"kind": "folder", "label": "folder", "path": ""}


def test_with_everybody_chosen_every_problem_keeps_its_place(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(telling_folders(tmp_path / "disc").folder, media)
    assert set(found.problems) <= set(own_problems(make_plan(found, everything=True)))


@pytest.mark.parametrize("path", BINNED_OF_BERT)
def test_the_bins_of_every_system_are_known(path: str) -> None:
    assert in_recycle_bin(path)


@pytest.mark.parametrize("path", ["IM1", "TRASH/IM1", "DICOM/RECYCLED.DCM", "a.trash/x", ".Trash-1000", "FOUND.000/X"])
def test_other_folders_are_no_bins(path: str) -> None:
    assert not in_recycle_bin(path)


def test_what_was_deleted_is_marked_and_not_taken_unasked(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(borrowed_stick(tmp_path / "disc").folder, media)
    assert sum(map(is_deleted, found.instances())) == len(BINNED_OF_BERT) + 1
    for plan in (make_plan(found), make_plan(found, everything=True)):
        assert sorted(item.instance.path for item in plan.items) == ["DICOM/IM1", "DICOM/IM2"]
        assert plan.deleted == len(BINNED_OF_BERT) + 1


def test_what_was_deleted_is_taken_when_the_person_or_the_study_is_named(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(borrowed_stick(tmp_path / "disc").folder, media)
    bert = next(patient for patient in found.patients if patient.patient_name == "SAMPLE^BERT")
    assert len(make_plan(found, [bert.key]).items) == len(BINNED_OF_BERT)
    study = bert.studies[0].study_instance_uid
    assert study is not None
    assert len(make_plan(found, studies=[study]).items) == len(BINNED_OF_BERT)
    anna = key_of(found, "SAMPLE^ANNA")
    assert len(make_plan(found, [anna]).items) == 3
    assert len(make_plan(found, [anna], deleted=[]).items) == 2
    assert len(make_plan(found, [], deleted=[anna]).items) == 1


def test_an_image_that_lies_outside_too_is_taken_from_there(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(borrowed_stick(tmp_path / "disc").folder, media)
    twice = next(one for one in found.instances() if one.duplicates)
    assert (twice.path, is_deleted(twice)) == ("DICOM/IM1", False)
    assert found.places[twice.path].entry.path == "DICOM/IM1"


def test_a_stick_with_deleted_images_alone_imports_nothing_unasked(tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    disc.write(".Trashes/501/IM1", image(BERT))
    found = scan_folder(disc.folder, media)
    for everything in (False, True):
        with pytest.raises(SourceError, match="no-images"):
            make_plan(found, everything=everything)
    assert len(make_plan(found, [found.patients[0].key]).items) == 1


def test_trouble_in_a_bin_is_nobodys_when_one_person_is_chosen(tmp_path: Path, media: WorkerPool) -> None:
    disc = borrowed_stick(tmp_path / "disc")
    disc.write("$RECYCLE.BIN/S-1-5-21-1/$R1", image(BERT, number=5)[:420])
    found = scan_folder(disc.folder, media)
    assert any(problem.path.endswith("$R1") for problem in found.problems)
    told: list[Rejection] = own_problems(make_plan(found))
    assert not any("$R" in problem.path or problem.path == "" for problem in told)


def test_a_person_known_under_an_older_key_stays_one_person(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    from dicom.people.person_key import person_key, person_key_as_read

    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", patient_id="p-1", patient_birth_date="1951.05.04")
    found = scan_folder(disc.folder, media)
    [patient] = found.patients
    assert person_key(patient) != person_key_as_read(patient)
    old = patient.key = person_key_as_read(patient)  # what an older program called her
    import_files(make_plan(found), library, media, StrictJudge(), QuietJob())
    again = import_files(make_plan(scan_folder(disc.folder, media)), library, media, StrictJudge(), QuietJob())
    assert (again.imported, again.already) == (0, 1)
    assert [row.person_key for row in library.patients()] == [old]
    assert len(shelf_hashes(library)) == 1
    assert len(instances_of(patient)) == 1


def test_what_the_record_in_an_archive_lists_of_others_is_not_told(tmp_path: Path, media: WorkerPool) -> None:
    records = [image_record(f"IM{number}", uid(f"B{number}"), number) for number in (1, 2)]
    files = {
        "DICOMDIR": dicomdir([person_tree(BERT, "T2", "S2", records)]),
        "IM1": image(BERT, "T2", "S2", 1, sop_instance_uid=uid("B1")),
    }
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1")
    disc.write("old.zip", zip_bytes(files))
    found = scan_folder(disc.folder, media)
    assert [one.path for one in found.problems if one.code == "missing"] == ["old.zip/IM2"]
    plan = make_plan(found, [key_of(found, "SAMPLE^ANNA")])
    assert [one for one in own_problems(plan) if one.code == "missing"] == []


def test_a_damaged_image_of_nobody_is_not_called_kept_where_one_person_was_chosen(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = telling_folders(tmp_path / "disc")
    disc.write("SAMPLE_ANNA/IM3", image(ANNA, number=3)[:420])
    report = import_anna(scan_folder(disc.folder, media), library, media)
    (told,) = [one for one in report.of_files if one.code == "truncated" and not one.path]
    assert "kept" not in Messages().files(word_key(told), 1).as_text()
