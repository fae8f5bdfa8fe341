"""Whole files in unusual clothes: whatever other readers read has its name here too, and is not called damaged."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable

import pydicom
import pytest

from core.errors import DicomError
from dicom.model import DAMAGE, Header
from dicom.objects.salvage import is_settled, salvaged_header
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.reading.header import find_truncation, read_header
from tests.discs.files import ANNA, BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Form, element_bytes, image
from tests.unit.dicom.headers import Counted

BEFORE_THE_PERSON = 0x00091010
UNDEFINED = b"\xff\xff\xff\xff"


class Writer:
    """Writes elements and items in one encoding."""

    def __init__(self, explicit: bool = True, little: bool = True) -> None:
        self.explicit = explicit
        self.little = little

    def tag(self, tag: int) -> bytes:
        return struct.pack("<HH" if self.little else ">HH", tag >> 16, tag & 0xFFFF)

    def number(self, value: int) -> bytes:
        return struct.pack("<I" if self.little else ">I", value)

    def element(self, tag: int, vr: str, value: bytes) -> bytes:
        return element_bytes((tag, vr, value), explicit=self.explicit, little=self.little)

    def opening(self, tag: int, vr: bytes) -> bytes:
        return self.tag(tag) + (vr + b"\0\0" if self.explicit else b"") + UNDEFINED

    def item(self, content: bytes, *, closed: bool = False) -> bytes:
        if closed:
            return self.tag(0xFFFEE000) + self.number(len(content)) + content
        return self.tag(0xFFFEE000) + UNDEFINED + content + self.tag(0xFFFEE00D) + self.number(0)

    @property
    def end(self) -> bytes:
        return self.tag(0xFFFEE0DD) + self.number(0)


LITTLE, BIG, BARE = Writer(), Writer(little=False), Writer(explicit=False)


def reference(writer: Writer, number: int = 1) -> bytes:
    uid = f"2.25.{number}".encode()
    return writer.element(0x00081150, "UI", b"1.2.840.10008.5.1.4.1.1.2\0") + writer.element(
        0x00081155, "UI", uid + b"\0" * (len(uid) % 2)
    )


def with_inside(inside: bytes, syntax: str = EXPLICIT, tag: int = 0x00100010, number: int = 1) -> bytes:
    """Put bytes between two elements of a whole image, before the patient's name."""
    plain = EXPLICIT if syntax == DEFLATED else syntax
    data = image(form=Form(plain), number=number)
    little = plain != BIG_ENDIAN
    mark = struct.pack("<HH" if little else ">HH", tag >> 16, tag & 0xFFFF)
    start = data.index(mark, 300)
    data = data[:start] + inside + data[start:]
    if syntax != DEFLATED:
        return data
    meta = 132 + len(meta_bytes_of(data))
    squeezed = zlib.compressobj(wbits=-15)
    body = squeezed.compress(data[meta:]) + squeezed.flush()
    head = image(form=Form(DEFLATED))
    return head[: 132 + len(meta_bytes_of(head))] + body + b"\0" * (len(body) % 2)


def meta_bytes_of(data: bytes) -> bytes:
    """Give group 0002 of a file."""
    position = 132
    while data[position : position + 2] == b"\x02\x00":
        long = data[position + 4 : position + 6] == b"OB"
        length = struct.unpack_from("<I" if long else "<H", data, position + (8 if long else 6))[0]
        position += (12 if long else 8) + length
    return data[132:position]


def settled(data: bytes) -> Header:
    """Read as a scan does: the bounded reader first, what it cannot settle goes to the tolerant one."""
    try:
        header = read_header(data[: 64 * 1024], len(data), Counted(data).more)
    except DicomError:
        return salvaged_header(MemoryBytes(data))
    return header if is_settled(header) else salvaged_header(MemoryBytes(data))


def many_references(writer: Writer, megabytes: float) -> bytes:
    one = writer.item(reference(writer))
    return writer.opening(0x00082112, b"SQ") + one * int(megabytes * 1_000_000 / len(one)) + writer.end


