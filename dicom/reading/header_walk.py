"""The walk over a file's elements up to the last wanted one: bounded reading, and what to do where a file is wrong.

The loops of `dicom/reading/loops.py` run until something is not as it should be; here is decided what was meant.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dicom.reading import loops
from dicom.reading.element_headers import (
    BRACKETS,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    ITEM_LITTLE,
    Reading,
    explicit_readings,
    implicit_reading,
    is_likely,
    is_plausible,
    tag_of,
)
from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Encoding, Walk

STEP: Final = 64 * 1024
BUDGET: Final = 1024 * 1024
MAX_ODDITIES: Final = 500
_PEEKS: Final = 2000
_LONGEST: Final = 4096  # bytes of a value that is not what it should be
_DONE: Final = -1
_EMPTY_ITEMS: Final = 16
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
    step: int = STEP
    peeks: int = _PEEKS

    def load(self, position: int) -> bool:
        """Have the next step from `position` on at hand; `False` when the bound is reached or nothing is there."""
        if self.budget <= 0:
            return False
        self.budget -= self.step
        data = self.more(position, self.step)
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
    ended: bool = False  # the file ends before the last wanted tag, between two elements


@dataclass(slots=True)
class Walker:
    """One walk over one data set."""

    window: Window
    walk: Walk
    needed: frozenset[int] = frozenset()  # without these, an end that looks odd is not believed
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
                following = self._doubt_end(position)
                if following is None:
                    break
                position = following
            elif reason == loops.CLOSE:
                self.outcome.odd = True
                position += 8
            elif reason == loops.DEEP:
                self.outcome.stopped = True
                break
            elif reason == loops.SWITCH:
                if walk.unknown_level >= 0:
                    self._enter_unknown(position)
                continue
            else:
                following = self._read_on(position) if reason == loops.MORE else self._forgive(position)
                if following is None or following == _DONE:
                    break
                if following == position and reason == loops.MORE:
                    continue  # read on, which is bounded by itself
                position = following
            self.oddities += 1
            if self.oddities > MAX_ODDITIES:
                self.outcome.stopped = True
                break
        return self.outcome

    def _enter_unknown(self, position: int) -> None:
        """Find out how the content of a UN of undefined length is written: implicit by PS3.5 6.2.2, or as the rest is.

        Nothing but its first element tells; empty items before it are passed over.
        """
        walk, order = self.walk, ">I" if self.walk.encoding.big else "<I"
        walk.unknown_little = walk.encoding.big and self.window.peek(position, 4) == ITEM_LITTLE
        if walk.unknown_little:
            return
        for _ in range(_EMPTY_ITEMS):
            head = self.window.peek(position, 8)
            if head[:4] not in BRACKETS or len(head) < 8:
                break
            position += 8
            first = self.window.peek(position, 12)
            if first[:4] in BRACKETS:
                continue
            if struct.unpack_from(order, head, 4)[0] == 0:
                continue
            if self._is_explicit(first, position):
                walk.unknown_level = -1
            break

    def _is_explicit(self, header: bytes, position: int) -> bool:
        """Tell whether an element inside a sequence is written with a VR, by where that leads."""
        vr = header[4:6]
        if len(header) < 8 or not (vr in SHORT_VRS or vr in LONG_VRS):
            return False
        reading = next(explicit_readings(header, position, self.walk.encoding.big), None)
        if reading is None:
            return False
        following = self.window.peek(reading.start if reading.length == UNDEFINED else reading.end, 8)
        if following[:4] in BRACKETS:
            return True
        left = self.window.size - reading.end
        return reading.length != UNDEFINED and is_plausible(following, reading.tag, self.walk.encoding, left)

    def _open_odd_sequence(self, position: int) -> int | None:
        """Enter a value of undefined length whose VR nobody knows: it is a sequence if an item begins or ends there."""
        header, walk = self.window.peek(position, 16), self.walk
        if len(header) < 16 or header[12:16] not in BRACKETS:
            return None
        if not walk.encoding.explicit or header[6:8] != b"\0\0" or header[8:12] != b"\xff\xff\xff\xff":
            return None
        if not walk.levels:
            tag = tag_of(header, walk.encoding.big)
            if tag <= walk.previous_tag or not is_likely(tag):
                return None
            walk.previous_tag = tag
        if walk.unknown_level < 0:
            walk.unknown_level = len(walk.levels)
        walk.levels.append(0)
        if len(walk.levels) > loops.MAX_LEVELS:
            return None
        self.outcome.odd = True
        self._enter_unknown(position + 12)
        return position + 12

    def _doubt_end(self, position: int) -> int | None:
        """Tell where to go on if the tag that ended the walk is no tag but the trace of a wrong length."""
        if self.walk.found.keys() >= self.needed or self.walk.previous < 0:
            return None
        header = self.window.peek(position, 12)
        if len(header) >= 8 and is_plausible(header, self.walk.last, self.walk.encoding, self.window.size - position):
            return None
        return self._take_until_next(self.window.base + self.walk.previous)

    def _forget_places(self) -> None:
        self.walk.previous = -1

    def _read_on(self, position: int) -> int | None:
        """Get the bytes at `position`, or find out why there are none."""
        window = self.window
        left = window.size - position
        if left == 0 or (0 < left < 8 and not self.walk.levels):
            self.outcome.truncated = bool(self.walk.levels)
            self.outcome.ended = True
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
            return self._take_if_chained(position) or self._take_until_next(position)
        self.outcome.damaged = True
        if reading.tag in self.walk.wanted:
            self.walk.found[reading.tag] = self.window.peek(reading.start, _LONGEST)
        self.walk.previous_tag = reading.tag
        return reading.end

    def _overlong(self) -> int | None:
        """Deal with the newest element, which claims more bytes than the file has."""
        walk = self.walk
        if walk.previous < 0 or walk.levels:
            self.outcome.damaged = self.outcome.truncated = True
            return None
        position = self.window.base + walk.previous
        return self._take_if_chained(position) or self._take_until_next(position)

    def _take_until_next(self, position: int) -> int | None:
        """Take an element with a wrong length: it ends where the next one begins."""
        window, walk = self.window, self.walk
        self.outcome.damaged = True
        reading = next(iter(self._readings(position)), None)
        following = self._resync(reading.start, reading.tag) if reading is not None else None
        if reading is None or following is None:
            self.outcome.truncated = True
            return None
        if reading.tag in walk.wanted:
            walk.found[reading.tag] = window.peek(reading.start, min(following - reading.start, reading.length))
        return following

    def _take_if_chained(self, position: int) -> int | None:
        """Take an element in the first way to read it that leads to another element; 0 when that ends the walk."""
        window, walk = self.window, self.walk
        for reading in self._readings(position):
            if not self._chain(reading) or not (walk.levels or is_likely(reading.tag)):
                continue
            self.outcome.odd = True
            if walk.levels:
                return reading.end
            if reading.tag > walk.last:
                return _DONE
            if reading.tag in walk.wanted:
                walk.found[reading.tag] = window.peek(reading.start, min(reading.length, _LONGEST))
            walk.previous_tag = reading.tag
            return reading.end
        return None

    def _forgive(self, position: int) -> int | None:
        """Find out what an element that cannot be right as it stands was meant to be."""
        following = self._take_if_chained(position)
        if following is None:
            following = self._open_odd_sequence(position)
        if following is not None:
            return following
        self.outcome.damaged = True
        following = self._after_garbage(position)
        self.outcome.stopped |= following is None and self.window.budget <= 0
        return following

    def _after_garbage(self, position: int) -> int | None:
        """Go on behind bytes that are no element; the element before them may have had a wrong length."""
        window, walk = self.window, self.walk
        if walk.previous >= 0 and not walk.levels:
            return self._take_until_next(window.base + walk.previous)
        walk.levels.clear()
        walk.unknown_level = -1
        return self._resync(position, walk.previous_tag)

    def _readings(self, position: int) -> Iterator[Reading]:
        """Read the element header at `position` in every way it can be meant, the declared way first."""
        header = self.window.peek(position, 12)
        if len(header) < 8:
            header = self.window.peek(position, 8)
        if len(header) < 8:
            return
        explicit = list(explicit_readings(header, position, self.walk.encoding.big))
        implicit = implicit_reading(header, position, self.walk.encoding.big)
        if self.walk.encoding.explicit:
            yield from explicit
            yield implicit
        else:
            yield implicit
            yield from explicit

    def _chain(self, reading: Reading) -> bool:
        """Tell whether an element read like this is followed by another one."""
        if reading.length == UNDEFINED or reading.end > self.window.size or reading.tag == 0:
            return False
        if reading.end == self.window.size:
            return True
        following = self.window.peek(reading.end, 12)
        if self.walk.levels and following[:4] in BRACKETS:
            return True
        return is_plausible(following, reading.tag, self.walk.encoding, self.window.size - reading.end)

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

    def _begins_again(self, reading: Reading, tag: int) -> bool:
        """Tell whether this can be the first good element behind trouble at `tag`."""
        if reading.tag <= tag or not is_likely(reading.tag) or (self.walk.encoding.explicit and not reading.vr):
            return False
        return self._chain(reading) or (reading.length == UNDEFINED and reading.vr == b"SQ")

    def _places(self, local: int) -> Iterator[int]:
        """Name the places that may be the start of an element."""
        data = self.window.data
        if self.walk.encoding.explicit:
            pattern = EXPLICIT_BIG if self.walk.encoding.big else EXPLICIT_LITTLE
            for number, found in enumerate(pattern.finditer(data, local)):
                if number >= _PEEKS:
                    return
                yield found.start()
        else:
            yield from range(local, min(local + _REACH, len(data) - 8))
