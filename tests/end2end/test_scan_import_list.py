"""scan, import, list, verify, delete and bin say and do what the command line's contract promises."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.program import FILE_SET, TEST_FILES, instances, scanshelf, snapshot

TOTALS = {"entries", "dicom", "instances", "not_dicom", "unreadable", "refused", "missing", "unlisted", "bytes"}
PATIENT = {"key", "patient_id", "issuer_of_patient_id", "patient_name", "patient_birth_date", "patient_sex", "studies"}
STUDY = {"study_instance_uid", "study_date", "study_time", "accession_number", "study_description"}
LISTED = STUDY | (PATIENT - {"key", "studies"})
LISTED |= {"instances", "bytes", "modalities", "damaged", "conflicts", "uploaded", "shares"}


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    folder = tmp_path / "disc"
    shutil.copytree(FILE_SET, folder, ignore=shutil.ignore_patterns("TINY_ALPHA"))
    return folder


def hashes(folder: Path) -> set[str]:
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


def shelf_hashes(library: Path) -> set[str]:
    return {file.stem for file in (library / "objects").rglob("*.dcm")}


def assert_adds_up(totals: dict[str, int]) -> None:
    assert set(totals) >= TOTALS
    assert totals["entries"] == totals["dicom"] + totals["not_dicom"] + totals["unreadable"] + totals["refused"]


def test_a_scan_counts_every_entry_once_and_writes_nothing(disc: Path) -> None:
    before = snapshot(disc)
    said = scanshelf("scan", disc, "--json")
    assert said.status == 0
    totals = said.document["totals"]
    assert_adds_up(totals)
    assert totals["entries"] == sum(file.is_file() for file in disc.rglob("*"))
    assert totals["bytes"] == sum(file.stat().st_size for file in disc.rglob("*") if file.is_file())
    assert snapshot(disc) == before


def test_a_scan_names_patients_studies_series_and_instances(disc: Path) -> None:
    document = scanshelf("scan", disc, "--json").document
    assert set(document) >= {"source", "totals", "patients", "archives", "problems"}
    assert set(document["source"]) >= {"kind", "label", "path"}
    for patient in document["patients"]:
        assert set(patient) >= PATIENT
        assert len(patient["key"]) == 12
        for study in patient["studies"]:
            assert set(study) >= STUDY
    found = instances(document)
    assert len(found) == document["totals"]["instances"]
    assert len({item["sop_instance_uid"] for item in found}) == 31
    for item in found:
        assert (disc / item["path"]).stat().st_size == item["size"]
        assert isinstance(item["duplicates"], list)


def test_a_missing_and_an_unlisted_file_are_told(disc: Path) -> None:
    victim = next(file for file in sorted((disc / "98892001").rglob("*")) if file.is_file())
    victim.unlink()
    shutil.copy(TEST_FILES / "CT_small.dcm", disc / "EXTRA")
    for other in disc.glob("DICOMDIR-*"):
        other.unlink()
    said = scanshelf("scan", disc, "--json")
    assert said.status == 1
    assert said.document["totals"]["missing"] == 1
    assert said.document["totals"]["unlisted"] == 1
    codes = {(problem["path"], problem["code"]) for problem in said.document["problems"]}
    assert (victim.relative_to(disc).as_posix(), "missing") in codes
    assert ("EXTRA", "unlisted") in codes


def test_a_source_that_is_absent_is_told_on_stderr(tmp_path: Path) -> None:
    said = scanshelf("scan", tmp_path / "nowhere", "--json")
    assert said.status == 3
    assert said.output == ""
    assert said.words.strip()


def test_a_folder_without_images_is_well_scanned_and_not_imported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    scanned = scanshelf("scan", tmp_path, "--library", tmp_path.with_name("none"), "--json")
    assert (scanned.status, scanned.document["on_shelf"]["new"]) == (0, 0)
    assert not tmp_path.with_name("none").exists()
    said = scanshelf("import", tmp_path, "--library", tmp_path.with_name("shelf"), "--json", "--yes")
    assert said.status == 3


def test_several_persons_without_a_choice_import_nothing(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    said = scanshelf("import", disc, "--library", library, "--json")
    assert said.status == 3
    assert len(said.document["patients"]) > 1
    assert shelf_hashes(library) == set()


def test_a_chosen_person_is_imported_alone(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    patient = scanshelf("scan", disc, "--json").document["patients"][0]
    said = scanshelf("import", disc, "--library", library, "--json", "--patient", patient["key"])
    assert said.status in {0, 1}
    studies = scanshelf("list", "--library", library, "--json").document["studies"]
    assert {study["study_instance_uid"] for study in studies} == {
        study["study_instance_uid"] for study in patient["studies"]
    }


def test_what_is_imported_is_on_the_shelf_byte_for_byte_and_twice_changes_nothing(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    before = snapshot(disc)
    first = scanshelf("import", disc, "--library", library, "--json", "--yes").document
    assert first["imported"] == first["totals"]["instances"] == 31
    assert shelf_hashes(library) <= hashes(disc)
    assert len(shelf_hashes(library)) == 31
    seen = scanshelf("scan", disc, "--library", library, "--json").document["on_shelf"]
    assert seen == {"images": 31, "seem_here": 31, "number_alone": 0, "in_bin": 0, "new": 0}
    said = scanshelf("scan", disc, "--library", library).output
    assert "By number and size all 31 seem to be on your shelf already." in said
    again = scanshelf("import", disc, "--library", library, "--json", "--yes").document
    assert (again["imported"], again["already"], again["conflicts"]) == (0, 31, 0)
    assert snapshot(disc) == before
    verified = scanshelf("verify", "--library", library, "--json")
    assert (verified.status, verified.document["objects"], verified.document["problems"]) == (0, 31, [])


def test_list_finds_studies_series_and_instances(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    scanshelf("import", disc, "--library", library, "--yes", "--quiet")
    studies = scanshelf("list", "--library", library, "--json").document["studies"]
    assert all(set(study) >= LISTED for study in studies)
    assert sum(study["instances"] for study in studies) == 31
    assert all(study["uploaded"] == "no" and study["shares"] == 0 for study in studies)
    series = scanshelf("list", "--level", "series", "--library", library, "--json").document["series"]
    rows = scanshelf("list", "--level", "instance", "--library", library, "--json").document["instances"]
    assert len(rows) == 31
    assert {row["series_instance_uid"] for row in rows} == {row["series_instance_uid"] for row in series}
    assert {row["sha256"] for row in rows} == shelf_hashes(library)
    found = scanshelf("list", "--find", "Doe Archibald", "--library", library, "--json").document["studies"]
    assert {study["patient_name"] for study in found} == {"Doe^Archibald"}


def test_a_changed_object_is_found_by_verify(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    scanshelf("import", disc, "--library", library, "--yes", "--quiet")
    victim = min((library / "objects").rglob("*.dcm"))
    victim.chmod(0o600)
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    said = scanshelf("verify", "--library", library, "--json")
    assert said.status == 1
    assert len(said.document["problems"]) == 1
    assert set(said.document["problems"][0]) >= {"sop_instance_uid", "code", "detail"}


def test_a_rebuilt_shelf_lists_the_same(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    scanshelf("import", disc, "--library", library, "--yes", "--quiet")
    before = scanshelf("list", "--library", library, "--json").document
    for file in library.glob("library.db*"):
        file.unlink()
    assert scanshelf("verify", "--rebuild", "--library", library, "--json").status == 0
    assert sort_studies(scanshelf("list", "--library", library, "--json").document) == sort_studies(before)


def sort_studies(document: dict[str, Any]) -> list[str]:
    return sorted(repr(sorted(study.items(), key=lambda item: item[0])) for study in document["studies"])


def test_a_deleted_study_waits_in_the_bin_until_restored_or_emptied(disc: Path, tmp_path: Path) -> None:
    library = tmp_path / "shelf"
    scanshelf("import", disc, "--library", library, "--yes", "--quiet")
    studies = scanshelf("list", "--library", library, "--json").document["studies"]
    uid = studies[0]["study_instance_uid"]
    assert scanshelf("delete", uid, "--library", library).status == 0
    left = scanshelf("list", "--library", library, "--json").document["studies"]
    assert uid not in {study["study_instance_uid"] for study in left}
    assert uid in scanshelf("bin", "--library", library, "--json").output
    assert scanshelf("bin", "restore", uid, "--library", library).status == 0
    back = scanshelf("list", "--library", library, "--json").document["studies"]
    assert uid in {study["study_instance_uid"] for study in back}
    scanshelf("delete", uid, "--library", library)
    assert scanshelf("bin", "empty", "--library", library).status == 2
    assert scanshelf("bin", "empty", "--yes", "--library", library).status == 0
    assert len(shelf_hashes(library)) == 31 - studies[0]["instances"]


def test_wrong_usage_is_two_and_a_command_that_comes_later_is_not_listed() -> None:
    assert scanshelf("scan").status == 2
    assert scanshelf("no-such-command").status == 2
    assert "burn" not in scanshelf("--help").output
