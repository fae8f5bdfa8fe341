"""The records of a DICOMDIR in the order they lie in the file, each by itself (PS3.3 F.3, PS3.10 8).

A record that is broken costs only itself: where a length leads astray, the next thing that looks like a record is it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from core.errors import DicomError
from dicom.reading import loops
from dicom.reading.header import FIELDS, to_code
from dicom.reading.header_walk import Walker, Window
from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Encoding, Walk
from dicom.reading.meta import DEFLATED, detect_encoding, find_meta, inflate

MAX_RECORDS: Final = 1_000_000
NO_RECORD: Final = -1
_MAX_INFLATED: Final = 512 * 1024 * 1024
FILE_SET_ID: Final = 0x00041130
FILE_SET_CHARSET: Final = 0x00041142
FIRST_RECORD: Final = 0x00041200
NEXT: Final = 0x00041400
IN_USE: Final = 0x00041410
LOWER: Final = 0x00041420
RECORD_TYPE: Final = 0x00041430
FILE_ID: Final = 0x00041500
MULTI_REFERENCED: Final = 0x00041504
SOP_CLASS: Final = 0x00041510
SOP_INSTANCE: Final = 0x00041511
TRANSFER_SYNTAX: Final = 0x00041512
_TOP: Final = frozenset({FILE_SET_ID, FILE_SET_CHARSET, FIRST_RECORD})
_BEFORE_RECORDS: Final = 0x0004121F
_RECORDS: Final = 0x00041220
_WANTED: Final = (frozenset(FIELDS) - {0x00080016, 0x00080018}) | {
    NEXT,
    IN_USE,
    LOWER,
    RECORD_TYPE,
    FILE_ID,
    MULTI_REFERENCED,
    SOP_CLASS,
    SOP_INSTANCE,
    TRANSFER_SYNTAX,
}
_LAST: Final = max(FIELDS)
_EVERYTHING: Final = 0xFFFFFFFF
_NOTHING: Final[dict[int, bytes]] = {}
_LITTLE_START: Final = re.compile(rb"\xfe\xff\x00\xe0.{4}\x04\x00[\x00\x10\x20\x30]\x14", re.DOTALL)
_BIG_START: Final = re.compile(rb"\xff\xfe\xe0\x00.{4}\x00\x04\x14[\x00\x10\x20\x30]", re.DOTALL)


Values = dict[str, Any]  # of `Header`, by name


@dataclass(slots=True)
class DirectoryRecord:
    """One record: where it lies, where its links lead, its other raw values by tag; and its place in the tree."""

    offset: int
    kind: str
    next: int
    lower: int
    raw: dict[int, bytes]
    parent: int = NO_RECORD
    placed: bool = False
    values: Values | None = None


@dataclass(slots=True)
class RawDirectory:
    """The top of a DICOMDIR and its records, in the order of the file; `lost` where some may be gone."""

    top: dict[int, bytes]
    big: bool
    records: list[DirectoryRecord] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    bad_records: int = 0
    lost: bool = False


def read_records(data: bytes) -> RawDirectory:
    """Read all records of a DICOMDIR; raises `DicomError` "not-dicom" when the file is none."""
    meta = find_meta(data[:65536])
    if meta is None:
        raise DicomError("not-dicom", kind="unknown")
    declared = meta.uid(0x00020010)
    start = meta.data_set
    if declared == DEFLATED:
        inflated, _ = inflate(data[start:], start, len(data), lambda _offset, _length: b"", _MAX_INFLATED)
        data, start = (inflated, 0) if inflated else (data, start)
    encoding = detect_encoding(data[start : start + 12], declared)
    raw, position = _read_top(data, start, encoding)
    try:
        _read_items(raw, data, position, encoding)
    except struct.error:  # the file ends inside a record
        raw.problems.append("ends early")
        raw.lost = True
    if raw.bad_records:
        raw.problems.append(f"{raw.bad_records} records damaged")
    return raw


def _read_top(data: bytes, start: int, encoding: Encoding) -> tuple[RawDirectory, int]:
    """Read what comes before the records and tell where their sequence begins."""
    head = data[start : start + 2]
    walk = Walk(_TOP, _BEFORE_RECORDS, encoding)
    reason, position = loops.run(walk, data, start)
    raw = RawDirectory(walk.found, encoding.big)
    if reason == loops.END and _tag_at(data, position, encoding.big) == _RECORDS:
        return raw, position
    found = _start_of(encoding.big).search(data, start)
    if found is not None:
        raw.problems.append("beginning damaged")
        raw.lost = True
        return raw, found.start()
    if head not in (b"\4\0", b"\0\4"):
        raise DicomError("not-dicom", kind="instance")
    return raw, len(data)


def _start_of(big: bool) -> re.Pattern[bytes]:
    return _BIG_START if big else _LITTLE_START


def _tag_at(data: bytes, position: int, big: bool) -> int:
    head = data[position : position + 4]
    if len(head) < 4:
        return -1
    if big:
        return int.from_bytes(head, "big")
    return (head[0] | head[1] << 8) << 16 | head[2] | head[3] << 8


def _read_items(raw: RawDirectory, data: bytes, position: int, encoding: Encoding) -> None:
    """Take item after item, whatever their lengths say."""
    end = len(data)
    if _tag_at(data, position, encoding.big) == _RECORDS:
        position, end = _open_sequence(data, position, encoding)
        raw.lost |= end > len(data)
        end = min(end, len(data))
    for start, stop, whole in _items(raw, data, position, end, encoding.big):
        if len(raw.records) >= MAX_RECORDS:
            raw.problems.append("too many records")
            raw.lost = True
            return
        found = _read_record(data[start + 8 : stop], encoding)
        if not whole or found is None:
            raw.bad_records += 1
        raw.lost |= found is None and bool(data[start + 8 : stop].strip(b"\0"))
        if found:
            raw.records.append(_record(start, found, encoding.big))


def _record(offset: int, found: dict[int, bytes], big: bool) -> DirectoryRecord:
    """Take the links out of what was found; those that say nothing else share their few values, as a million may."""
    kind = _kind(found.pop(RECORD_TYPE, b""))
    following, lower = number(found.pop(NEXT, b""), big), number(found.pop(LOWER, b""), big)
    if len(found) == 1 and IN_USE in found:
        found = _only_in_use(found[IN_USE])
    return DirectoryRecord(offset, kind, following, lower, found or _NOTHING)


@lru_cache(maxsize=64)
def _kind(raw: bytes) -> str:
    """Read a record's type; a disc has few of them."""
    return (to_code(raw) or "").upper()


