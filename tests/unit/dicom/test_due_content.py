"""A file that ends exactly between two elements is whole only where its class asks for nothing that is not there."""

from __future__ import annotations

import struct

import pytest

from core.errors import DicomError
from dicom.model import MEDIA_STORAGE_DIRECTORY
from dicom.reading.header import find_truncation
from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.files import ANNA, BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Element, Form, Value, image
from tests.unit.dicom.headers import Counted, header_of

STORAGE = "1.2.840.10008.5.1.4.1.1."
NO_PIXELS: dict[str, Value] = dict.fromkeys(
    ("pixel_data", "rows", "columns", "samples_per_pixel", "bits_allocated", "bits_stored", "high_bit"), None
)


def is_cut(data: bytes) -> bool:
    return find_truncation(Counted(data).more, len(data))


def boundaries(data: bytes, syntax: str) -> list[int]:
    """Name where elements of the data set begin, but for the first."""
    order = ">" if syntax == BIG_ENDIAN else "<"
    position, found = 132, []
    while position < len(data):
        in_meta = data[position : position + 2] == b"\x02\x00"
        if not in_meta:
            found.append(position)
        vr = data[position + 4 : position + 6]
        if syntax == IMPLICIT and not in_meta:
            position += 8 + struct.unpack_from("<I", data, position + 4)[0]
        elif vr in (b"OB", b"OW", b"SQ", b"UN"):
            position += 12 + struct.unpack_from(("<" if in_meta else order) + "I", data, position + 8)[0]
        else:
            position += 8 + struct.unpack_from(("<" if in_meta else order) + "H", data, position + 6)[0]
    return found[1:]


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG_ENDIAN])
def test_an_image_cut_between_any_two_elements_is_cut(syntax: str) -> None:
    data = image(form=Form(syntax))
    places = boundaries(data, syntax)
    assert len(places) > 20
    assert not is_cut(data)
    for place in places:
        assert is_cut(data[:place]), place


def test_the_header_says_so_where_the_studys_number_is_not_reached() -> None:
    data = image()
    place = data.index(b"\x10\x00\x10\x00PN")
    assert "truncated" in header_of(data[:place]).marks
    assert "truncated" not in header_of(data).marks


WITHOUT_PIXELS: dict[str, tuple[str, list[Element]]] = {
    "structured report": ("88.33", [(0x0040A730, "SQ", b"")]),
    "key object selection": ("88.59", [(0x0040A730, "SQ", b"")]),
    "presentation state": ("11.1", []),
    "encapsulated PDF": ("104.1", [(0x00420011, "OB", b"%PDF")]),
    "ECG": ("9.1.1", [(0x54000100, "SQ", b"")]),
    "RT structure set": ("481.3", []),
    "RT plan": ("481.5", []),
    "RT dose of histograms": ("481.2", []),
    "raw data": ("66", []),
    "spatial registration": ("66.1", []),
    "spectroscopy": ("4.2", []),
    "image elsewhere": ("2", [(0x00287FE0, "UR", b"https://here/1 ")]),
    "unknown class": ("2", []),
}


@pytest.mark.parametrize("name", WITHOUT_PIXELS)
def test_what_needs_no_pixels_is_whole_without(name: str) -> None:
    kind, extra = WITHOUT_PIXELS[name]
    sop_class = "1.3.6.1.4.1.9999.1" if name == "unknown class" else STORAGE + kind
    assert not is_cut(image(form=Form(extra=tuple(extra)), sop_class_uid=sop_class, **NO_PIXELS))


@pytest.mark.parametrize("kind", ["88.33", "88.59", "104.1", "9.1.1"])
def test_a_report_a_paper_or_an_ecg_without_its_content_is_cut(kind: str) -> None:
    assert is_cut(image(sop_class_uid=STORAGE + kind, **NO_PIXELS))


@pytest.mark.parametrize("kind", ["1", "2", "3.1", "4", "6.1", "7", "12.1", "20", "66.4", "77.1.6", "128", "481.1"])
def test_an_image_of_any_class_without_pixels_is_cut(kind: str) -> None:
    assert is_cut(image(sop_class_uid=STORAGE + kind, **NO_PIXELS))
    assert is_cut(image(sop_class_uid=STORAGE + kind, pixel_data=None))
    assert is_cut(image(sop_class_uid=STORAGE + kind, pixel_data=b""))


