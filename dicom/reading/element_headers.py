"""An element's header read in every way it can be meant, and whether one can stand where it stands (PS3.5 7.1)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Encoding

_ANY_VR: Final = b"|".join(sorted(SHORT_VRS | LONG_VRS))
EXPLICIT_LITTLE: Final = re.compile(rb"[\x08\x10\x18\x20\x28\x09\x11\x19\x21]\x00..(?:" + _ANY_VR + rb")", re.DOTALL)
EXPLICIT_BIG: Final = re.compile(rb"\x00[\x08\x10\x18\x20\x28\x09\x11\x19\x21]..(?:" + _ANY_VR + rb")", re.DOTALL)
ITEM_LITTLE: Final = b"\xfe\xff\x00\xe0"
_ITEM_BIG: Final = b"\xff\xfe\xe0\x00"
BRACKETS: Final = frozenset(
    {ITEM_LITTLE, b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", _ITEM_BIG, b"\xff\xfe\xe0\x0d", b"\xff\xfe\xe0\xdd"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an element header: where the value starts, how long it is."""

    tag: int
    start: int
    length: int
    vr: bytes = b""

    @property
    def end(self) -> int:
        """Where the next element begins."""
        return self.start + self.length


def tag_of(header: bytes, big: bool) -> int:
    """Read the tag a header begins with."""
    group, element = struct.unpack_from(">HH" if big else "<HH", header)
    return int(group) << 16 | int(element)


def explicit_readings(header: bytes, position: int, big: bool) -> Iterator[Reading]:
    """Read with a VR: as that VR says, then as an unknown VR with a short and with a long length."""
    vr = header[4:6]
    tag = tag_of(header, big)
    order = ">" if big else "<"
    short = Reading(tag, position + 8, struct.unpack_from(order + "H", header, 6)[0], vr)
    long = None
    if len(header) >= 12:
        long = Reading(tag, position + 12, struct.unpack_from(order + "I", header, 8)[0], vr)
    if vr in LONG_VRS:
        if long is not None:
            yield long
    elif vr in SHORT_VRS:
        yield short
    elif not vr.isascii() or vr.isalpha() or not vr.strip(b"?-* \0"):
        yield short
        if long is not None and header[6:8] == b"\0\0":
            yield long


def implicit_reading(header: bytes, position: int, big: bool) -> Reading:
    """Read without a VR."""
    return Reading(tag_of(header, big), position + 8, struct.unpack_from(">I" if big else "<I", header, 4)[0])


def is_plausible(header: bytes, tag: int, encoding: Encoding, left: int) -> bool:
    """Tell whether an element header may follow the element `tag`, `left` bytes before the end."""
    if len(header) < 8:
        return left < 8
    following = tag_of(header, encoding.big)
    if following <= tag or not is_likely(following):
        return False
    if header[4:6] in SHORT_VRS or header[4:6] in LONG_VRS:
        return True
    length = int(struct.unpack_from(">I" if encoding.big else "<I", header, 4)[0])
    return length <= left - 8 or (length == UNDEFINED and not encoding.explicit)


def is_likely(tag: int) -> bool:
    """Tell whether a tag is in a group that files have, and not four bytes of a text."""
    group = tag >> 16
    if group > 0x7FE1:
        return group in (0xFFFA, 0xFFFC)
    return 0 < group < 0x1000 or group >= 0x7F00 or (group >= 0x2000 and group & 0xFF < 0x23)
