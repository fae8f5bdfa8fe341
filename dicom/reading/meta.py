"""Where the data set of a file begins and how it is written (PS3.10 7.1, PS3.5 annex A)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal

from dicom.reading.header_walk import ReadMore
from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Encoding

DEFLATED: Final = "1.2.840.10008.1.2.1.99"
_IMPLICIT: Final = frozenset({"1.2.840.10008.1.2", "1.2.840.113619.5.2"})  # GE's private one is implicit as well
_BIG: Final = frozenset({"1.2.840.10008.1.2.2"})
_DIRECTORY_BEGINS: Final = {
    0x00040000: b"UL",
    0x00041130: b"CS",
    0x00041141: b"CS",
    0x00041142: b"CS",
    0x00041200: b"UL",
    0x00041202: b"UL",
    0x00041212: b"US",
    0x00041220: b"SQ",
}
_IMPLICIT_LENGTHS: Final = {b"UL": range(4, 5), b"US": range(2, 3), b"CS": range(0, 1025, 2)}
_GROUP_LENGTH: Final = 0x00020000
_TRANSFER_SYNTAX: Final = 0x00020010
_META_WANTED: Final = frozenset({_GROUP_LENGTH, 0x00020002, 0x00020003, _TRANSFER_SYNTAX})
_BEGINS: Final = re.compile(rb"\x08\x00[\x00-\x18]\x00(?:UL\x04\x00|CS|UI|DA|TM)", re.DOTALL)
_MAX_TEXT: Final = 4096
_MAX_UID: Final = 128


def to_uid(raw: bytes) -> str | None:
    """Read a UID: the first one where there are several; something far too long is none."""
    text = raw[:_MAX_TEXT].decode("latin-1").strip(" \0\t\r\n")
    if "\\" in text:
        text = next((part for part in (piece.strip(" \0") for piece in text.split("\\")) if part), "")
    return text if text and len(text) <= _MAX_UID else None


@dataclass(slots=True)
class Meta:
    """The File Meta Information, as far as it is wanted, and where the data set begins."""

    found: dict[int, bytes]
    data_set: int
    odd: bool
    marked: bool = True  # the file says "DICM", so whatever else is wrong, it is meant to be DICOM

    def uid(self, tag: int) -> str | None:
        """Return one of its UIDs."""
        return to_uid(self.found.get(tag, b""))


def find_meta(first: bytes) -> Meta | None:
    """Find the meta group or the data set behind a preamble, without one, or without either."""
    marked = first[128:132] == b"DICM"
    if marked and first[132:134] == b"\2\0":
        return read_meta(first, 132, odd=False)
    for start in (132, 0, 128) if marked else (0, 128, 132):
        if may_begin(first[start : start + 12]):
            return read_meta(first, start, odd=True, marked=start == 132 and marked)
    if marked:
        return read_meta(first, 132, odd=True)
    return read_meta(first, 4, odd=True) if first[:4] == b"DICM" else None


def may_begin(head: bytes) -> bool:
    """Tell whether these bytes can be the first element of a data set or of its meta group."""
    if len(head) < 8:
        return False
    group = head[:2]
    if group in (b"\x04\x00", b"\x00\x04"):
        return begins_directory(head)
    if group not in (b"\x08\x00", b"\x00\x08", b"\x02\x00"):
        return False
    if head[4:6] in SHORT_VRS or head[4:6] in LONG_VRS:
        return True
    big = group[0] == 0
    element = int.from_bytes(head[2:4], "big" if big else "little")
    length = int.from_bytes(head[4:8], "big" if big else "little")
    return element <= 0x2000 and length <= 1024


def begins_directory(head: bytes) -> bool:
    """Tell whether these bytes are the first element of a DICOMDIR (PS3.3 F.3.2), and not just two that look alike."""
    if len(head) < 8:
        return False
    big = head[0] == 0
    order: Literal["little", "big"] = "big" if big else "little"
    vr = _DIRECTORY_BEGINS.get(int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order))
    if vr is None:
        return False
    if head[4:6] in (vr, b"UN"):
        return True
    length = int.from_bytes(head[4:8], order)
    return length in _IMPLICIT_LENGTHS[vr] if vr in _IMPLICIT_LENGTHS else length == UNDEFINED or length % 2 == 0


def read_meta(data: bytes, position: int, *, odd: bool, marked: bool = True) -> Meta:
    """Walk over group 0002: little endian, explicit VR as the standard says (PS3.10 7.1) or implicit as some do."""
    found: dict[int, bytes] = {}
    begin, explicit = position, False
    while data[position : position + 2] == b"\x02\x00" and position + 8 <= len(data):
        vr = data[position + 4 : position + 6]
        if vr in SHORT_VRS:
            start, length, explicit = position + 8, data[position + 6] | data[position + 7] << 8, True
        elif vr in LONG_VRS:
            start, length = position + 12, int.from_bytes(data[position + 8 : position + 12], "little")
        elif explicit and vr in (b"\0\0", b"??", b"  "):  # a VR that got lost
            start, length, odd = position + 8, data[position + 6] | data[position + 7] << 8, True
        else:
            start, length, odd = position + 8, int.from_bytes(data[position + 4 : position + 8], "little"), True
        tag = 0x00020000 | data[position + 2] | data[position + 3] << 8
        if tag == _GROUP_LENGTH and data[position + 12 : position + 14] == b"\x02\x00":
            start, length = position + 8, 4  # whatever it says of itself
        if tag in _META_WANTED and start + length <= len(data):
            found[tag] = data[start : start + length]
        position = start + length
    if begin < position != len(data) and not may_begin(data[position : position + 12]):
        place = _beginning(data, begin, position, found)
        position, odd = place, odd or place != position
    return Meta(found, position, odd or not found, marked)


def _beginning(data: bytes, begin: int, position: int, found: dict[int, bytes]) -> int:
    """Find where the data set begins if a length in group 0002 led astray: its group length may know, or a search."""
    head = data[position : position + 12]
    if to_uid(found.get(_TRANSFER_SYNTAX, b"")) == DEFLATED or head[4:6] in SHORT_VRS or head[4:6] in LONG_VRS:
        return position
    length = found.get(_GROUP_LENGTH, b"")
    by_group = begin + 12 + int.from_bytes(length[:4], "little") if len(length) == 4 else position
    if by_group == position or may_begin(data[by_group : by_group + 12]):
        return by_group
    searched = _BEGINS.search(data, begin)
    return searched.start() if searched else position


def detect_encoding(head: bytes, declared: str | None) -> Encoding:
    """Tell how a data set is written from its first element, which knows better than the transfer syntax."""
    if len(head) < 8:
        return Encoding(declared not in _IMPLICIT, declared in _BIG)
    little, big = head[0] | head[1] << 8, head[0] << 8 | head[1]
    is_big = declared in _BIG if little == big else big < little
    vr = head[4:6]
    if vr in SHORT_VRS or vr in LONG_VRS:
        return Encoding(True, is_big)
    if declared is not None and declared not in _IMPLICIT and vr.isalpha() and vr.isupper():
        return Encoding(True, is_big)
    return Encoding(False, is_big)


def is_native(declared: str | None) -> bool:
    """Tell whether pixels are not compressed, as far as the transfer syntax says."""
    return declared is None or declared in _IMPLICIT | _BIG | {"1.2.840.10008.1.2.1", DEFLATED}


def as_declared(encoding: Encoding, declared: str) -> bool:
    """Tell whether a data set is written as its transfer syntax says."""
    return encoding.explicit == (declared not in _IMPLICIT) and encoding.big == (declared in _BIG)


def inflate(data: bytes, start: int, size: int, more: ReadMore, limit: int) -> tuple[bytes, bool]:
    """Inflate at most `limit` bytes of what begins at `start` (`data` is its first part); also tell if that is all."""
    for window_bits in (-zlib.MAX_WBITS, zlib.MAX_WBITS):
        try:
            return _inflate(zlib.decompressobj(window_bits), data, start, size, more, limit)
        except zlib.error:
            continue
    return b"", False


def _inflate(
    stream: zlib._Decompress, data: bytes, start: int, size: int, more: ReadMore, limit: int
) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    have, position = 0, start + len(data)
    while data and have < limit:
        try:
            part = stream.decompress(data, limit - have)
        except zlib.error:
            if not parts:
                raise
            break
        parts.append(part)
        have += len(part)
        if stream.eof:
            break
        data = stream.unconsumed_tail or (more(position, 65536) if position < size else b"")
        if not stream.unconsumed_tail:
            position += len(data)
    return b"".join(parts), stream.eof
