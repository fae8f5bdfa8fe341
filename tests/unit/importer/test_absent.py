"""The receipt names by UID what of a study did not come onto the shelf: nothing of names and paths goes further."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.workers.worker import WorkerPool
from importer.receipts.receipt import ImportReport, receipt_of
from library.shelf import Library
from tests.discs import ANNA, disc_with_good_files, listed_disc
from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.disc import good_records
from tests.discs.files import uid
from tests.importer_tools import import_folder

LOCKED = b"\x30\x82\x10\x00" + bytes(range(250)) * 20  # an encrypted file: nothing says whether it is an image
STUDY = uid(f"{ANNA.patient_id}/T1")


def image_uid(number: int) -> str:
    return uid(f"{ANNA.patient_id}/T1/S1/{number}")


def absent(report: ImportReport) -> dict[str, Any]:
    found: dict[str, Any] = receipt_of(report)["absent"]
    return found


def group(code: str, *uids: str, nameless: int = 0) -> dict[str, Any]:
    return {"study_instance_uid": STUDY, "code": code, "sop_instance_uids": sorted(uids), "nameless": nameless}


def test_of_a_whole_disc_nothing_is_absent(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    disc = listed_disc(tmp_path / "disc", 3)
    assert absent(import_folder(disc.folder, library, media)) == {"images": [], "files": 0}


def test_what_the_disc_lists_and_does_not_hold_is_named_by_its_uid(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = listed_disc(tmp_path / "disc", 4)
    (disc.folder / "GOOD/A2").unlink()
    (disc.folder / "GOOD/A3").write_bytes(b"")
    (disc.folder / "GOOD/A4").write_bytes(bytes(5000))
    found = absent(import_folder(disc.folder, library, media))
    assert found == {"images": [group("missing", image_uid(2), image_uid(3), image_uid(4))], "files": 0}


def test_a_listed_file_that_cannot_be_read_is_unreadable_and_not_counted_twice(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 2)
    records = [*good_records(disc), image_record("GOOD\\A3.P7M", image_uid(3), 3)]
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", records)]))
    disc.write("GOOD/A3.P7M", LOCKED)
    found = absent(import_folder(disc.folder, library, media))
    assert found == {"images": [group("unreadable", image_uid(3))], "files": 0}


def test_a_file_nobody_lists_only_may_be_an_image(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 2)
    disc.write("GOOD/A3.P7M", LOCKED)
    assert absent(import_folder(disc.folder, library, media)) == {"images": [], "files": 1}


def test_what_was_not_reached_is_named_and_gone_from_the_next_receipt(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    report = import_folder(disc.folder, library, media)
    report.reached -= {"GOOD/A3"}  # as after a stop
    assert absent(report) == {"images": [group("not-copied", image_uid(3))], "files": 0}
    again = import_folder(disc.folder, library, media)
    assert (again.already, absent(again)) == (3, {"images": [], "files": 0})


def test_a_file_that_could_not_be_copied_is_unreadable(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    report = import_folder(disc_with_good_files(tmp_path / "disc", 3).folder, library, media)
    report.reached -= {"GOOD/A2"}
    report.not_kept.add("GOOD/A2")
    assert absent(report) == {"images": [group("unreadable", image_uid(2))], "files": 0}


def test_names_and_paths_are_not_among_it(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    disc = listed_disc(tmp_path / "disc", 3)
    (disc.folder / "GOOD/A2").unlink()
    said = json.dumps(absent(import_folder(disc.folder, library, media)))
    assert not any(word in said for word in ("GOOD", "A2", "ANNA", ANNA.patient_id, ANNA.patient_birth_date))
