"""On the command line: whole files in unusual clothes are taken whole, files that end too early are told."""

from __future__ import annotations

from pathlib import Path

from tests.discs.disc import disc_with_good_files
from tests.discs.files import ANNA, image
from tests.end2end.program import instances, scanshelf
from tests.unit.dicom.test_what_others_read import LITTLE, many_references, unknown, with_inside


def test_what_the_bounded_reader_cannot_settle_is_read_by_the_tolerant_one(tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    private = b"".join(LITTLE.element(0x00091000 + n, "OB", bytes(70_000)) for n in range(40))
    disc.write("BIG", with_inside(many_references(LITTLE, 1.5), number=2))
    disc.write("UN", with_inside(unknown(LITTLE), number=3))
    disc.write("PRIVATE", with_inside(private, number=4))
    scanned = scanshelf("scan", disc.folder, "--json")
    assert scanned.status == 0
    assert (scanned.document["totals"]["dicom"], scanned.document["totals"]["refused"]) == (4, 0)
    assert [patient["patient_name"] for patient in scanned.document["patients"]] == [ANNA.patient_name]
    assert len(instances(scanned.document)) == 4
    imported = scanshelf("import", disc.folder, "--library", tmp_path / "shelf", "--json")
    taken = imported.document
    assert (imported.status, taken["imported"], taken["damaged"]) == (0, 4, 0)


def test_files_cut_exactly_between_two_elements_are_told_and_counted(tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    data = image(ANNA, "T1", "S1", 7)
    disc.write("BEFORE-PERSON", data[: data.index(b"\x10\x00\x10\x00PN")])
    disc.write("BEFORE-PIXELS", data[: data.index(b"\xe0\x7f\x10\x00OW")])
    imported = scanshelf("import", disc.folder, "--yes", "--library", tmp_path / "shelf", "--json")
    told = {problem["path"]: problem["code"] for problem in imported.document["problems"]}
    assert (imported.status, imported.document["damaged"]) == (1, 2)
    assert (told["BEFORE-PERSON"], told["BEFORE-PIXELS"]) == ("truncated", "truncated")


def test_a_file_that_begins_like_a_table_of_contents_is_called_what_it_is(tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("FOUR", b"\x04\x00" + bytes(range(256)) * 8)
    disc.write("LATER", b"x" * 128 + b"\x04\x00" + bytes(range(256)) * 8)
    document = scanshelf("scan", disc.folder, "--json").document
    assert "dicomdir" not in {problem["code"] for problem in document["problems"]}
