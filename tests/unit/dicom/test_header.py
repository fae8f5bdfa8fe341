"""The header reader takes what good and odd files say."""

from __future__ import annotations

import struct

import pytest

from core.errors import DicomError
from dicom.model import MEDIA_STORAGE_DIRECTORY, Header
from dicom.reading.header import read_header
from tests.discs import ANNA, BIG_ENDIAN, CHARACTER_SETS, DEFLATED, EXPLICIT, IMPLICIT, Form, dicomdir, image, uid
from tests.discs.files import element_bytes
from tests.unit.dicom.headers import Counted, header_of

PATIENT = b"\x10\x00\x10\x00PN"


def insert(data: bytes, raw: bytes, before: bytes = PATIENT) -> bytes:
    """Put bytes before an element."""
    place = data.index(before)
    return data[:place] + raw + data[place:]


def test_all_wanted_values_are_read() -> None:
    header = header_of(image(ANNA, "T1", "S1", 7, issuer_of_patient_id="HILL", laterality="L", series_date="20190313"))
    assert header == Header(
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        sop_instance_uid=uid("P-1/T1/S1/7"),
        transfer_syntax_uid=EXPLICIT,
        image_type="ORIGINAL\\PRIMARY\\AXIAL",
        study_date="20190312",
        series_date="20190313",
        study_time="101500",
        accession_number="AT1",
        modality="CT",
        study_description="Sample study T1",
        series_description="Sample series S1",
        patient_name="SAMPLE^ANNA",
        patient_id="P-1",
        issuer_of_patient_id="HILL",
        patient_birth_date="19510504",
        patient_sex="F",
        study_instance_uid=uid("P-1/T1"),
        series_instance_uid=uid("P-1/T1/S1"),
        study_id="T1",
        series_number=1,
        instance_number=7,
        laterality="L",
    )


FORMS = {
    "implicit": (Form(IMPLICIT), ()),
    "big endian": (Form(BIG_ENDIAN), ()),
    "deflated": (Form(DEFLATED), ()),
    "no preamble": (Form(preamble=None), ("non-standard",)),
    "no preamble, no meta group": (Form(preamble=None, meta=False), ("non-standard",)),
    "implicit, no preamble, no meta group": (Form(IMPLICIT, preamble=None, meta=False), ("non-standard",)),
    "big endian, no preamble, no meta group": (Form(BIG_ENDIAN, preamble=None, meta=False), ("non-standard",)),
    "no meta group": (Form(meta=False), ("non-standard",)),
    "no transfer syntax": (Form(declared_syntax=None), ("non-standard",)),
    "implicit, no transfer syntax": (Form(IMPLICIT, declared_syntax=None), ("non-standard",)),
    "explicit said, implicit meant": (Form(IMPLICIT, declared_syntax=EXPLICIT), ("non-standard",)),
    "implicit said, explicit meant": (Form(EXPLICIT, declared_syntax=IMPLICIT), ("non-standard",)),
    "big endian said, little meant": (Form(EXPLICIT, declared_syntax=BIG_ENDIAN), ("non-standard",)),
    "little endian said, big meant": (Form(BIG_ENDIAN, declared_syntax=EXPLICIT), ("non-standard",)),
    "deflated said, nothing deflated": (Form(EXPLICIT, declared_syntax=DEFLATED), ()),
    "GE's private syntax": (Form(IMPLICIT, declared_syntax="1.2.840.113619.5.2"), ()),
    "a program in the preamble": (Form(preamble=b"MZ" + b"\x90" * 126), ()),
    "a TIFF in the preamble": (Form(preamble=b"II*\0" + b"\x08\0\0\0" * 31), ()),
}


@pytest.mark.parametrize("form,marks", FORMS.values(), ids=FORMS.keys())
def test_every_wrapping_is_read(form: Form, marks: tuple[str, ...]) -> None:
    header = header_of(image(number=7, form=form))
    assert (header.sop_instance_uid, header.patient_name, header.instance_number, header.laterality) == (
        uid("P-1/T1/S1/7"),
        "SAMPLE^ANNA",
        7,
        None,
    )
    assert header.transfer_syntax_uid == (
        (form.syntax if form.declared_syntax == "" else form.declared_syntax) if form.meta else None
    )
    assert header.marks == marks


