"""The walk over a file's elements up to the last wanted one: bounded reading, and what to do where a file is wrong.

The loops of `dicom/loops.py` run until something is not as it should be; here is decided what was meant.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dicom import loops
from dicom.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Encoding, Walk

STEP: Final = 64 * 1024
BUDGET: Final = 1024 * 1024
MAX_ODDITIES: Final = 500
_PEEKS: Final = 2000
_REACH: Final = 4096  # how far a lost walk looks for the next element of a file without VRs

ReadMore = Callable[[int, int], bytes]


@dataclass(slots=True)
class Window:
    """The bytes at hand: `data` from `base` on, of a file of `size` bytes; reading on is counted and bounded."""

    data: bytes
    size: int
    more: ReadMore
    base: int = 0
    budget: int = BUDGET
    peeks: int = _PEEKS

    def load(self, position: int) -> bool:
        """Have the 64 KB from `position` on at hand; `False` when the bound is reached or nothing is there."""
        if self.budget <= 0:
            return False
        self.budget -= STEP
        data = self.more(position, STEP)
        if not data:
            return False
        self.data, self.base = data, position
        return True

    def peek(self, position: int, length: int) -> bytes:
        """Return some bytes at `position` without moving the window; short or empty when they are not to be had."""
        start = position - self.base
        if start >= 0 and start + length <= len(self.data):
            return self.data[start : start + length]
        if position >= self.size or self.peeks <= 0:
            return b""
        self.peeks -= 1
        return self.more(position, length)


@dataclass(slots=True)
class Outcome:
    """What a walk found and how well it went."""

    found: dict[int, bytes]
    encoding: Encoding
    odd: bool = False  # something was forgiven, nothing lost by it
    damaged: bool = False  # something was wrong and may be lost
    truncated: bool = False  # the file ends early
    stopped: bool = False  # a bound was reached


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read an element header: where the value starts, how long it is."""

    tag: int
    start: int
    length: int
    vr: bytes = b""

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(slots=True)
class Walker:
    """One walk over one data set."""

    window: Window
    walk: Walk
    outcome: Outcome = field(init=False)
    oddities: int = 0

    def __post_init__(self) -> None:
        self.outcome = Outcome(self.walk.found, self.walk.encoding)

    def go(self, position: int) -> Outcome:
        """Walk from `position` (in the file) until the last wanted tag, the end, or where nothing helps."""
        window, walk = self.window, self.walk
        while True:
            self._forget_places()
            reason, local = loops.run(walk, window.data, position - window.base)
            position = window.base + local
            if reason == loops.END:
                break
            if reason == loops.CLOSE:
                self.outcome.odd = True
                position += 8
            elif reason == loops.DEEP:
                self.outcome.stopped = True
                break
            elif reason == loops.SWITCH:
                continue
            else:
                following = self._read_on(position) if reason == loops.MORE else self._forgive(position)
                if following is None:
                    break
                position = following
            self.oddities += 1
            if self.oddities > MAX_ODDITIES:
                self.outcome.stopped = True
                break
        return self.outcome

    def _forget_places(self) -> None:
        self.walk.previous = -1

    def _read_on(self, position: int) -> int | None:
        """Get the bytes at `position`, or find out why there are none."""
        window = self.window
        left = window.size - position
        if left == 0 or (0 < left < 8 and not self.walk.levels):
            self.outcome.truncated = bool(self.walk.levels)
            return None
        if left < 0:
            return self._overlong()
        if position > window.base or not window.data:
            if window.load(position):
                return position
            self.outcome.stopped = window.budget <= 0
            self.outcome.truncated = window.budget > 0
            return None
        return self._cut(position)

    def _cut(self, position: int) -> int | None:
        """Take what there is of a wanted value that does not fit into the window, and leap over it."""
        reading = next(iter(self._readings(position)), None)
        if reading is None:
            self.outcome.truncated = True
            return None
        if reading.end > self.window.size:
            return self._overlong()
        self.outcome.damaged = True
        if reading.tag in self.walk.wanted:
            self.walk.found[reading.tag] = self.window.peek(reading.start, 4096)
        self.walk.previous_tag = reading.tag
        return reading.end

    def _overlong(self) -> int | None:
        """Deal with an element that claims more bytes than the file has: it ends where the next one begins."""
        window, walk = self.window, self.walk
        self.outcome.damaged = True
        if walk.previous < 0 or walk.levels:
            self.outcome.truncated = True
            return None
        position = window.base + walk.previous
        reading = next(iter(self._readings(position)), None)
        if reading is None:
            self.outcome.truncated = True
            return None
        following = self._resync(reading.start, reading.tag)
        if following is None:
            self.outcome.truncated = True
        if reading.tag in walk.wanted and following is not None:
            walk.found[reading.tag] = window.peek(reading.start, following - reading.start)
        return following

    def _forgive(self, position: int) -> int | None:
        """Find out what an element that cannot be right as it stands was meant to be."""
        window, walk = self.window, self.walk
        for reading in self._readings(position):
            if self._chain(reading):
                self.outcome.odd = True
                if reading.tag in walk.wanted and not walk.levels:
                    walk.found[reading.tag] = window.peek(reading.start, min(reading.length, 4096))
                if not walk.levels:
                    if reading.tag > walk.last:
                        return None
                    walk.previous_tag = reading.tag
                return reading.end
        self.outcome.damaged = True
        return self._after_garbage(position)

    def _after_garbage(self, position: int) -> int | None:
        """Go on behind bytes that are no element; the element before them may have had a wrong length."""
        window, walk = self.window, self.walk
        newest = walk.previous
        if newest >= 0 and not walk.levels:
            before = next(iter(self._readings(window.base + newest)), None)
            if before is not None:
                following = self._resync(before.start, before.tag)
                if following is not None and before.tag in walk.wanted:
                    walk.found[before.tag] = window.peek(before.start, min(following - before.start, before.length))
                return following
        walk.levels.clear()
        walk.unknown_level = -1
        return self._resync(position, walk.previous_tag)

    def _readings(self, position: int) -> Iterator[_Reading]:
        """Read the element header at `position` in every way it can be meant, the declared way first."""
        header = self.window.peek(position, 12)
        if len(header) < 8:
            header = self.window.peek(position, 8)
        if len(header) < 8:
            return
        explicit = list(_explicit_readings(header, position, self.walk.encoding.big))
        implicit = _implicit_reading(header, position, self.walk.encoding.big)
        if self.walk.encoding.explicit:
            yield from explicit
            yield implicit
        else:
            yield implicit
            yield from explicit

    def _chain(self, reading: _Reading) -> bool:
        """Tell whether an element read like this is followed by another one."""
        if reading.length == UNDEFINED or reading.end > self.window.size or reading.tag == 0:
            return False
        if reading.end == self.window.size:
            return True
        following = self.window.peek(reading.end, 12)
        if self.walk.levels and following[:4] in _BRACKETS:
            return True
        return _plausible(following, reading.tag, self.walk.encoding.big, self.window.size - reading.end)

    def _resync(self, start: int, tag: int) -> int | None:
        """Find the next place from `start` on where an element behind `tag` begins and another one follows."""
        window = self.window
        if not window.base <= start < window.base + len(window.data) and not window.load(start):
            return None
        local = start - window.base
        for place in self._places(local):
            position = window.base + place
            for reading in self._readings(position):
                if self._begins_again(reading, tag):
                    self.walk.levels.clear()
                    self.walk.unknown_level = -1
                    self.walk.previous_tag = tag
                    return position
        return None

    def _begins_again(self, reading: _Reading, tag: int) -> bool:
        """Tell whether this can be the first good element behind trouble at `tag`."""
        if not tag < reading.tag < 0x7FFFFFFF or (self.walk.encoding.explicit and not reading.vr):
            return False
        return self._chain(reading) or (reading.length == UNDEFINED and reading.vr == b"SQ")

    def _places(self, local: int) -> Iterator[int]:
        """Name the places that may be the start of an element."""
        data = self.window.data
        if self.walk.encoding.explicit:
            pattern = _EXPLICIT_BIG if self.walk.encoding.big else _EXPLICIT_LITTLE
            for number, found in enumerate(pattern.finditer(data, local)):
                if number >= _PEEKS:
                    return
                yield found.start()
        else:
            yield from range(local, min(local + _REACH, len(data) - 8))


