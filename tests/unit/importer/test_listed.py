"""A table of contents is met only by the images it lists; what stands in their place is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from importer.listing_rows import Instead
from importer.results import ScanResult
from library.shelf import Library
from tests.discs.directory import MEDIA_STORAGE_DIRECTORY, Record, dicomdir, image_record, person_tree
from tests.discs.disc import Disc
from tests.discs.files import ANNA, BERT, Form, Person, image, image_values, uid
from tests.importer_tools import assert_adds_up, codes_by_path, import_folder, scan_folder

PAGE = b"<html><body>404 not found</body></html>"


def disc_of(folder: Path, count: int = 3) -> Disc:
    folder.mkdir(parents=True, exist_ok=True)
    disc = Disc(folder)
    for number in range(1, count + 1):
        disc.add_image(f"DICOM/IM{number}", number=number)
    return disc


def records(disc: Disc) -> list[Record]:
    return [image_record(path.replace("/", "\\"), known, n) for n, (path, known) in enumerate(disc.good.items(), 1)]


def listed(disc: Disc, images: list[Record], person: Person = ANNA, path: str = "DICOMDIR") -> None:
    disc.write(path, dicomdir([person_tree(person, "T1", "S1", images)]))


def instead_of(result: ScanResult) -> dict[str, Instead]:
    return {gone.path: gone.instead for series in result.listings.series for gone in series.absent}


DEAD: list[tuple[str, bytes | None, Instead]] = [
    ("gone", None, "absent"),
    ("empty", b"", "empty"),
    ("zeros", bytes(1274), "zeros"),
    ("zeros for long", bytes(200_000), "zeros"),
    ("a web page", PAGE, "web-page"),
    ("a picture", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500), "picture"),
    ("a paper", b"%PDF-1.4 " + bytes(500), "document"),
    ("a program", b"MZ" + bytes(500), "program"),
    ("overwritten", b"\xf6" * 1200, "not-an-image"),
    ("another image", image(ANNA, "T1", "S1", 77), "other-image"),
    ("another series", image(ANNA, "T9", "S9", 2), "other-image"),
    ("another person's image", image(BERT, "T1", "S1", 2), "other-image"),
]


@pytest.mark.parametrize("name, content, instead", DEAD, ids=[name for name, *_ in DEAD])
def test_what_stands_in_the_place_of_a_listed_image_is_said(
    name: str, content: bytes | None, instead: Instead, tmp_path: Path, media: WorkerPool
) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    (disc.folder / "DICOM/IM2").unlink()
    if content is not None:
        disc.write("DICOM/IM2", content)
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    assert instead_of(result) == {"DICOM/IM2": instead}
    assert (result.totals.missing, result.listed) == (1, 3)
    assert [(one.listed, one.here) for one in result.listings.series] == [(3, 2)]
    assert "missing" in codes_by_path(result.problems)["DICOM/IM2"]


def test_a_picture_with_the_name_of_an_image_does_not_stand_for_it(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    (disc.folder / "DICOM/IM3").unlink()
    disc.write("DICOM/IM3.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500))
    result = scan_folder(disc.folder, media)
    assert instead_of(result) == {"DICOM/IM3.JPG": "picture"}


def test_an_image_is_found_wherever_it_was_moved_to(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    (disc.folder / "MOVED").mkdir()
    (disc.folder / "DICOM/IM2").rename(disc.folder / "MOVED/x.dcm")
    disc.write("DICOM/IM2", b"")
    result = scan_folder(disc.folder, media)
    assert (result.totals.missing, result.totals.unlisted, result.listings.series) == (0, 0, ())


def test_the_table_of_another_disc_meets_nothing(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    foreign = [image_record(path.replace("/", "\\"), uid(f"foreign {path}"), 1) for path in disc.good]
    listed(disc, foreign)
    result = scan_folder(disc.folder, media)
    assert (result.totals.missing, result.totals.unlisted, result.listed) == (3, 3, 3)
    assert set(instead_of(result).values()) == {"other-image"}


def test_another_person_in_the_table_is_said_and_the_files_win(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_of(tmp_path / "disc", 2)
    listed(disc, records(disc), BERT)
    result = scan_folder(disc.folder, media)
    assert [patient.patient_name for patient in result.patients] == [ANNA.patient_name]
    said = result.listings.other_names
    assert [(one.listed.patient_name, one.found and one.found.patient_name, one.images) for one in said] == [
        (BERT.patient_name, ANNA.patient_name, 2)
    ]
    assert set(instead_of(result).values()) == {"other-person"}
    assert result.totals.unlisted == 0
    report = import_folder(disc.folder, library, media)
    assert (report.imported, report.exit_status) == (2, 1)


def test_a_table_that_names_somebody_who_is_not_here_at_all_is_said(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc", 2)
    stranger = Person("STRANGER^WILMA", "W-9", "19220101", "F")
    listed(disc, [image_record("DICOM\\IM1", uid("of Wilma"))], stranger)
    result = scan_folder(disc.folder, media)
    assert [(one.listed.patient_name, one.found) for one in result.listings.other_names] == [("STRANGER^WILMA", None)]


@pytest.mark.parametrize(
    "named",
    [
        Person("SAMPLE^ANNA^MARIA", "P-1"),
        Person("sample^anna", "p-1"),
        Person("Sample, Anna", "00P-1"),
        Person("", "P-1"),
        Person("SAMPLE^ANNA", ""),
        Person("", ""),
        Person("SAMPL", "P-1"),
    ],
)
def test_the_same_person_spelt_otherwise_is_no_other_person(named: Person, tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc", 2)
    listed(disc, records(disc), named)
    result = scan_folder(disc.folder, media)
    assert (result.listings.other_names, result.totals.missing) == ((), 0)


@pytest.mark.parametrize("named", [Person("OTHER^PETER", "P-1"), Person("SAMPLE^ANNA", "P-77"), Person("", "P-77")])
def test_a_name_or_a_number_of_somebody_else_is_said(named: Person, tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc", 2)
    listed(disc, records(disc), named)
    assert [one.images for one in scan_folder(disc.folder, media).listings.other_names] == [2]


def test_a_record_without_a_uid_is_met_by_its_name_unless_another_number_lies_there(
    tmp_path: Path, media: WorkerPool
) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, [image_record(f"DICOM\\IM{n}", None, n) for n in (1, 2, 3)])
    assert scan_folder(disc.folder, media).totals.missing == 0
    disc.write("DICOM/IM2", image(ANNA, "T1", "S1", 1))
    assert instead_of(scan_folder(disc.folder, media)) == {"DICOM/IM2": "other-image"}


def test_one_uid_for_every_record_is_not_believed(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, [image_record(f"DICOM\\IM{n}", "1.2.3", n) for n in (1, 2, 3)])
    assert scan_folder(disc.folder, media).totals.missing == 0
    disc.write("DICOM/IM2", b"")
    assert instead_of(scan_folder(disc.folder, media)) == {"DICOM/IM2": "empty"}


def test_a_deleted_record_is_never_missing(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    away = image_record("DICOM\\GONE", uid("gone"), 9)
    away.in_use = False
    listed(disc, [*records(disc), away])
    result = scan_folder(disc.folder, media)
    assert (result.totals.missing, result.listed) == (0, 3)


def test_an_image_whose_record_lost_its_file_name_is_missing_unless_it_is_here(
    tmp_path: Path, media: WorkerPool
) -> None:
    disc = disc_of(tmp_path / "disc", 2)
    nameless = [image_record("", known, n) for n, known in enumerate(disc.good.values(), 1)]
    listed(disc, nameless)
    assert scan_folder(disc.folder, media).totals.missing == 0
    listed(disc, [*records(disc), image_record("", uid("lost"), 9)])
    assert scan_folder(disc.folder, media).totals.missing == 1


def test_two_tables_that_list_the_same_images_count_them_once(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    listed(disc, records(disc), path="COPY/DICOMDIR")
    assert scan_folder(disc.folder, media).totals.missing == 0
    (disc.folder / "DICOM/IM3").unlink()
    assert [(one.listed, one.here) for one in scan_folder(disc.folder, media).listings.series] == [(3, 2)]


def test_papers_that_are_no_images_by_right_are_met_by_being_there(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc", 1)
    tree = person_tree(ANNA, "T1", "S1", records(disc))
    tree.children.append(Record("HL7 STRUC DOC", {}, "CDA\\REPORT.XML"))
    tree.children.append(Record("PRIVATE", {}, "INNER\\DICOMDIR", uid("inner"), MEDIA_STORAGE_DIRECTORY))
    disc.write("DICOMDIR", dicomdir([tree]))
    disc.write("CDA/REPORT.XML", b"<?xml version='1.0'?><ClinicalDocument/>")
    disc.write("INNER/DICOMDIR", dicomdir([]))
    assert scan_folder(disc.folder, media).totals.missing == 0
    disc.write("CDA/REPORT.XML", b"")
    assert instead_of(scan_folder(disc.folder, media)) == {"CDA/REPORT.XML": "empty"}


@pytest.mark.parametrize("content", [b"", bytes(2000), PAGE], ids=["empty", "zeros", "a web page"])
def test_a_dead_table_of_contents_proves_nothing_and_is_said(content: bytes, tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    disc.write("DICOMDIR", content)
    result = scan_folder(disc.folder, media)
    assert "unreadable" in codes_by_path(result.problems)["DICOMDIR"]
    assert (result.listed, result.totals.missing, result.totals.unlisted) == (None, 0, 0)
    assert_adds_up(result)


def test_a_table_of_contents_that_is_cut_off_is_said(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    whole = dicomdir([person_tree(ANNA, "T1", "S1", records(disc))])
    disc.write("DICOMDIR", whole[: len(whole) - 30])
    assert "unreadable" in codes_by_path(scan_folder(disc.folder, media).problems)["DICOMDIR"]


@pytest.mark.parametrize("named", ["../secret", "A/../../B"])
def test_a_name_that_leads_elsewhere_matches_nothing_and_is_told(named: str, tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc", 1)
    listed(disc, [image_record(named.replace("/", "\\"), uid("elsewhere"))])
    result = scan_folder(disc.folder, media)
    assert {"missing", "refused-path"} <= {problem.code for problem in result.problems}


CUT = image(ANNA, "T1", "S1", 2)
CUT = CUT[: CUT.index(b"\x10\x00\x10\x00PN")]


def test_a_destroyed_header_takes_its_identity_from_a_whole_record(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    disc.write("DICOM/IM2", CUT + b"\x10\x00\x10\x00PN\xff\xff")
    result = scan_folder(disc.folder, media)
    assert [patient.patient_name for patient in result.patients] == [ANNA.patient_name]
    assert result.totals.missing == 0
    assert codes_by_path(result.problems)["DICOM/IM2"] & {"truncated", "header-damaged"}
    report = import_folder(disc.folder, library, media)
    assert (report.imported, report.failed, report.damaged) == (3, 0, 1)
    assert [study.instances for study in library.studies()] == [3]


def test_a_record_gives_no_identity_to_a_file_that_says_otherwise(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    other = image(ANNA, "T1", "S1", 88)
    disc.write("DICOM/IM2", other[: other.index(b"\x10\x00\x10\x00PN")] + b"\x10\x00\x10\x00PN\xff\xff")
    result = scan_folder(disc.folder, media)
    assert len(result.patients) == 2
    assert instead_of(result)["DICOM/IM2"] == "other-image"


def test_a_zeroed_part_of_a_header_is_filled_from_the_record(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    data = image(ANNA, "T1", "S1", 2)
    start, end = data.index(b"\x10\x00\x10\x00PN"), data.index(b"\x28\x00\x02\x00US")
    disc.write("DICOM/IM2", data[:start] + bytes(end - start) + data[end:])
    result = scan_folder(disc.folder, media)
    assert [patient.patient_name for patient in result.patients] == [ANNA.patient_name]
    assert "header-damaged" in codes_by_path(result.problems)["DICOM/IM2"]
    assert (import_folder(disc.folder, library, media).imported, result.totals.missing) == (3, 0)


def test_what_has_nothing_left_of_its_header_is_told_and_not_counted(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    disc.write("DICOM/IM2", image(ANNA, "T1", "S1", 2)[:140])
    result = scan_folder(disc.folder, media)
    assert codes_by_path(result.problems)["DICOM/IM2"] == {"truncated"}
    assert (result.totals.dicom, result.totals.unreadable, instead_of(result)) == (2, 1, {"DICOM/IM2": "told"})


def test_a_file_that_shares_no_number_with_a_record_takes_no_name_from_it(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_of(tmp_path / "disc")
    listed(disc, records(disc))
    nobody = dict.fromkeys(
        ("patient_name", "patient_id", "study_instance_uid", "series_instance_uid", "sop_instance_uid")
    )
    disc.write("DICOM/IM2", image(ANNA, "T1", "S1", 2, form=Form(meta=False), **nobody))
    result = scan_folder(disc.folder, media)
    assert sorted(patient.patient_name or "" for patient in result.patients) == ["", ANNA.patient_name]
    assert instead_of(result) == {"DICOM/IM2": "other-image"}


def test_a_name_that_was_guessed_in_a_record_stays_a_guess_in_the_file_that_takes_it(
    tmp_path: Path, media: WorkerPool
) -> None:
    raw = "Иванова^Ольга".encode("cp1251")
    guessed = Person(raw, "G-1", "19500101", "F")  # type: ignore[arg-type]
    disc = disc_of(tmp_path / "disc", 0)
    data = image(guessed, "T1", "S1", 2)
    disc.write("DICOM/IM2", data[: data.index(b"\x10\x00\x10\x00PN")] + b"\x10\x00\x10\x00PN\xff\xff")
    known = str(image_values(guessed, "T1", "S1", 2)["sop_instance_uid"])
    listed(disc, [image_record("DICOM\\IM2", known, 2)], guessed)
    [patient] = scan_folder(disc.folder, media).patients
    assert (patient.patient_name, patient.doubtful_name) == ("Иванова^Ольга", raw.decode("latin_1"))
