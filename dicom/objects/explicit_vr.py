"""An Implicit VR Little Endian object written with explicit VRs, for servers that take nothing else (PS3.5 7.1.2, A.2).

The bytes of every value stay as they are, only what stands before them changes; the pixel data are not even read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from pydicom.datadict import dictionary_VR
from pydicom.tag import Tag

from core.errors import DicomError
from dicom.objects.explicit_form import ExplicitForm
from dicom.reading.bytes_source import ByteSource
from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED
from dicom.reading.sequences import MAX_DEPTH
from dicom.reading.transfer_syntax import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN

MOST_BYTES = 64 << 20  # of all that is not pixel data
_META_MOST = 1 << 16
_PIXELS = 0x7FE00010
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_BITS, _SIGNED, _WAVEFORM_BITS = 0x00280100, 0x00280103, 0x54001004
_FACTS = frozenset({_BITS, _SIGNED, _WAVEFORM_BITS})  # what a VR the dictionary leaves open goes by
_WAVEFORM_GROUP = 0x5400
_SHORT_MOST = 0xFFFF

Facts = dict[int, int]


def explicit_form(source: ByteSource, check: Callable[[], None]) -> ExplicitForm | None:
    """Write an object anew; None for one that is not Implicit VR Little Endian.

    Raises `DicomError` for what is damaged or larger than `MOST_BYTES`.
    """
    meta = _meta(source)
    syntax = meta.values.get(0x00020010, b"").strip(b"\0 ").decode("ascii", "replace")
    if syntax != IMPLICIT_LITTLE_ENDIAN:
        return None
    first = _Writer(source, check)
    facts = first.whole(meta.end, {})  # sequences may stand before what their VRs go by
    writer = _Writer(source, check)
    writer.whole(meta.end, facts)
    split = len(writer.out) if writer.split is None else writer.split
    head = source.read_at(0, 128) + b"DICM" + meta.with_syntax(EXPLICIT_LITTLE_ENDIAN) + bytes(writer.out[:split])
    return ExplicitForm(head, *writer.pixels, bytes(writer.out[split:]))


@dataclass(frozen=True, slots=True)
class _Meta:
    elements: list[tuple[int, bytes, bytes]]  # tag, VR, value
    end: int

    @property
    def values(self) -> dict[int, bytes]:
        return {tag: value for tag, _vr, value in self.elements}

    def with_syntax(self, uid: str) -> bytes:
        """Write the group with another transfer syntax and its length."""
        value = uid.encode() + b"\0" * (len(uid) % 2)
        kept = [(tag, vr, value if tag == 0x00020010 else old) for tag, vr, old in self.elements if tag != 0x00020000]
        body = b"".join(_head(tag, vr, len(value)) + value for tag, vr, value in kept)
        return _head(0x00020000, b"UL", 4) + struct.pack("<I", len(body)) + body


def _meta(source: ByteSource) -> _Meta:
    """Read group 0002, which is always explicit (PS3.10 7.1)."""
    raw = source.read_at(0, 132 + _META_MOST)
    if raw[128:132] != b"DICM":
        raise DicomError("non-standard")
    place, found = 132, []
    while raw[place : place + 2] == b"\2\0" and place + 8 <= len(raw):
        tag, vr = _tag(raw[place : place + 4]), raw[place + 4 : place + 6]
        long = vr in LONG_VRS
        (length,) = struct.unpack_from("<I" if long else "<H", raw, place + (8 if long else 6))
        place += 12 if long else 8
        if place + length > len(raw) or vr not in LONG_VRS | SHORT_VRS:
            raise DicomError("header-damaged")
        found.append((tag, vr, raw[place : place + length]))
        place += length
    return _Meta(found, place)


class _Writer:
    """Writes one data set; `pixels` is where the pixel data lie, `split` where they belong in `out`."""

    def __init__(self, source: ByteSource, check: Callable[[], None]) -> None:
        self._source, self._check = source, check
        self.out = bytearray()
        self.pixels = (0, 0)
        self.split: int | None = None

    def whole(self, start: int, facts: Facts) -> Facts:
        """Write all of it; gives what VRs go by at the end."""
        facts = dict(facts)
        self._level(start, self._source.size, facts, 0, open_ended=False)
        return facts

    def _level(self, place: int, end: int, facts: Facts, depth: int, *, open_ended: bool) -> int:
        while place < end:
            self._check()
            tag, length = self._next(place, end)
            place += 8
            if open_ended and tag == _ITEM_END:
                return place
            if tag == _PIXELS and depth == 0:
                place = self._step_over(length, place, end, facts)
            elif length == UNDEFINED or _vr(tag, length, facts) == b"SQ":
                place = self._sequence(tag, length, place, end, facts, depth)
            else:
                place = self._element(tag, length, place, end, facts)
        if open_ended:
            raise DicomError("truncated")
        return place

    def _step_over(self, length: int, place: int, end: int, facts: Facts) -> int:
        if length > end - place or self.split is not None:  # undefined is more than there is
            raise DicomError("truncated" if self.split is None else "header-damaged")
        self._put(_head(_PIXELS, b"OB" if facts.get(_BITS, 16) <= 8 else b"OW", length))
        self.pixels, self.split = (place, length), len(self.out)
        return place + length

    def _element(self, tag: int, length: int, place: int, end: int, facts: Facts) -> int:
        if length > end - place:
            raise DicomError("truncated")
        if length > MOST_BYTES:
            raise DicomError("refused-limit", limit=MOST_BYTES)
        value = self._source.read_at(place, length)
        if tag in _FACTS and length == 2:
            facts[tag] = int.from_bytes(value, "little")
        self._put(_head(tag, _vr(tag, length, facts), length) + value)
        return place + length

    def _sequence(self, tag: int, length: int, place: int, end: int, facts: Facts, depth: int) -> int:
        stop = end if length == UNDEFINED else place + length
        if depth >= MAX_DEPTH or stop > end:
            raise DicomError("header-damaged")
        self._put(_head(tag, b"SQ", UNDEFINED))
        while place < stop:
            found, size = self._next(place, stop)
            place += 8
            if found == _SEQUENCE_END and length == UNDEFINED:
                break
            item_end = stop if size == UNDEFINED else place + size
            if found != _ITEM or item_end > stop:
                raise DicomError("header-damaged")
            self._put(_delimiter(_ITEM, UNDEFINED))
            place = self._level(place, item_end, dict(facts), depth + 1, open_ended=size == UNDEFINED)
            self._put(_delimiter(_ITEM_END, 0))
        self._put(_delimiter(_SEQUENCE_END, 0))
        return place

    def _next(self, place: int, end: int) -> tuple[int, int]:
        if place + 8 > end:
            raise DicomError("truncated")
        head = self._source.read_at(place, 8)
        return _tag(head), int.from_bytes(head[4:], "little")

    def _put(self, data: bytes) -> None:
        self.out += data
        if len(self.out) > MOST_BYTES:
            raise DicomError("refused-limit", limit=MOST_BYTES)


def _tag(head: bytes) -> int:
    group, element = struct.unpack_from("<HH", head)
    return int(group << 16 | element)


def _delimiter(tag: int, length: int) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, length)


def _head(tag: int, vr: bytes, length: int) -> bytes:
    """Write tag, VR and length; a value too long for a short VR is UN (PS3.5 6.2.2)."""
    if vr in SHORT_VRS and length <= _SHORT_MOST:
        return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, length)
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, b"UN" if vr in SHORT_VRS else vr, 0, length)


def _vr(tag: int, length: int, facts: Facts) -> bytes:
    """Give the VR of the dictionary (PS3.6), decided where that leaves it open (PS3.5 A.1, PS3.3 C.11.1)."""
    group, element = tag >> 16, tag & 0xFFFF
    if element == 0:
        return b"UL"
    if group % 2:
        return b"LO" if 0x10 <= element <= 0xFF else b"UN"
    try:
        said = dictionary_VR(Tag(tag))
    except KeyError:
        return b"UN"
    if " or " not in said:
        return said.encode() if said.encode() in SHORT_VRS | LONG_VRS else b"UN"
    if "SS" in said and not ("OW" in said and length > 2):
        return b"SS" if facts.get(_SIGNED) == 1 else b"US"
    if said == "US or OW" and length == 2:
        return b"US"
    return b"OB" if group == _WAVEFORM_GROUP and facts.get(_WAVEFORM_BITS) == 8 else b"OW"
