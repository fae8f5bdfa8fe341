"""Small DICOM files written byte by byte, so that every way of being broken is easy to ask for.

`image(person, series="S1", number=1)` is a valid 16x16 image; every keyword of the table below may be overridden
(`None` leaves the element out, `bytes` go in as they are), and `Form` says how the file is wrapped.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

Value = str | int | float | bytes | None
Element = tuple[int, str, bytes]

LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}

KEYWORDS: dict[str, tuple[int, str]] = {
    "specific_character_set": (0x00080005, "CS"),
    "image_type": (0x00080008, "CS"),
    "sop_class_uid": (0x00080016, "UI"),
    "sop_instance_uid": (0x00080018, "UI"),
    "study_date": (0x00080020, "DA"),
    "series_date": (0x00080021, "DA"),
    "study_time": (0x00080030, "TM"),
    "accession_number": (0x00080050, "SH"),
    "modality": (0x00080060, "CS"),
    "institution_name": (0x00080080, "LO"),
    "study_description": (0x00081030, "LO"),
    "series_description": (0x0008103E, "LO"),
    "patient_name": (0x00100010, "PN"),
    "patient_id": (0x00100020, "LO"),
    "issuer_of_patient_id": (0x00100021, "LO"),
    "patient_birth_date": (0x00100030, "DA"),
    "patient_sex": (0x00100040, "CS"),
    "body_part_examined": (0x00180015, "CS"),
    "study_instance_uid": (0x0020000D, "UI"),
    "series_instance_uid": (0x0020000E, "UI"),
    "study_id": (0x00200010, "SH"),
    "series_number": (0x00200011, "IS"),
    "instance_number": (0x00200013, "IS"),
    "laterality": (0x00200060, "CS"),
    "samples_per_pixel": (0x00280002, "US"),
    "photometric_interpretation": (0x00280004, "CS"),
    "number_of_frames": (0x00280008, "IS"),
    "rows": (0x00280010, "US"),
    "columns": (0x00280011, "US"),
    "bits_allocated": (0x00280100, "US"),
    "bits_stored": (0x00280101, "US"),
    "high_bit": (0x00280102, "US"),
    "pixel_representation": (0x00280103, "US"),
    "window_center": (0x00281050, "DS"),
    "window_width": (0x00281051, "DS"),
    "pixel_data": (0x7FE00010, "OW"),
}


@dataclass(frozen=True)
class Person:
    """A made-up person as a disc names them."""

    patient_name: str = "SAMPLE^ANNA"
    patient_id: str = "P-1"
    patient_birth_date: str = "19510504"
    patient_sex: str = "F"


ANNA = Person()
BERT = Person("SAMPLE^BERT", "P-2", "19630217", "M")


@dataclass(frozen=True)
class Form:
    """How a data set is wrapped: `preamble` `None` and `meta` `False` leave those parts out."""

    syntax: str = EXPLICIT
    preamble: bytes | None = bytes(128)
    meta: bool = True
    declared_syntax: str | None = ""  # "" = `syntax`; None = no TransferSyntaxUID; else a lie
    codec: str = "latin-1"  # what the text is written in, whatever SpecificCharacterSet says
    extra: tuple[Element, ...] = field(default=())


PLAIN = Form()


def uid(name: str) -> str:
    """Make a valid UID that is the same for the same name."""
    return f"2.25.{int.from_bytes(hashlib.sha256(name.encode()).digest()[:12], 'big')}"


def text_bytes(value: Value, vr: str, codec: str = "latin-1", *, little: bool = True) -> bytes:
    """Encode one value by its VR, padded to an even length."""
    if isinstance(value, bytes):
        return value
    if vr in NUMBERS and isinstance(value, int | float):
        return struct.pack(("<" if little else ">") + NUMBERS[vr], value)
    data = str(value).encode(codec, "surrogateescape")
    return data + (b"\0" if vr == "UI" else b" ") * (len(data) % 2)


def element_bytes(element: Element, *, explicit: bool = True, little: bool = True) -> bytes:
    """Encode one element with its true length."""
    tag, vr, value = element
    order = "<" if little else ">"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if not explicit:
        return head + struct.pack(order + "I", len(value)) + value
    if vr in LONG_VRS:
        return head + vr.encode() + b"\0\0" + struct.pack(order + "I", len(value)) + value
    return head + vr.encode() + struct.pack(order + "H", len(value)) + value


def data_set_bytes(elements: Iterable[Element], syntax: str = EXPLICIT) -> bytes:
    """Encode elements in tag order (not deflated)."""
    explicit, little = syntax != IMPLICIT, syntax != BIG_ENDIAN
    ordered = sorted(elements, key=lambda element: element[0])
    return b"".join(element_bytes(element, explicit=explicit, little=little) for element in ordered)


def meta_bytes(sop_class_uid: Value, sop_instance_uid: Value, transfer_syntax_uid: str | None) -> bytes:
    """Encode group 0002."""
    elements: list[Element] = [(0x00020001, "OB", b"\0\1")]
    for tag, value in ((0x00020002, sop_class_uid), (0x00020003, sop_instance_uid), (0x00020010, transfer_syntax_uid)):
        if value is not None:
            elements.append((tag, "UI", text_bytes(value, "UI")))
    elements.append((0x00020012, "UI", text_bytes("2.25.330129181931131", "UI")))
    body = data_set_bytes(elements)
    return element_bytes((0x00020000, "UL", struct.pack("<I", len(body)))) + body


def deflate(data: bytes) -> bytes:
    """Compress as the deflated transfer syntax wants it: no zlib header."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return packed + b"\0" * (len(packed) % 2)


