"""Data sets one behind the other in one file, as a careless "cat" or a saved answer leaves them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dicom.reading.loops import UNDEFINED
from dicom.reading.truncation import find_end

Read = Callable[[int, int], bytes]

# The mark and the first element of a meta group behind it: the four letters alone stand in every viewer program.
MARK: Final = re.compile(rb"DICM\x02\x00[\x00-\x16]\x00(?:UL|OB|UI|SH|AE|\x04\x00\x00\x00)", re.DOTALL)
_MARK_START: Final = b"DICM\x02\x00"
_PIXEL_TAG: Final = b"\xe0\x7f\x10\x00"
_LONG: Final = frozenset({b"OB", b"OW"})
_AHEAD: Final = 64 << 10
_PREAMBLE: Final = 128


def is_joined(first: bytes, size: int, read: Read) -> bool:
    """Tell of a file with a mark of its own whether a second data set begins behind the first; reads next to nothing.

    Large compressed images are not followed here, which would cost a disc a seek for each frame: the copy tells.
    """
    if first[_PREAMBLE : _PREAMBLE + 4] != b"DICM":
        return False
    more = _goes_on_behind_pixels(first, size, read)
    if more is None:
        more = size <= len(first) and first.find(_MARK_START, _PREAMBLE + 4) >= 0
    if not more:
        return False
    _, end = find_end(read, size)
    return end is not None and begins_behind(read, end, size)


def begins_behind(read: Read, end: int, size: int) -> bool:
    """Tell whether another data set begins soon behind the place where one ends."""
    return end + _PREAMBLE < size and MARK.search(read(end, _AHEAD)) is not None


def _goes_on_behind_pixels(first: bytes, size: int, read: Read) -> bool | None:
    """Look behind pixels of a known length, those of icons too, as far as they end within the file; None: none such."""
    place = first.find(_PIXEL_TAG, _PREAMBLE)
    while place >= 0:
        at = place + (8 if first[place + 4 : place + 6] in _LONG else 4)
        length = int.from_bytes(first[at : at + 4], "little")
        end = at + 4 + length
        if length == UNDEFINED:
            return None
        if (
            end + _PREAMBLE >= size
        ):  # the last ones; where a mark stands before them, they may not be those of the first
            return None if first.find(_MARK_START, _PREAMBLE + 4, place) >= 0 else False
        if begins_behind(read, end, size):
            return True
        place = first.find(_PIXEL_TAG, end)
    return None