def test_a_file_that_holds_dicm_by_accident_is_read_from_its_start() -> None:
    bare = image(form=Form(preamble=None, meta=False))
    start = bare.index(b"\x08\x00\x16\x00")
    text = b"x" * (128 - start - 8) + b"DICM" + b"xx"
    data = bare[:start] + element_bytes((0x00080012, "DA", text)) + bare[start:]
    assert data[128:132] == b"DICM"
    assert header_of(data).patient_name == "SAMPLE^ANNA"


@pytest.mark.parametrize("name", CHARACTER_SETS)
def test_names_are_decoded_by_the_files_character_set(name: str) -> None:
    declared, codec, text = CHARACTER_SETS[name]
    header = header_of(image(specific_character_set=declared, patient_name=text, form=Form(codec=codec)))
    assert header.patient_name == text
    assert header.marks == ()


def test_a_guessed_text_is_marked() -> None:
    header = header_of(image(patient_name="Müller^Änne".encode()))
    assert header.patient_name == "Müller^Änne"
    assert header.marks == ("non-standard",)


@pytest.mark.parametrize("raw", [b"", b"  ", b"\0\0", b" \0"])
def test_empty_values_are_none(raw: bytes) -> None:
    header = header_of(image(patient_name=raw, patient_id=raw, study_date=raw, series_number=raw))
    assert (header.patient_name, header.patient_id, header.study_date, header.series_number) == (None,) * 4


@pytest.mark.parametrize(
    "raw,number",
    [
        (b"7 ", 7),
        (b" +7", 7),
        (b"-3", -3),
        (b"007 ", 7),
        (b"7\\8 ", 7),
        (b"7.0 ", None),
        (b"seven ", None),
        (b"9" * 60_000, None),
        (b"-" + b"1" * 9_999, None),
        (b"1e400 ", None),
        (b"\xb2\xb3", None),
    ],
)
def test_an_integer_string_is_a_number_or_none(raw: bytes, number: int | None) -> None:
    assert header_of(image(instance_number=raw)).instance_number == number


@pytest.mark.parametrize(
    "raw,value",
    [
        (b"1.2.3\0", "1.2.3"),
        (b"1.2.3 ", "1.2.3"),
        (b"1.2.3\\1.2.4\0", "1.2.3"),
        (b"\\1.2.4\0\0", "1.2.4"),
        (b"/home/x/y ", "/home/x/y"),
        (b"1." + b"2" * 500, None),
        (b"\0\0", None),
    ],
)
def test_uids_are_single_and_short(raw: bytes, value: str | None) -> None:
    header = header_of(image(study_instance_uid=raw))
    assert header.study_instance_uid == value


def test_a_file_without_sop_instance_uid_says_so() -> None:
    header = header_of(image(sop_instance_uid=None))
    assert header.sop_instance_uid is None
    assert header.marks == ("no-uid",)


def test_missing_study_and_series_uids_are_none() -> None:
    header = header_of(image(study_instance_uid=None, series_instance_uid=None))
    assert (header.study_instance_uid, header.series_instance_uid, header.instance_number) == (None, None, 1)


def test_a_directory_is_recognised() -> None:
    header = header_of(dicomdir([]))
    assert header.sop_class_uid == MEDIA_STORAGE_DIRECTORY


def test_an_image_that_claims_to_be_a_directory_is_an_image() -> None:
    data = image().replace(b"1.2.840.10008.5.1.4.1.1.2\0", b"1.2.840.10008.1.3.10\0\0\0\0\0\0", 1)
    assert header_of(data).sop_class_uid == "1.2.840.10008.5.1.4.1.1.2"


# --- nested and private elements before the wanted ones ---

