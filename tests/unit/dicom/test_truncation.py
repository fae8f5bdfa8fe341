"""Whether a data set ends before its lengths say."""

from __future__ import annotations

import struct

import pytest

from dicom.reading.header import find_truncation
from tests.discs import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Form, encapsulated, fragments, image
from tests.tools import pydicom_file
from tests.unit.dicom.headers import Counted

JPEG_BASELINE = "1.2.840.10008.1.2.4.50"


def is_cut(data: bytes) -> bool:
    return find_truncation(Counted(data).more, len(data))


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])
@pytest.mark.parametrize("bare", [False, True])
def test_a_whole_file_is_whole_and_a_cut_one_is_cut(syntax: str, bare: bool) -> None:
    form = Form(syntax, preamble=None, meta=False) if bare and syntax != DEFLATED else Form(syntax)
    data = image(form=form)
    assert not is_cut(data)
    assert is_cut(data[: len(data) - 200])
    assert is_cut(data[: len(data) - 513])
    if syntax != DEFLATED:
        place = data.index(b"SAMPLE^ANNA")
        assert all(is_cut(data[: place + cut]) for cut in (-6, -3, -1, 0, 5, 11))


@pytest.mark.parametrize("tail", [b"\0", bytes(7), bytes(512), b"\xfc\xff\xfc\xffOB\0\0\x04\0\0\0\0\0\0\0"])
def test_padding_behind_the_data_set_is_not_missed(tail: bytes) -> None:
    assert not is_cut(image() + tail)


def test_encapsulated_pixels_end_with_their_delimiter() -> None:
    whole = encapsulated(fragments(b"\xff\xd8\xff\xd9" * 100, b"\xff\xd8\xff\xd9" * 50), JPEG_BASELINE)
    assert not is_cut(whole)
    assert is_cut(whole[:-8])
    assert is_cut(whole[:-50])
    assert is_cut(encapsulated(fragments(b"\xff\xd8\xff\xd9", closed=False), JPEG_BASELINE))


def test_nested_sequences_are_followed() -> None:
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    opening = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + item
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    data = image()
    place = data.index(b"\x10\x00\x10\x00PN")
    whole = data[:place] + opening * 3 + closing * 3 + data[place:]
    assert not is_cut(whole)
    assert is_cut(whole[:-1])


def test_what_is_no_dicom_is_not_called_cut() -> None:
    for data in (b"", b"text", bytes(1000), b"MZ" + bytes(500)):
        assert not is_cut(data)


def test_only_element_headers_are_read() -> None:
    data = image(pixel_data=bytes(50_000_000))
    counted = Counted(data)
    assert not find_truncation(counted.more, len(data))
    assert counted.read < 200_000


def test_a_thousand_fragments_are_leapt_over() -> None:
    whole = encapsulated(fragments(*[bytes(20_000)] * 1_000), JPEG_BASELINE)
    counted = Counted(whole)
    assert not find_truncation(counted.more, len(whole))
    assert counted.calls <= 1_010


def test_lengths_that_go_nowhere_end() -> None:
    meta = image()[: image().index(b"\x08\x00\x08\x00CS")]
    assert find_truncation(Counted(meta + b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff").more, len(meta) + 12)
    endless = meta + (b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 10_000
    is_cut(endless)
    is_cut(meta + struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 0xFFFFFFF0) + bytes(100))


@pytest.mark.parametrize(
    "name,cut",
    [
        ("CT_small.dcm", False),
        ("MR_small.dcm", False),
        ("MR_small_bigendian.dcm", False),
        ("image_dfl.dcm", False),
        ("JPEG2000.dcm", False),
        ("SC_rgb_rle.dcm", False),
        ("rtplan.dcm", False),
        ("reportsi.dcm", False),
        ("MR_truncated.dcm", True),
        ("rtplan_truncated.dcm", True),
    ],
)
def test_real_files_are_judged_right(name: str, cut: bool) -> None:
    assert is_cut(pydicom_file(name).read_bytes()) == cut
