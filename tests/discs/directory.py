"""DICOMDIR files written byte by byte: valid ones, and ones whose offsets and names lie."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.discs.files import (
    CT_IMAGE,
    EXPLICIT,
    Element,
    Person,
    Value,
    data_set_bytes,
    element_bytes,
    image_values,
    meta_bytes,
    text_bytes,
)

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"


@dataclass
class Record:
    """One directory record: its type, its keys (tag → VR, value), the file it points to, what is below it."""

    kind: str
    keys: dict[int, tuple[str, Value]] = field(default_factory=dict)
    file_id: str | bytes | None = None
    sop_instance_uid: str | None = None
    sop_class_uid: str = CT_IMAGE
    in_use: bool = True
    children: list[Record] = field(default_factory=list)
    mrdr: Record | None = None


def image_record(file_id: str | bytes, sop_instance_uid: str | None, number: int = 1) -> Record:
    """Make an IMAGE record; `file_id` is the stored text, components parted by a backslash."""
    return Record("IMAGE", {0x00200013: ("IS", number)}, file_id, sop_instance_uid)


def person_tree(person: Person, study: str, series: str, images: Sequence[Record]) -> Record:
    """Make PATIENT → STUDY → SERIES → the given records, with the UIDs `tests.discs.files.image` uses."""
    values = image_values(person, study, series)
    keys_of_series = {0x00080060: ("CS", "CT"), 0x0020000E: ("UI", values["series_instance_uid"])}
    keys_of_study = {
        0x00080020: ("DA", values["study_date"]),
        0x00080030: ("TM", values["study_time"]),
        0x00081030: ("LO", values["study_description"]),
        0x0020000D: ("UI", values["study_instance_uid"]),
        0x00200010: ("SH", study),
    }
    keys_of_person = {0x00100010: ("PN", person.patient_name), 0x00100020: ("LO", person.patient_id)}
    below = Record("SERIES", dict(keys_of_series), children=list(images))
    return Record("PATIENT", dict(keys_of_person), children=[Record("STUDY", dict(keys_of_study), children=[below])])


def dicomdir(
    roots: Sequence[Record],
    *,
    file_set_id: str = "SAMPLE",
    next_of: Mapping[int, int] | None = None,
    child_of: Mapping[int, int] | None = None,
    raw_next_of: Mapping[int, int] | None = None,
) -> bytes:
    """Write a DICOMDIR; records are numbered depth first from 0.

    `next_of` and `child_of` bend the offset in one record to another record, `raw_next_of` to any number.
    """
    records = _in_order(roots)
    places = {id(record): number for number, record in enumerate(records)}
    links = [_Links(0, 0, 0) for _ in records]
    _link(roots, places, links)
    head_size = len(_head(file_set_id, 0, 0, 0))
    offsets, position = [], head_size
    for record, link in zip(records, links, strict=True):
        offsets.append(position)
        position += len(_item(record, link, [0] * len(records)))
    for number, target in (next_of or {}).items():
        links[number].next = target + 1
    for number, target in (child_of or {}).items():
        links[number].child = target + 1
    items = [
        _item(record, link, offsets, (raw_next_of or {}).get(number))
        for number, (record, link) in enumerate(zip(records, links, strict=True))
    ]
    first, last = (offsets[places[id(roots[0])]], offsets[places[id(roots[-1])]]) if roots else (0, 0)
    return _head(file_set_id, first, last, sum(map(len, items))) + b"".join(items)


@dataclass
class _Links:
    """Record numbers from 1; 0 = none."""

    next: int
    child: int
    mrdr: int


def _in_order(roots: Sequence[Record]) -> list[Record]:
    found: list[Record] = []
    for record in roots:
        if all(record is not known for known in found):
            found.append(record)
        found.extend(_in_order(record.children))
    return found


def _link(siblings: Sequence[Record], places: Mapping[int, int], links: list[_Links]) -> None:
    for position, record in enumerate(siblings):
        link = links[places[id(record)]]
        if position + 1 < len(siblings):
            link.next = places[id(siblings[position + 1])] + 1
        if record.children:
            link.child = places[id(record.children[0])] + 1
        if record.mrdr is not None:
            link.mrdr = places[id(record.mrdr)] + 1
        _link(record.children, places, links)


def _item(record: Record, link: _Links, offsets: Sequence[int], raw_next: int | None = None) -> bytes:
    def offset(number: int) -> bytes:
        return struct.pack("<I", offsets[number - 1] if number else 0)

    elements: list[Element] = [
        (0x00041400, "UL", offset(link.next) if raw_next is None else struct.pack("<I", raw_next)),
        (0x00041410, "US", struct.pack("<H", 0xFFFF if record.in_use else 0)),
        (0x00041420, "UL", offset(link.child)),
        (0x00041430, "CS", text_bytes(record.kind, "CS")),
    ]
    if record.file_id is not None:
        stored = record.file_id if isinstance(record.file_id, bytes) else text_bytes(record.file_id, "CS")
        elements.append((0x00041500, "CS", stored))
    if record.mrdr is not None:
        elements.append((0x00041504, "UL", offset(link.mrdr)))
    if record.sop_instance_uid is not None:
        elements.append((0x00041510, "UI", text_bytes(record.sop_class_uid, "UI")))
        elements.append((0x00041511, "UI", text_bytes(record.sop_instance_uid, "UI")))
        elements.append((0x00041512, "UI", text_bytes(EXPLICIT, "UI")))
    elements += [(tag, vr, text_bytes(value, vr)) for tag, (vr, value) in record.keys.items() if value is not None]
    body = data_set_bytes(elements)
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(body)) + body


def _head(file_set_id: str, first: int, last: int, length: int) -> bytes:
    meta = meta_bytes(MEDIA_STORAGE_DIRECTORY, "2.25.7312", EXPLICIT)
    elements: list[Element] = [
        (0x00041130, "CS", text_bytes(file_set_id, "CS")),
        (0x00041200, "UL", struct.pack("<I", first)),
        (0x00041202, "UL", struct.pack("<I", last)),
        (0x00041212, "US", struct.pack("<H", 0)),
    ]
    sequence = element_bytes((0x00041220, "SQ", b""))[:-4] + struct.pack("<I", length)
    return bytes(128) + b"DICM" + meta + data_set_bytes(elements) + sequence


def long_dicomdir(count: int) -> bytes:
    """Write a DICOMDIR of `count` chained PRIVATE records (58 bytes each)."""
    template = _item(Record("PRIVATE"), _Links(0, 0, 0), [])
    head = _head("LONG", 0, 0, 0)
    size = len(template)
    items = np.tile(np.frombuffer(template, np.uint8), (count, 1))
    following = (len(head) + size * np.arange(1, count + 1, dtype=np.uint32)).astype("<u4")
    following[-1] = 0
    place = template.index(b"\x04\x00\x00\x14UL\x04\x00") + 8
    items[:, place : place + 4] = following.view(np.uint8).reshape(count, 4)
    return _head("LONG", len(head), len(head) + size * (count - 1), size * count) + items.tobytes()