OPEN_SEQUENCE = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff"
OPEN_ITEM = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
CLOSE_ITEM = b"\xfe\xff\x0d\xe0\0\0\0\0"
CLOSE_SEQUENCE = b"\xfe\xff\xdd\xe0\0\0\0\0"
NESTED_NAME = element_bytes((0x00100010, "PN", b"WRONG^NAME"))


def nested(depth: int, content: bytes = NESTED_NAME) -> bytes:
    """Make sequences in sequences, all of undefined length."""
    return (OPEN_SEQUENCE + OPEN_ITEM) * depth + content + (CLOSE_ITEM + CLOSE_SEQUENCE) * depth


@pytest.mark.parametrize("depth", [1, 2, 63])
def test_sequences_of_undefined_length_are_passed_over(depth: int) -> None:
    header = header_of(insert(image(), nested(depth)))
    assert header.patient_name == "SAMPLE^ANNA"
    assert header.marks == ()


def test_a_sequence_of_defined_length_is_leapt_over() -> None:
    content = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(NESTED_NAME)) + NESTED_NAME
    raw = b"\x08\x00\x40\x11SQ\0\0" + struct.pack("<I", len(content)) + content
    assert header_of(insert(image(), raw)).patient_name == "SAMPLE^ANNA"


def test_an_item_of_defined_length_in_a_sequence_without_is_leapt_over() -> None:
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(NESTED_NAME)) + NESTED_NAME
    assert header_of(insert(image(), OPEN_SEQUENCE + item + item + CLOSE_SEQUENCE)).patient_name == "SAMPLE^ANNA"


def test_a_private_sequence_of_unknown_vr_is_implicit_inside() -> None:
    implicit_name = struct.pack("<HHI", 0x10, 0x10, 10) + b"WRONG^NAME"
    raw = b"\x09\x00\x10\x10UN\0\0\xff\xff\xff\xff" + OPEN_ITEM + implicit_name + CLOSE_ITEM + CLOSE_SEQUENCE
    header = header_of(insert(image(), raw))
    assert (header.patient_name, header.marks) == ("SAMPLE^ANNA", ())


def test_a_missing_item_delimiter_and_one_too_many_are_forgiven() -> None:
    header = header_of(insert(image(), OPEN_SEQUENCE + OPEN_ITEM + NESTED_NAME + CLOSE_SEQUENCE + CLOSE_SEQUENCE))
    assert header.patient_name == "SAMPLE^ANNA"
    assert "header-damaged" not in header.marks


def test_an_encapsulated_icon_is_passed_over() -> None:
    raw = (
        b"\x09\x00\x10\x10OB\0\0\xff\xff\xff\xff"
        + b"\xfe\xff\x00\xe0\0\0\0\0"
        + b"\xfe\xff\x00\xe0\x04\0\0\0\xff\xd8\xff\xd9"
    )
    header = header_of(insert(image(), raw + CLOSE_SEQUENCE))
    assert (header.patient_name, header.marks) == ("SAMPLE^ANNA", ())


@pytest.mark.parametrize("size", [70_000, 700_000, 30_000_000])
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_large_private_values_before_the_name_are_leapt_over(size: int, syntax: str) -> None:
    data = image(form=Form(syntax, extra=((0x00071010, "OB", bytes(size)),)))
    counted = Counted(data)
    header = read_header(data[: 64 * 1024], len(data), counted.more)
    assert header.patient_name == "SAMPLE^ANNA"
    assert counted.read <= 128 * 1024


def test_many_private_elements_are_walked_in_steps() -> None:
    extra = tuple((0x00091000 + number % 0xFF, "LO", b"some text of a maker") for number in range(20_000))
    data = image(form=Form(extra=extra))
    start = data.index(b"\x08\x00\x08\x00CS")
    first = data.index(b"\x09\x00")
    ordered = data[:first] + data[start : data.index(PATIENT)] + data[first:start] + data[data.index(PATIENT) :]
    counted = Counted(ordered)
    assert read_header(ordered[: 64 * 1024], len(ordered), counted.more).patient_name == "SAMPLE^ANNA"
    assert 600_000 > counted.read > 400_000


# --- odd files that others read ---


