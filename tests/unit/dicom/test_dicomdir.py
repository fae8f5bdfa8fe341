"""A DICOMDIR is read record by record, however wrong it is."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import pydicom
import pytest

from core.errors import DicomError
from dicom.dicomdir import directory_records
from dicom.dicomdir.dicomdir import Directory, read_dicomdir
from tests.discs import ANNA, BERT, Record, dicomdir, image, image_record, long_dicomdir, person_tree, uid
from tests.discs.hostile import BAD_FILE_IDS
from tests.tools import pydicom_file

VARIANTS = ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-nooffset", "DICOMDIR-nopatient"]
VARIANTS += ["DICOMDIR-reordered", "DICOMDIR-empty.dcm", "TINY_ALPHA/DICOMDIR"]


def images(count: int = 3, first: int = 1) -> list[Record]:
    return [image_record(f"IMAGES\\A{number}", uid(f"i{number}"), number) for number in range(first, first + count)]


def tree(*records: Record) -> Record:
    return person_tree(ANNA, "T1", "S1", records or images())


def names(directory: Directory) -> list[str]:
    return ["/".join(reference.file_id) for reference in directory.references]


THREE = ["IMAGES/A1", "IMAGES/A2", "IMAGES/A3"]


def folder() -> Path:
    return pydicom_file("dicomdirtests/DICOMDIR").parent


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_pydicoms_file_set_is_read(name: str) -> None:
    path = folder() / name
    expected = []
    for record in pydicom.dcmread(path).get("DirectoryRecordSequence") or []:
        if "ReferencedFileID" in record:
            value = record.ReferencedFileID
            file_id = (value,) if isinstance(value, str) else tuple(value)
            uids = record.ReferencedSOPClassUIDInFile, record.ReferencedSOPInstanceUIDInFile
            expected.append((file_id, *uids, record.ReferencedTransferSyntaxUIDInFile))
    directory = read_dicomdir(path.read_bytes())
    found = [
        (one.file_id, one.sop_class_uid, one.sop_instance_uid, one.transfer_syntax_uid) for one in directory.references
    ]
    assert sorted(found) == sorted(expected)
    assert all(reference.in_use for reference in directory.references)


@pytest.mark.parametrize(
    "name", ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-nooffset", "DICOMDIR-reordered"]
)
def test_references_know_their_patient_study_and_series(name: str) -> None:
    directory = read_dicomdir((folder() / name).read_bytes())
    for reference in directory.references:
        data_set = pydicom.dcmread(folder().joinpath(*reference.file_id), stop_before_pixels=True)
        header = reference.header
        assert header.patient_id == data_set.PatientID
        assert header.patient_name == str(data_set.PatientName)
        assert header.study_instance_uid == data_set.StudyInstanceUID
        assert header.series_instance_uid == data_set.SeriesInstanceUID
        assert header.instance_number == data_set.InstanceNumber
        assert header.modality == data_set.Modality
    assert directory.file_set_id == "PYDICOM_TEST"


def test_a_tree_without_patients_is_read() -> None:
    for reference in read_dicomdir((folder() / "DICOMDIR-nopatient").read_bytes()).references:
        data_set = pydicom.dcmread(folder().joinpath(*reference.file_id), stop_before_pixels=True)
        assert reference.header.patient_id in (None, data_set.PatientID)
        assert reference.header.study_instance_uid == data_set.StudyInstanceUID
        assert reference.header.series_instance_uid == data_set.SeriesInstanceUID


def test_persons_do_not_mix() -> None:
    trees = [person_tree(ANNA, "T1", "S1", images(2)), person_tree(BERT, "T9", "S9", images(2, 3))]
    directory = read_dicomdir(dicomdir(trees))
    found = [(reference.header.patient_name, reference.header.study_id) for reference in directory.references]
    assert found == [("SAMPLE^ANNA", "T1")] * 2 + [("SAMPLE^BERT", "T9")] * 2
    assert directory.problems == []


def test_records_that_are_not_in_use_say_so() -> None:
    records = images()
    records[1].in_use = False
    directory = read_dicomdir(dicomdir([tree(*records)]))
    assert [reference.in_use for reference in directory.references] == [True, False, True]


def test_records_that_share_a_file_are_followed_to_it() -> None:
    shared = Record("MRDR", {}, "IMAGES\\SHARED", uid("shared"))
    leaf = Record("IMAGE", {0x00200013: ("IS", 1)}, mrdr=shared)
    directory = read_dicomdir(dicomdir([tree(leaf), shared]))
    assert names(directory) == ["IMAGES/SHARED"]
    assert directory.references[0].sop_instance_uid == uid("shared")
    assert directory.references[0].header.patient_name == "SAMPLE^ANNA"


def test_each_record_has_its_own_character_set() -> None:
    first = person_tree(ANNA, "T1", "S1", images(1))
    second = person_tree(BERT, "T1", "S1", images(1, 2))
    first.keys = {0x00080005: ("CS", "ISO_IR 100"), 0x00100010: ("PN", "Müller^Änne".encode("latin-1") + b" ")}
    second.keys = {0x00080005: ("CS", "ISO_IR 192"), 0x00100010: ("PN", "山田^太郎".encode() + b" ")}
    found = [reference.header.patient_name for reference in read_dicomdir(dicomdir([first, second])).references]
    assert found == ["Müller^Änne", "山田^太郎"]


def test_the_character_set_of_those_above_holds_below() -> None:
    root = tree()
    root.keys[0x00080005] = ("CS", "ISO_IR 144")
    root.children[0].keys[0x00081030] = ("LO", "Голова".encode("iso8859_5"))
    assert read_dicomdir(dicomdir([root])).references[0].header.study_description == "Голова"


def test_an_image_that_is_called_dicomdir_is_no_directory() -> None:
    with pytest.raises(DicomError) as caught:
        read_dicomdir(image())
    assert (caught.value.code, caught.value.facts) == ("not-dicom", {"kind": "instance"})


@pytest.mark.parametrize("data", [b"", b"no directory", bytes(5000), b"PK\x03\x04" + bytes(100)])
def test_what_is_no_dicom_is_no_directory(data: bytes) -> None:
    with pytest.raises(DicomError, match="not-dicom"):
        read_dicomdir(data)


# --- offsets that lie ---


@pytest.mark.parametrize(
    "bent",
    [
        {"next_of": {3: 3}},
        {"next_of": {5: 3}},
        {"next_of": {3: 0}},
        {"child_of": {2: 0}},
        {"child_of": {2: 2}},
        {"child_of": {0: 0}},
        {"child_of": {3: 1}},
        {"raw_next_of": {3: 0xFFFFFF00}},
        {"raw_next_of": {3: 7}},
        {"raw_next_of": {3: 0}},
        {"raw_next_of": {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1}},
    ],
    ids=str,
)
def test_every_reference_is_found_once_whatever_the_offsets_say(bent: dict[str, dict[int, int]]) -> None:
    directory = read_dicomdir(dicomdir([tree()], **bent))  # type: ignore[arg-type]
    assert sorted(names(directory)) == THREE
    assert {reference.header.patient_name for reference in directory.references} == {"SAMPLE^ANNA"}


def test_offsets_that_lead_nowhere_leave_the_order_of_the_file() -> None:
    data = bytearray(dicomdir([tree(), person_tree(BERT, "T2", "S2", images(2, 4))]))
    for place in range(len(data) - 12):
        if data[place : place + 8] in (b"\x04\x00\x00\x14UL\x04\x00", b"\x04\x00\x20\x14UL\x04\x00"):
            data[place + 8 : place + 12] = b"\xfe\xfe\xfe\x0e"
    directory = read_dicomdir(bytes(data))
    assert names(directory) == [*THREE, "IMAGES/A4", "IMAGES/A5"]
    assert [reference.header.patient_id for reference in directory.references] == ["P-1"] * 3 + ["P-2"] * 2
    assert directory.problems


def test_offsets_that_are_all_wrong_by_the_same_number_are_put_right() -> None:
    data = dicomdir([tree(), person_tree(BERT, "T2", "S2", images(2, 4))])
    shifted = (
        data[:132] + data[132:144].replace(data[140:144], struct.pack("<I", 999)) + b"\2\0\x16\0AE\4\0SCAN" + data[144:]
    )
    directory = read_dicomdir(shifted)
    assert names(directory) == [*THREE, "IMAGES/A4", "IMAGES/A5"]
    assert directory.problems == []


# --- records that are broken ---


def record_places(data: bytes) -> list[int]:
    return [place for place in range(len(data)) if data[place : place + 4] == b"\xfe\xff\x00\xe0"]


@pytest.mark.parametrize("length", [0, 3, 20, 5000, 0xFFFFFFF0])
@pytest.mark.parametrize("number", [0, 2, 3, 4])
def test_a_record_with_a_wrong_length_costs_only_itself(number: int, length: int) -> None:
    data = dicomdir([tree()])
    place = record_places(data)[number]
    directory = read_dicomdir(data[: place + 4] + struct.pack("<I", length) + data[place + 8 :])
    kept = set(THREE) if number < 3 else set(THREE) - {THREE[number - 3]}
    assert set(names(directory)) >= kept


def test_a_record_full_of_noise_costs_only_itself() -> None:
    data = bytearray(dicomdir([tree()]))
    first, second = record_places(data)[3:5]
    data[first + 8 : second] = bytes((7 * number) % 251 for number in range(second - first - 8))
    assert names(read_dicomdir(bytes(data))) == ["IMAGES/A2", "IMAGES/A3"]


def test_items_of_undefined_length_are_read() -> None:
    data = dicomdir([tree()])
    places = [*record_places(data), len(data)]
    head = data[: places[0] - 4] + b"\xff\xff\xff\xff"
    items = [
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + data[start + 8 : end] + b"\xfe\xff\x0d\xe0\0\0\0\0"
        for start, end in pairwise(places)
    ]
    directory = read_dicomdir(head + b"".join(items) + b"\xfe\xff\xdd\xe0\0\0\0\0")
    assert names(directory) == THREE


@pytest.mark.parametrize("cut", [1, 60, 150, 200, 400])
def test_a_directory_that_ends_early_gives_what_it_has(cut: int) -> None:
    data = dicomdir([tree()])
    directory = read_dicomdir(data[:-cut])
    assert names(directory)[: 3 - -(-cut // 170)] == THREE[: 3 - -(-cut // 170)]
    assert directory.problems


def test_records_without_any_key_are_passed_over() -> None:
    bare = Record("PATIENT", children=[Record("STUDY", children=[Record("SERIES", children=[Record("IMAGE")])])])
    assert names(read_dicomdir(dicomdir([bare, tree()]))) == THREE


def test_private_records_are_passed_over_and_their_files_named() -> None:
    root = tree(Record("PRIVATE", {0x00091010: ("UN", b"\0\1")}), Record("PRIVATE", {}, "PRIV\\X"), *images())
    assert names(read_dicomdir(dicomdir([Record("PRIVATE"), root]))) == ["PRIV/X", *THREE]


def test_file_ids_are_told_as_they_are() -> None:
    records = [image_record(file_id, uid(name)) for name, file_id in BAD_FILE_IDS.items()]
    directory = read_dicomdir(dicomdir([tree(*records)]))
    found = {reference.file_id for reference in directory.references}
    assert ("..", "..", "..", "OUTSIDE") in found
    assert ("C:", "WINDOWS", "WIN.INI") in found
    assert ("/etc/passwd",) in found
    assert () in found  # an image is listed, its file's name is lost
    assert len(directory.references) == len(BAD_FILE_IDS)


def test_a_file_id_of_a_megabyte_is_bounded() -> None:
    records = [image_record(b"A\\" * 30_000, uid("long")), *images()]
    directory = read_dicomdir(dicomdir([tree(*records)]))
    assert max(len(reference.file_id) for reference in directory.references) <= 64


def test_records_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_records, "MAX_RECORDS", 1_000)
    raw = directory_records.read_records(long_dicomdir(1_001))
    assert len(raw.records) == 1_000
    assert raw.problems == ["too many records"]


def test_the_bound_is_a_million() -> None:
    assert directory_records.MAX_RECORDS == 1_000_000


def test_a_chain_of_children_as_deep_as_the_bound_is_followed() -> None:
    count = 20_000
    directory = read_dicomdir(dicomdir([tree()], child_of={}))
    assert directory.references
    data = (
        long_dicomdir(count)
        .replace(b"\x04\x00\x00\x14UL", b"\x04\x00\x99\x14UL")
        .replace(b"\x04\x00\x20\x14UL", b"\x04\x00\x00\x14UL")
        .replace(b"\x04\x00\x99\x14UL", b"\x04\x00\x20\x14UL")
    )
    assert read_dicomdir(data).references == []