def dicom_file(values: Mapping[str, Value], form: Form = PLAIN) -> bytes:
    """Write one file of the given values by keyword; `None` leaves an element out."""
    little = form.syntax != BIG_ENDIAN
    elements: list[Element] = list(form.extra)
    for keyword, value in values.items():
        if value is not None:
            tag, vr = KEYWORDS[keyword]
            elements.append((tag, vr, text_bytes(value, vr, form.codec, little=little)))
    body = data_set_bytes(elements, form.syntax)
    return wrap(body, values, form)


def wrap(body: bytes, values: Mapping[str, Value], form: Form = PLAIN) -> bytes:
    """Put preamble and meta group before a data set that is already encoded."""
    body = deflate(body) if form.syntax == DEFLATED else body
    declared = form.syntax if form.declared_syntax == "" else form.declared_syntax
    head = b"" if form.preamble is None else form.preamble + b"DICM"
    meta = meta_bytes(values.get("sop_class_uid"), values.get("sop_instance_uid"), declared) if form.meta else b""
    return head + meta + body


def image_values(person: Person = ANNA, study: str = "T1", series: str = "S1", number: int = 1) -> dict[str, Value]:
    """List the values of a valid 16x16 image; the same arguments give the same UIDs."""
    place = f"{person.patient_id}/{study}"
    return {
        "image_type": "ORIGINAL\\PRIMARY\\AXIAL",
        "sop_class_uid": CT_IMAGE,
        "sop_instance_uid": uid(f"{place}/{series}/{number}"),
        "study_date": "20190312",
        "study_time": "101500",
        "accession_number": f"A{study}",
        "modality": "CT",
        "study_description": f"Sample study {study}",
        "series_description": f"Sample series {series}",
        "patient_name": person.patient_name,
        "patient_id": person.patient_id,
        "patient_birth_date": person.patient_birth_date,
        "patient_sex": person.patient_sex,
        "study_instance_uid": uid(place),
        "series_instance_uid": uid(f"{place}/{series}"),
        "study_id": study,
        "series_number": series.lstrip("S"),
        "instance_number": number,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",
        "rows": 16,
        "columns": 16,
        "bits_allocated": 16,
        "bits_stored": 12,
        "high_bit": 11,
        "pixel_representation": 0,
        "pixel_data": pixels(number),
    }


def pixels(number: int, *, little: bool = True) -> bytes:
    """Make 16x16 12-bit values that differ from image to image."""
    return struct.pack(
        ("<" if little else ">") + "256H", *((number * 7 + position * 13) % 4096 for position in range(256))
    )


def image(
    person: Person = ANNA,
    study: str = "T1",
    series: str = "S1",
    number: int = 1,
    form: Form = PLAIN,
    **overrides: Value,
) -> bytes:
    """Write one small valid image, or one that is broken exactly where `overrides` and `form` say."""
    values = image_values(person, study, series, number)
    if form.syntax == BIG_ENDIAN:
        values["pixel_data"] = pixels(number, little=False)
    return dicom_file({**values, **overrides}, form)


def fragments(*parts: bytes, offsets: bytes = b"", closed: bool = True) -> bytes:
    """Encode encapsulated pixel data (PS3.5 A.4) as one explicit little endian element, whatever the offsets say."""
    head = struct.pack("<HH", 0x7FE0, 0x0010) + b"OB\0\0" + b"\xff\xff\xff\xff"
    items = b"".join(b"\xfe\xff\x00\xe0" + struct.pack("<I", len(part)) + part for part in (offsets, *parts))
    return head + items + (b"\xfe\xff\xdd\xe0\0\0\0\0" if closed else b"")


def encapsulated(pixel_element: bytes, syntax: str, number: int = 1, **overrides: Value) -> bytes:
    """Write an image whose pixel data element is given already encoded."""
    values = {**image_values(ANNA, "T1", "S9", number), "pixel_data": None, **overrides}
    plain = {keyword: value for keyword, value in values.items() if value is not None}
    elements: list[Element] = [
        (KEYWORDS[keyword][0], KEYWORDS[keyword][1], text_bytes(value, KEYWORDS[keyword][1]))
        for keyword, value in plain.items()
    ]
    return wrap(data_set_bytes(elements) + pixel_element, values, Form(syntax=syntax))