def bent(vr: bytes, tag: bytes = b"\x08\x00\x30\x10") -> bytes:
    """Give the study description another VR."""
    data = image()
    place = data.index(tag + b"LO")
    return data[: place + 4] + vr + data[place + 6 :]


@pytest.mark.parametrize("vr", [b"??", b"XX", b"  ", b"\0\0", b"lo", b"--"])
def test_an_odd_vr_costs_nothing(vr: bytes) -> None:
    header = header_of(bent(vr))
    assert (header.study_description, header.patient_name) == ("Sample study T1", "SAMPLE^ANNA")
    assert header.marks == ("non-standard",)


def test_an_implicit_element_among_explicit_ones_is_read() -> None:
    data = image()
    place = data.index(b"\x08\x00\x30\x10LO")
    mixed = data[: place + 4] + struct.pack("<I", 16) + data[place + 8 :]
    assert header_of(mixed).study_description == "Sample study T1"


def test_explicit_elements_behind_implicit_ones_are_read() -> None:
    implicit, explicit = image(form=Form(IMPLICIT)), image()
    mixed = implicit[: implicit.index(b"\x10\x00\x10\x00")] + explicit[explicit.index(PATIENT) :]
    header = header_of(mixed)
    assert (header.patient_name, header.instance_number) == ("SAMPLE^ANNA", 1)


def test_unsorted_elements_are_read() -> None:
    data = image()
    start, end = data.index(b"\x08\x00\x20\x00DA"), data.index(b"\x08\x00\x60\x00CS")
    place = data.index(b"\x10\x00\x20\x00LO")
    header = header_of(data[:start] + data[end:place] + data[start:end] + data[place:])
    assert (header.study_date, header.patient_id) == ("20190312", "P-1")


@pytest.mark.parametrize("length", [4, 15, 18, 58, 400, 0xFFFF])
def test_a_wrong_length_costs_one_element_and_is_marked(length: int) -> None:
    data = image()
    place = data.index(b"\x08\x00\x30\x10LO")
    header = header_of(data[: place + 6] + struct.pack("<H", length) + data[place + 8 :])
    assert header.patient_name == "SAMPLE^ANNA"
    assert header.series_description == "Sample series S1"
    assert header.marks == ("header-damaged",)


@pytest.mark.parametrize("length", [15, 18, 400, 0xFFFF, 0xFFFFFFF0])
def test_a_wrong_length_in_an_implicit_file_costs_one_element_and_is_marked(length: int) -> None:
    data = image(form=Form(IMPLICIT))
    place = data.index(b"\x08\x00\x30\x10")
    header = header_of(data[: place + 4] + struct.pack("<I", length) + data[place + 8 :])
    assert (header.patient_name, header.instance_number) == ("SAMPLE^ANNA", 1)
    assert header.marks == ("header-damaged",)


@pytest.mark.parametrize("head", [b"OB\0\0\xf0\xff\xff\xff", b"SQ\0\0\xf0\xff\xff\xff", b"UN\0\0\xff\xff\xff\x7f"])
def test_a_length_beyond_the_file_is_not_refused(head: bytes) -> None:
    header = header_of(insert(image(), b"\x09\x00\x10\x10" + head))
    assert (header.patient_name, header.instance_number) == ("SAMPLE^ANNA", 1)
    assert header.marks == ("header-damaged",)


def test_pixel_data_longer_than_the_file_is_not_the_headers_affair() -> None:
    assert header_of(image()[:-300]).marks == ()


def test_a_very_long_value_is_cut() -> None:
    header = header_of(image(patient_name=b"X" * 60_000))
    assert header.patient_name == "X" * 4096


def test_odd_lengths_are_read() -> None:
    header = header_of(image(patient_name=b"SAMPLE^ANNE", patient_id=b"P"))
    assert (header.patient_name, header.patient_id) == ("SAMPLE^ANNE", "P")


# --- what is not DICOM, and what cannot be known ---


