"""A walk over the lengths of a sequence of undefined length, without recursion and without building anything."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from dicom.reading.loops import LONG_VRS, UNDEFINED

MAX_DEPTH = 64
MAX_NESTED_ITEMS = 200_000
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD


class SequenceTooDeepError(Exception):
    """A sequence is nested deeper, or has more items, than any real object; `end` is where it ends."""

    def __init__(self, end: int) -> None:
        super().__init__(end)
        self.end = end


def end_of_sequence(stream: BinaryIO, implicit: bool, little_endian: bool) -> int:
    """Find where the undefined-length value that begins at the stream's position ends.

    Raises `SequenceTooDeepError`, after the whole walk, if it is deeper than `MAX_DEPTH` or has too many items.
    """
    walk = _Walk(stream, implicit, little_endian)
    end = walk.run()
    if walk.deepest > MAX_DEPTH or walk.items > MAX_NESTED_ITEMS:
        raise SequenceTooDeepError(end)
    return end


class _Walk:
    """Counts depth and items; only undefined lengths open a level, everything else is stepped over."""

    def __init__(self, stream: BinaryIO, implicit: bool, little_endian: bool) -> None:
        self._stream = stream
        self._implicit = implicit
        self._tag = struct.Struct("<HH" if little_endian else ">HH")
        self._short = struct.Struct("<H" if little_endian else ">H")
        self._long = struct.Struct("<L" if little_endian else ">L")
        self._depth = 1
        self.deepest = 1
        self.items = 0

    def run(self) -> int:
        """Walk to the matching delimiter or the end of the stream; return the position behind it."""
        while self._depth > 0:
            head = self._stream.read(8)
            if len(head) < 8:
                break
            group, element = self._tag.unpack_from(head)
            self._step((group << 16) | element, head)
        return self._stream.tell()

    def _step(self, tag: int, head: bytes) -> None:
        if tag in (_ITEM_END, _SEQUENCE_END):
            # item and sequence levels are both counted, so each delimiter closes one
            self._depth -= 1
            return
        if tag == _ITEM:
            self.items += 1
            length = int(self._long.unpack_from(head, 4)[0])
        else:
            length = self._length(head)
        if length == UNDEFINED:
            self._depth += 1
            self.deepest = max(self.deepest, self._depth // 2)
        else:
            self._stream.seek(length, io.SEEK_CUR)

    def _length(self, head: bytes) -> int:
        vr = b"" if self._implicit else head[4:6]
        if vr in LONG_VRS:
            more = self._stream.read(4)
            return int(self._long.unpack(more)[0]) if len(more) == 4 else 0
        if vr.isalpha() and vr.isupper():
            return int(self._short.unpack_from(head, 6)[0])
        return int(self._long.unpack_from(head, 4)[0])