def unknown(inner: Writer, outer: Writer = LITTLE, items: int = 2, **how: bool) -> bytes:
    content = b"".join(inner.item(reference(inner, number), **how) for number in range(items))
    return outer.opening(BEFORE_THE_PERSON, b"UN") + content + inner.end


def nested(inner: Writer, outer: Writer = LITTLE) -> bytes:
    deep = inner.opening(0x00081140, b"SQ") + inner.item(reference(inner)) + inner.end
    return outer.opening(BEFORE_THE_PERSON, b"UN") + inner.item(deep) + inner.item(deep, closed=True) + inner.end


WHOLE: dict[str, Callable[[], bytes]] = {
    "1.5 MB of references": lambda: with_inside(many_references(LITTLE, 1.5)),
    "1.5 MB of references, implicit": lambda: with_inside(many_references(BARE, 1.5), IMPLICIT),
    "1.5 MB of references, big endian": lambda: with_inside(many_references(BIG, 1.5), BIG_ENDIAN),
    "1.5 MB of references, deflated": lambda: with_inside(many_references(LITTLE, 1.5), DEFLATED),
    "1.5 MB of empty items": lambda: with_inside(
        LITTLE.opening(0x00082112, b"SQ") + LITTLE.item(b"") * 80_000 + LITTLE.end
    ),
    "1.5 MB of closed items": lambda: with_inside(
        LITTLE.opening(0x00082112, b"SQ") + LITTLE.item(reference(LITTLE), closed=True) * 24_000 + LITTLE.end
    ),
    "references before the study's number": lambda: with_inside(
        LITTLE.opening(0x00189346, b"SQ") + LITTLE.item(reference(LITTLE)) * 16_000 + LITTLE.end, tag=0x0020000D
    ),
    "forty private values of 100 KB": lambda: with_inside(
        LITTLE.element(0x00090010, "LO", b"ACME")
        + b"".join(LITTLE.element(0x00091000 + n, "OB", bytes(100_000)) for n in range(40))
    ),
    "one private value of 5 MB": lambda: with_inside(LITTLE.element(0x00091001, "OB", bytes(5_000_000))),
    "an icon first": lambda: with_inside(
        LITTLE.opening(0x00091001, b"SQ")
        + LITTLE.item(LITTLE.element(0x00880200, "SQ", b"") + LITTLE.element(0x7FE00010, "OW", bytes(1_500_000)))
        + LITTLE.end
    ),
    "UN, implicit inside": lambda: with_inside(unknown(BARE)),
    "UN, explicit inside": lambda: with_inside(unknown(LITTLE)),
    "UN, explicit inside, items with lengths": lambda: with_inside(unknown(LITTLE, closed=True)),
    "UN, implicit inside, items with lengths": lambda: with_inside(unknown(BARE, closed=True)),
    "UN, nested, implicit": lambda: with_inside(nested(BARE)),
    "UN, nested, explicit": lambda: with_inside(nested(LITTLE)),
    "UN of nothing": lambda: with_inside(LITTLE.opening(BEFORE_THE_PERSON, b"UN") + LITTLE.end),
    "UN, explicit, behind empty items": lambda: with_inside(
        LITTLE.opening(BEFORE_THE_PERSON, b"UN")
        + LITTLE.item(b"") * 3
        + LITTLE.item(b"", closed=True)
        + LITTLE.item(reference(LITTLE))
        + LITTLE.end
    ),
    "UN in an item": lambda: with_inside(
        LITTLE.opening(0x00082112, b"SQ") + LITTLE.item(unknown(LITTLE) + unknown(BARE)) + LITTLE.end
    ),
    "UN, megabytes, explicit inside": lambda: with_inside(unknown(LITTLE, items=16_000)),
    "UN, megabytes, implicit inside": lambda: with_inside(unknown(BARE, items=16_000)),
    "UN, big endian, big inside": lambda: with_inside(unknown(BIG, BIG), BIG_ENDIAN),
    "UN, big endian, implicit little inside": lambda: with_inside(unknown(BARE, BIG), BIG_ENDIAN),
    "a VR nobody knows, of undefined length": lambda: with_inside(
        LITTLE.opening(BEFORE_THE_PERSON, b"QQ") + LITTLE.item(reference(LITTLE)) + LITTLE.end
    ),
    "a VR nobody knows, of undefined length, empty": lambda: with_inside(
        LITTLE.opening(BEFORE_THE_PERSON, b"QQ") + LITTLE.end
    ),
    "OB of undefined length": lambda: with_inside(
        LITTLE.opening(BEFORE_THE_PERSON, b"OB") + LITTLE.item(bytes(300), closed=True) + LITTLE.end
    ),
    "OB of undefined length without items": lambda: with_inside(
        LITTLE.opening(BEFORE_THE_PERSON, b"OB") + bytes(range(1, 101)) + LITTLE.end
    ),
    "a delimiter with a length": lambda: with_inside(
        LITTLE.opening(0x00082112, b"SQ") + LITTLE.item(reference(LITTLE)) + LITTLE.tag(0xFFFEE0DD) + UNDEFINED
    ),
    "a sequence with implicit items in an explicit file": lambda: with_inside(
        LITTLE.opening(0x00082112, b"SQ") + BARE.item(reference(BARE)) + LITTLE.end
    ),
    "thirty levels": lambda: with_inside(
        (LITTLE.opening(0x00082112, b"SQ") + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 30
        + (b"\xfe\xff\x0d\xe0\0\0\0\0" + LITTLE.end) * 30
    ),
    "group 0002 with a wrong length": lambda: wrong_group_length(image()),
}


def wrong_lengths() -> list[bytes]:
    """Make a file for every element of group 0002 and every way its length or its VR may be wrong."""
    data, position, made = image(), 132, []
    end = 132 + len(meta_bytes_of(data))
    while position < end:
        long = data[position + 4 : position + 6] == b"OB"
        place, form = (position + 8, "<I") if long else (position + 6, "<H")
        length = struct.unpack_from(form, data, place)[0]
        for wrong in (-2, -1, 1, 2, 4, 100, 60_000):
            bent = struct.pack(form, max(length + wrong, 0))
            made.append(data[:place] + bent + data[place + len(bent) :])
        made.append(data[: position + 4] + b"\0\0" + data[position + 6 :])
        position = place + len(struct.pack(form, 0)) + length
    return made


def test_a_wrong_length_in_group_0002_costs_nothing_but_itself() -> None:
    files = wrong_lengths()
    assert len(files) > 30
    for data in files:
        header = settled(data)
        assert (header.patient_name, DAMAGE.isdisjoint(header.marks)) == (ANNA.patient_name, True)
        opened = open_data_set(MemoryBytes(data))
        assert (opened.elements.Rows, opened.pixels is not None) == (16, True)


def wrong_group_length(data: bytes) -> bytes:
    at = data.index(b"\x02\x00\x00\x00UL") + 8
    return data[:at] + struct.pack("<I", 7) + data[at + 4 :]


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_keeps_its_name_and_is_not_called_damaged(name: str) -> None:
    data = WHOLE[name]()
    header = settled(data)
    plain = settled(image())
    for field in ("patient_name", "patient_id", "study_instance_uid", "series_instance_uid", "sop_instance_uid"):
        assert getattr(header, field) == getattr(plain, field), field
    assert DAMAGE.isdisjoint(header.marks)
    assert not find_truncation(Counted(data).more, len(data))


def test_most_of_these_are_read_by_another_reader_with_the_same_name() -> None:
    names = []
    for data in (make() for make in WHOLE.values()):
        if len(data) > 100_000:  # it takes long over those
            continue
        with contextlib.suppress(OSError, AttributeError):  # pydicom cannot read two of them
            names.append(str(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True).PatientName))
    assert len(names) > 12
    assert set(names) == {ANNA.patient_name}