@pytest.mark.parametrize(
    "data,kind",
    [
        (b"", "empty"),
        (bytes(5000), "zeros"),
        (b"PK\x03\x04" + bytes(200), "zip"),
        (b"MZ\x90\0" + bytes(200), "program"),
        (b"\x7fELF" + bytes(200), "program"),
        (b"#!/bin/sh\n", "script"),
        (b"%PDF-1.4\n", "pdf"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "xml"),
        (b"[AutoRun]\r\nopen=viewer.exe", "autorun"),
        (b"just a few words\r\n", "text"),
        (b"\x08\x00", "unknown"),
        (b"\x08\x00\x05\x00CS", "unknown"),
        (b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100" + b"\xde\xad\xbe\xef" * 100, "unknown"),
        (b"\x08\x00\x05\x00\x0a\x00\x00\x00ISO_IR 100" + b"\xde\xad\xbe\xef" * 100, "unknown"),
        (bytes(range(256)) * 100, "unknown"),
    ],
)
def test_what_is_not_dicom_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(DicomError) as caught:
        header_of(data)
    assert (caught.value.code, caught.value.facts["kind"]) == ("not-dicom", kind)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(500),
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(500),
        b"Salted__" + bytes(range(200)),
        b"-----BEGIN PGP MESSAGE-----\n",
    ],
)
def test_an_encrypted_file_is_named(data: bytes) -> None:
    with pytest.raises(DicomError, match="encrypted"):
        header_of(data)


def test_a_file_that_ends_before_its_data_set_is_truncated() -> None:
    whole = image()
    for end in (132, 150, whole.index(b"\x08\x00\x08\x00CS")):
        with pytest.raises(DicomError, match="truncated"):
            header_of(whole[:end])


def test_a_file_that_ends_in_its_header_is_kept_and_marked() -> None:
    whole = image()
    header = header_of(whole[: whole.index(PATIENT) + 12])
    assert (header.sop_instance_uid, header.patient_name) == (uid("P-1/T1/S1/1"), None)
    assert "truncated" in header.marks


@pytest.mark.parametrize(
    "raw",
    [nested(65), nested(5000), nested(64, OPEN_SEQUENCE + CLOSE_SEQUENCE), OPEN_SEQUENCE + OPEN_ITEM * 3_000],
    ids=["65 levels", "5000 levels", "64 levels", "items in items"],
)
def test_nesting_has_a_bound(raw: bytes) -> None:
    with pytest.raises(DicomError, match="refused-limit"):
        header_of(insert(image(), raw))


@pytest.mark.parametrize(
    "raw",
    [b"\x09\x00\x10\x10LO\0\0" * 2_000_000, OPEN_SEQUENCE + b"\xfe\xff\x00\xe0\0\0\0\0" * 2_000_000 + CLOSE_SEQUENCE],
    ids=["elements", "items"],
)
def test_reading_stops_after_a_megabyte(raw: bytes) -> None:
    data = insert(image(), raw)
    counted = Counted(data)
    with pytest.raises(DicomError, match="refused-limit"):
        read_header(data[: 64 * 1024], len(data), counted.more)
    assert counted.read <= 1024 * 1024


def test_a_deflate_bomb_is_inflated_to_a_bound_only() -> None:
    bomb = image(form=Form(DEFLATED, extra=((0x00070010, "UN", bytes(64 << 20)),)))
    assert len(bomb) < 100_000
    with pytest.raises(DicomError, match="refused-limit"):
        header_of(bomb)


def test_noise_in_place_of_a_deflated_data_set_is_damage() -> None:
    data = image(form=Form(DEFLATED))
    start = data.index(b"2.25.330129181931131") + 20
    with pytest.raises(DicomError, match="header-damaged"):
        header_of(data[:start] + b"\xff" * 3000)


def test_what_can_be_inflated_of_a_damaged_stream_is_used() -> None:
    data = image(form=Form(DEFLATED, extra=((0x00070010, "UN", bytes(range(256)) * 16),)))
    header = header_of(data[: len(data) - 150] + b"\xff" * 150)
    assert header.sop_instance_uid == uid("P-1/T1/S1/1")
