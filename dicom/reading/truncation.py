"""Whether a data set ends before its own lengths say: a walk over element headers, values are leapt over."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dicom.reading.due_content import DUE, PIXELS, VALUES, Seen
from dicom.reading.loops import ITEM_GROUP, LONG_VRS, SHORT_VRS, UNDEFINED, Encoding
from dicom.reading.meta import DEFLATED, begins_directory, detect_encoding, find_meta, is_native

_MAX_STEPS: Final = 10_000_000
_MAX_INFLATED: Final = 512 * 1024 * 1024
_CHUNK: Final = 4096
_LONGEST: Final = 128

Read = Callable[[int, int], bytes]


def find_truncation(read: Read, size: int) -> bool:
    """Tell whether a file of `size` bytes was cut off; `read(offset, length)` gives its bytes.

    True when the Pixel Data's length goes beyond the file, when encapsulated Pixel Data or a sequence has no end
    (PS3.5 A.4, 7.5), when the last element is cut, or when the file ends between two elements, before what an object
    of its class must hold. What cannot be followed is not called truncated.
    """
    return find_end(read, size)[0]


def find_end(read: Read, size: int) -> tuple[bool, int | None]:
    """Tell whether a file was cut off, and where its data set ends; None where that cannot be followed."""
    first = read(0, 64 * 1024)
    meta = find_meta(first)
    if meta is None or meta.data_set >= len(first):
        return False, None
    declared = meta.uid(0x00020010)
    if declared == DEFLATED:
        return _end_of_stream(read, meta.data_set, size)
    head = first[meta.data_set : meta.data_set + 12]
    encoding = detect_encoding(head, declared)
    seen = Seen(encoding.big, is_native(declared), meta.uid(0x00020002))
    follower = _Follower(read, size, encoding, seen)
    cut = follower.ends_early(meta.data_set) or (
        follower.to_the_end and not begins_directory(head) and seen.lacks_content()
    )
    return cut, follower.end


@dataclass(slots=True)
class _Follower:
    """Follows the lengths of one data set."""

    read: Read
    size: int
    encoding: Encoding
    seen: Seen
    data: bytes = b""
    base: int = 0
    to_the_end: bool = False  # every element was followed, and the file ended in good order
    end: int | None = None  # behind the last element

    def head(self, position: int) -> bytes:
        """Return the 12 bytes at `position` (fewer at the end of the file)."""
        start = position - self.base
        if start < 0 or start + 12 > len(self.data):
            self.data, self.base, start = self.read(position, _CHUNK), position, 0
        return self.data[start : start + 12]

    def ends_early(self, position: int) -> bool:
        """Leap from element to element to the end of the file."""
        levels = 0
        for _ in range(_MAX_STEPS):
            if position > self.size:
                return True
            head = self.head(position)
            if len(head) < 8:  # a stray byte or padding is no element; a tag without its length is a cut one
                self.to_the_end, self.end = True, position
                return levels > 0 or (len(head) > 1 and bool(head.strip(b" \0\r\n")))
            tag, start, length = self._element(head, position)
            if tag == 0 and not levels:  # padding behind the data set
                self.to_the_end, self.end = True, position
                return False
            if not levels and tag >> 16 != ITEM_GROUP:
                self._see(tag, start, length)
            if tag >> 16 == ITEM_GROUP:
                following, levels = _through_item(tag, start, length, levels)
            elif length == UNDEFINED:
                following, levels = start, levels + 1
            else:
                following = start + length
                if following > self.size:
                    return tag in PIXELS or self._is_known(head)
            position = following
            if levels > 64:
                return False
        return False

    def _see(self, tag: int, start: int, length: int) -> None:
        """Remember what tells whether the object is whole."""
        seen = self.seen
        seen.last = max(seen.last, tag)
        if tag in VALUES:
            seen.values[tag] = self.read(start, min(length, _LONGEST))
        elif tag in DUE or tag in PIXELS:
            seen.tags.add(tag)
            if tag in PIXELS and length != UNDEFINED:
                seen.pixels = (tag, length, self.read(start, 4))

    def _element(self, head: bytes, position: int) -> tuple[int, int, int]:
        """Read one element header: its tag, where its value starts, how long that is."""
        order = ">" if self.encoding.big else "<"
        group, element = struct.unpack_from(order + "HH", head)
        tag = int(group) << 16 | int(element)
        vr = head[4:6]
        if tag >> 16 != ITEM_GROUP and self.encoding.explicit:
            if vr in SHORT_VRS:
                return tag, position + 8, struct.unpack_from(order + "H", head, 6)[0]
            if vr in LONG_VRS and len(head) >= 12:
                return tag, position + 12, struct.unpack_from(order + "I", head, 8)[0]
            if head[6:12] == b"\0\0\xff\xff\xff\xff":  # a VR nobody knows
                return tag, position + 12, UNDEFINED
        return tag, position + 8, struct.unpack_from(order + "I", head, 4)[0]

    def _is_known(self, head: bytes) -> bool:
        """Tell whether an element header can be trusted about its length."""
        return not self.encoding.explicit or head[4:6] in SHORT_VRS or head[4:6] in LONG_VRS


def _through_item(tag: int, start: int, length: int, levels: int) -> tuple[int, int]:
    """Go over an item or a delimiter; only sequences count as levels, items of undefined length end with them."""
    if tag == 0xFFFEE0DD:
        return start, max(levels - 1, 0)
    if tag == 0xFFFEE000 and length != UNDEFINED:
        return start + length, levels
    return start, levels


def _end_of_stream(read: Read, position: int, size: int) -> tuple[bool, int | None]:
    """Tell whether a deflated data set has no end, and where it ends, looking at 512 MB of it at most."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = 0
    while position < size and not stream.eof:
        data = read(position, 65536)
        position += len(data)
        while data and not stream.eof:
            try:
                inflated += len(stream.decompress(data, 1 << 20))
            except zlib.error:
                return False, None
            if inflated > _MAX_INFLATED:
                return False, None
            data = stream.unconsumed_tail
        if not data and position >= size:
            break
    return not stream.eof, position - len(stream.unused_data) if stream.eof else None