_ANY_VR: Final = b"|".join(sorted(SHORT_VRS | LONG_VRS))
_EXPLICIT_LITTLE: Final = re.compile(rb"[\x08\x10\x18\x20\x28\x09\x11\x19\x21]\x00..(?:" + _ANY_VR + rb")", re.DOTALL)
_EXPLICIT_BIG: Final = re.compile(rb"\x00[\x08\x10\x18\x20\x28\x09\x11\x19\x21]..(?:" + _ANY_VR + rb")", re.DOTALL)
_BRACKETS: Final = frozenset({b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"})


def _tag(header: bytes, big: bool) -> int:
    group, element = struct.unpack_from(">HH" if big else "<HH", header)
    return int(group) << 16 | int(element)


def _explicit_readings(header: bytes, position: int, big: bool) -> Iterator[_Reading]:
    """Read with a VR: as that VR says, then as an unknown VR with a short and with a long length."""
    vr = header[4:6]
    tag = _tag(header, big)
    order = ">" if big else "<"
    short = _Reading(tag, position + 8, struct.unpack_from(order + "H", header, 6)[0], vr)
    long = None
    if len(header) >= 12:
        long = _Reading(tag, position + 12, struct.unpack_from(order + "I", header, 8)[0], vr)
    if vr in LONG_VRS:
        if long is not None:
            yield long
    elif vr in SHORT_VRS:
        yield short
    elif not vr.isascii() or vr.isalpha() or not vr.strip(b"?-* \0"):
        yield short
        if long is not None and header[6:8] == b"\0\0":
            yield long


def _implicit_reading(header: bytes, position: int, big: bool) -> _Reading:
    return _Reading(_tag(header, big), position + 8, struct.unpack_from(">I" if big else "<I", header, 4)[0])


def _plausible(header: bytes, tag: int, big: bool, left: int) -> bool:
    """Tell whether an element header may follow the element `tag`, `left` bytes before the end."""
    if len(header) < 8:
        return left < 8
    following = _tag(header, big)
    if following <= tag or (following >> 16 > 0x7FE0 and following >> 16 not in (0xFFFA, 0xFFFC)):
        return False
    if header[4:6] in SHORT_VRS or header[4:6] in LONG_VRS:
        return True
    length = int(struct.unpack_from(">I" if big else "<I", header, 4)[0])
    return length == UNDEFINED or length <= left - 8
