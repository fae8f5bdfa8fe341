"""The element loops of the header reader: from one tag to the next, nothing copied that nobody wants (PS3.5 7).

The two loops are long and plain on purpose: they run for every element of every file on a disc.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

SHORT_VRS: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
UNDEFINED: Final = 0xFFFFFFFF
ITEM_GROUP: Final = 0xFFFE
MAX_LEVELS: Final = 128  # 64 sequences, each with an item

# Why a loop stopped.
END: Final = 0  # an element behind the last wanted one
MORE: Final = 1  # the bytes at hand end here, or the position lies behind them
ODD: Final = 2  # the element here cannot be taken as it stands
SWITCH: Final = 3  # explicit and implicit change over (UN of undefined length, PS3.5 6.2.2)
CLOSE: Final = 4  # an item ends that was not opened here
DEEP: Final = 5  # nested too deep

_SEQUENCE: Final = 0
_ITEM: Final = 1


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a data set is written."""

    explicit: bool
    big: bool = False


@dataclass(slots=True)
class Walk:
    """What a walk over elements wants, where it is nested, and what it has found (tag -> raw value)."""

    wanted: frozenset[int]
    last: int
    encoding: Encoding
    found: dict[int, bytes] = field(default_factory=dict)
    levels: list[int] = field(default_factory=list)  # for each open level _SEQUENCE or _ITEM
    unknown_level: int = -1  # number of levels around a UN of undefined length, whose content is implicit
    unknown_little: bool = False  # that content is little endian (CP-246), whatever the rest is
    previous: int = -1  # where the newest taken top-level element starts, in the bytes at hand
    previous_tag: int = -1


_EXPLICIT: Final = {False: struct.Struct("<HH2sH"), True: struct.Struct(">HH2sH")}
_IMPLICIT: Final = {False: struct.Struct("<HHI"), True: struct.Struct(">HHI")}
_LENGTH: Final = {False: struct.Struct("<I"), True: struct.Struct(">I")}


def run(walk: Walk, data: bytes, position: int) -> tuple[int, int]:
    """Go from element to element of `data`, in the walk's encoding, and return (why it stopped, where)."""
    if walk.encoding.explicit and walk.unknown_level < 0:
        return run_explicit(walk, data, position)
    return run_implicit(walk, data, position)


def _bracket(element: int, length: int, levels: list[int]) -> int:
    """Open or close what the item tag says and return how many bytes of content to leap over."""
    if element == 0xE000:
        if length != UNDEFINED:
            return length
        levels.append(_ITEM)
    elif element == 0xE00D:
        if levels[-1] == _ITEM:
            levels.pop()
    else:
        while levels.pop() == _ITEM and levels:  # a missing item delimiter is forgiven
            pass
    return 0


def run_explicit(walk: Walk, data: bytes, position: int) -> tuple[int, int]:
    """Go from element to element with explicit VR (PS3.5 7.1.2)."""
    unpack = _EXPLICIT[walk.encoding.big].unpack_from
    unpack_length = _LENGTH[walk.encoding.big].unpack_from
    wanted, last, found, levels = walk.wanted, walk.last, walk.found, walk.levels
    available = len(data)
    tag = walk.previous_tag
    previous = walk.previous
    try:
        while True:
            group, element, vr, length = unpack(data, position)
            if group == ITEM_GROUP:
                if not levels:
                    return CLOSE, position
                position += 8 + _bracket(element, unpack_length(data, position + 4)[0], levels)
                if len(levels) > MAX_LEVELS:
                    return DEEP, position
                continue
            if vr in SHORT_VRS:
                start = position + 8
            elif vr in LONG_VRS:
                length = unpack_length(data, position + 8)[0]
                start = position + 12
            else:
                return ODD, position
            if not levels:
                tag = group << 16 | element
                if tag > last:
                    return END, position
                if tag in wanted:
                    if start + length > available:
                        return MORE, position
                    found[tag] = data[start : start + length]
                previous = position
            if length == UNDEFINED:
                if vr == b"UN":
                    walk.unknown_level = len(levels)
                levels.append(_SEQUENCE)
                if vr == b"UN":
                    return SWITCH, start
                if len(levels) > MAX_LEVELS:
                    return DEEP, start
                position = start
            else:
                position = start + length
    except struct.error:
        return MORE, position
    finally:
        walk.previous_tag = tag
        walk.previous = previous


def run_implicit(walk: Walk, data: bytes, position: int) -> tuple[int, int]:
    """Go from element to element with implicit VR (PS3.5 7.1.3); a tag out of order is odd, as nothing else tells."""
    unpack = _IMPLICIT[walk.encoding.big and not (walk.unknown_little and walk.unknown_level >= 0)].unpack_from
    wanted, last, found, levels = walk.wanted, walk.last, walk.found, walk.levels
    available = len(data)
    newest = walk.previous_tag
    previous = walk.previous
    try:
        while True:
            group, element, length = unpack(data, position)
            if group == ITEM_GROUP:
                if not levels:
                    return CLOSE, position
                position += 8 + _bracket(element, length, levels)
                if len(levels) > MAX_LEVELS:
                    return DEEP, position
                if len(levels) == walk.unknown_level:
                    walk.unknown_level = -1
                    return SWITCH, position
                continue
            if not levels:
                tag = group << 16 | element
                if tag <= newest:
                    return ODD, position
                if tag > last:
                    return END, position
                if tag in wanted:
                    if position + 8 + length > available:
                        return MORE, position
                    found[tag] = data[position + 8 : position + 8 + length]
                newest = tag
                previous = position
            if length == UNDEFINED:
                levels.append(_SEQUENCE)
                if len(levels) > MAX_LEVELS:
                    return DEEP, position
                position += 8
            else:
                position += 8 + length
    except struct.error:
        return MORE, position
    finally:
        walk.previous_tag = newest
        walk.previous = previous