def shaped(length: int, **values: Value) -> bytes:
    return image(pixel_data=bytes(length), **values)


SHAPES: list[tuple[int, dict[str, Value]]] = [
    (16 * 16 * 2, {}),
    (16 * 16 * 2 * 5, {"number_of_frames": 5}),
    (16 * 16 * 3, {"samples_per_pixel": 3, "bits_allocated": 8, "photometric_interpretation": "RGB"}),
    (16 * 16 * 2, {"samples_per_pixel": 3, "bits_allocated": 8, "photometric_interpretation": "YBR_FULL_422"}),
    (16 * 16 // 8 * 3, {"bits_allocated": 1, "number_of_frames": 3}),
    (16 * 16 * 4, {"bits_allocated": 32}),
    (15 * 15, {"rows": 15, "columns": 15, "bits_allocated": 8}),
]


@pytest.mark.parametrize("length, values", SHAPES)
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG_ENDIAN])
def test_pixels_shorter_than_rows_columns_and_frames_ask_for_are_cut(
    length: int, values: dict[str, Value], syntax: str
) -> None:
    assert not is_cut(shaped(length, **values, form=Form(syntax)))
    assert not is_cut(shaped(length + 2, **values, form=Form(syntax)))
    assert is_cut(shaped(length - 2, **values, form=Form(syntax)))


def test_float_pixels_are_pixels() -> None:
    floats: tuple[Element, ...] = ((0x7FE00008, "OF", bytes(16 * 16 * 4)),)
    kind = STORAGE + "30"
    assert not is_cut(image(form=Form(extra=floats), pixel_data=None, sop_class_uid=kind))
    short: tuple[Element, ...] = ((0x7FE00008, "OF", bytes(16 * 16 * 4 - 4)),)
    assert is_cut(image(form=Form(extra=short), pixel_data=None, sop_class_uid=kind))


def test_absurd_sizes_are_compared_without_being_believed() -> None:
    assert is_cut(shaped(100, number_of_frames="999999999"))
    assert not is_cut(shaped(512, number_of_frames="0"))
    assert not is_cut(shaped(512, number_of_frames="x"))


@pytest.mark.parametrize("place", [0, 128, 132])
@pytest.mark.parametrize("rest", [bytes(600), b"\x01\x00\x00\x00" * 200, bytes(range(256)) * 4])
def test_bytes_that_begin_like_a_table_of_contents_are_none(place: int, rest: bytes) -> None:
    data = (b"DICM".rjust(132, b"x") if place == 132 else b"x" * place) + b"\x04\x00" + rest
    assert said_of(data) in {None, "not-dicom", "header-damaged", "truncated"}


def said_of(data: bytes) -> str | None:
    """Give the class of a file, or why it has none."""
    try:
        return header_of(data).sop_class_uid
    except DicomError as error:
        return error.code


def test_an_image_behind_such_bytes_is_an_image() -> None:
    for odd in (
        b"\x04\x00\x10\x00\x02\x00\x00\x00",
        b"\x08\x00\x00\x00\x04\x00\x00\x00",
        b"\x04\x00\x10\x00UL\x04\x00",
    ):
        data = image(form=Form(preamble=odd.ljust(128, b"\0")))
        assert header_of(data).patient_name == ANNA.patient_name


def test_a_real_table_of_contents_is_known_with_and_without_what_stands_before_it() -> None:
    whole = dicomdir([person_tree(ANNA, "T1", "S1", [image_record("A", "2.25.1")])])
    start = whole.index(b"\x04\x00\x30\x11")
    for data in (whole, whole[start:], bytes(128) + whole[start:], bytes(128) + b"DICM" + whole[start:]):
        assert header_of(data).sop_class_uid == MEDIA_STORAGE_DIRECTORY
        assert not is_cut(data)


def test_a_deflated_image_is_whole() -> None:
    assert not is_cut(image(form=Form(DEFLATED)))