@lru_cache(maxsize=64)
def _only_in_use(flag: bytes) -> dict[int, bytes]:
    return {IN_USE: flag}


def number(raw: bytes, big: bool) -> int:
    """Read an unsigned value of up to four bytes."""
    return int.from_bytes(raw[:4], "big" if big else "little")


def _open_sequence(data: bytes, position: int, encoding: Encoding) -> tuple[int, int]:
    """Return where the sequence's items begin and where it says they end."""
    order = ">I" if encoding.big else "<I"
    vr = data[position + 4 : position + 6]
    long = vr in LONG_VRS
    length_at = position + 8 if long else position + 4
    if vr in SHORT_VRS:
        return position + 8, len(data)
    length = struct.unpack_from(order, data, length_at)[0]
    start = length_at + 4
    return start, len(data) if length == UNDEFINED else start + length


def _items(raw: RawDirectory, data: bytes, position: int, end: int, big: bool) -> Iterator[tuple[int, int, bool]]:
    """Name the items: where each begins, where it ends, and whether that was as its length says."""
    item = b"\xff\xfe\xe0\x00" if big else b"\xfe\xff\x00\xe0"
    delimiter = b"\xff\xfe\xe0\xdd" if big else b"\xfe\xff\xdd\xe0"
    unpack_length = struct.Struct(">I" if big else "<I").unpack_from
    begins = _start_of(big)
    while position + 8 <= len(data):
        tag = data[position : position + 4]
        if tag != item:
            if tag == delimiter or position >= end:
                return
            found = begins.search(data, position)
            raw.bad_records += 1
            raw.lost = True
            if found is None:
                return
            position = found.start()
        length = unpack_length(data, position + 4)[0]
        stop = _end_of_item(data, position + 8, big) if length == UNDEFINED else position + 8 + length
        following = data[stop : stop + 4]
        whole = following in (item, delimiter) or (stop >= end and stop <= len(data))
        if not whole:
            found = begins.search(data, position + 8)
            stop = found.start() if found is not None else min(stop, len(data))
        yield position, stop, whole
        position = stop
        if length == UNDEFINED and whole and data[position : position + 4] == delimiter:
            return


def _end_of_item(data: bytes, start: int, big: bool) -> int:
    """Find where an item of undefined length ends: where the next record begins, or at the end of the sequence."""
    found = _start_of(big).search(data, start)
    if found is not None:
        return found.start()
    closing = data.rfind(b"\xff\xfe\xe0\xdd" if big else b"\xfe\xff\xdd\xe0", start)
    return closing if closing >= 0 else len(data)


def _read_record(content: bytes, encoding: Encoding) -> dict[int, bytes] | None:
    """Read one record's wanted values; `None` when nothing in it can be read."""
    walk = Walk(_WANTED, _LAST, encoding)
    reason, position = loops.run(walk, content, 0)
    if reason in (loops.END, loops.CLOSE) or (reason == loops.MORE and position == len(content)):
        return walk.found
    window = Window(content, len(content), lambda _offset, _length: b"")
    outcome = Walker(window, Walk(_WANTED, _LAST, encoding)).go(0)
    return outcome.found or None
