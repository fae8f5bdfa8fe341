"""Where each picture of a clip lies and in which order they are shown: made once, by reading, without decoding."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from core.errors import DicomError
from dicom.clips.decoder import ClipDecoder
from dicom.clips.ffmpeg import Ffmpeg
from dicom.clips.stream import ClipStream, CodedPicture, PictureOrder
from dicom.reading.bytes_source import ByteSource

MOST_PICTURES = 200_000
_LEADING = 64  # coded pictures among which those before the first key picture come
_REORDERED = 16  # pictures that may be stored between one and the next that is shown
_MOST_HOLES, _MOST_OTHERS = 0.1, 0.1
_NO_END, _ZEROS, _SOMETHING = bytes(3), bytes(64), re.compile(rb"[^\0]")
_WRAP = 1024  # MPEG-2 counts the pictures of a group so far


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """The coded pictures of a clip by number, in the order they are stored.

    `shown[place]` is the number of the picture shown at a place, `places[number]` the other way round, -1 for what is
    never shown; `keys` are the numbers at which decoding can begin, `firm` those of them behind which nothing leans on
    what was before. `damaged` are pictures that hold what cannot be, or
    before which, in the order stored, another seems to be lost. `by_offset` tells whether a picture's bytes lie
    together at `positions[number]`. With `fields` each picture is one field, and two of them are a frame.
    """

    positions: array[int]
    sizes: array[int]
    checks: array[int]
    keys: tuple[int, ...]
    firm: frozenset[int]
    places: array[int]
    shown: array[int]
    damaged: tuple[int, ...]
    by_offset: bool
    fields: bool = False

    @property
    def frames(self) -> int:
        """How many frames the clip has."""
        return len(self.shown) // 2 if self.fields else len(self.shown)

    def start_for(self, number: int) -> int:
        """Return the key picture from which to decode so that this one comes out whole."""
        at = max(bisect_right(self.keys, number) - 1, 0)
        # pictures shown before their key picture lean on those before it
        while at and self.places[self.keys[at]] > self.places[number]:
            at -= 1
        return self.keys[at]

    def leans_from(self, number: int) -> int:
        """Return the first picture whose damage may show in this one when decoding goes on from there."""
        start = self.start_for(number)
        if start in self.firm:
            return start
        before = self.start_before(start)
        return start if before is None else before

    def start_before(self, key: int) -> int | None:
        """Return the key picture before a key picture."""
        at = bisect_right(self.keys, key) - 2
        return self.keys[at] if at >= 0 else None


def make_index(ffmpeg: Ffmpeg, source: ByteSource, look: Callable[[int], None]) -> ClipIndex:
    """Read a clip through; `look` is called with the number of each picture and may raise `Cancelled`.

    Raises `DicomError("decode-failed")` where there is no picture, `"refused-limit"` beyond `MOST_PICTURES`.
    """
    stream = ClipStream(ffmpeg, source)
    try:
        return _Builder(stream, source, look).build()
    finally:
        stream.close()


class _Builder:
    def __init__(self, stream: ClipStream, source: ByteSource, look: Callable[[int], None]) -> None:
        self._stream, self._source, self._look = stream, source, look
        self._positions, self._sizes, self._checks = array("q"), array("l"), array("L")
        self._keys: list[int] = []
        self._hidden: set[int] = set()
        self._damaged: set[int] = set()
        self._orders: list[tuple[int, int, int]] = []  # stretch, number in it, number in the file
        self._times: list[int | None] = []
        self._stretch = self._base = 0
        self._highest: int | None = None
        self._structures: list[int] = []
        self._read_bytes = 0

    def build(self) -> ClipIndex:
        order = PictureOrder(self._stream)
        try:
            for number, picture in enumerate(self._stream.pictures()):
                self._look(number)
                if number >= MOST_PICTURES:
                    raise DicomError("refused-limit", limit=MOST_PICTURES)
                self._take(number, picture, *order.look(picture))
        except DicomError:
            if not self._sizes or self._stream.reading.trouble is None:
                raise  # else: a disc gave way in the middle, and what came before can be shown
        finally:
            order.close()
        if not self._sizes:
            raise DicomError("decode-failed", codec="video")
        return self._finished()

    def _take(self, number: int, picture: CodedPicture, said: int | None, structure: int) -> None:
        whole = self._stream.keeps_packets_whole
        self._positions.append(picture.position if whole else self._read_bytes)
        self._read_bytes += len(picture.data)
        if not whole and not self._stream.is_bare:
            self._positions[-1] = picture.position
        self._sizes.append(len(picture.data))
        self._checks.append(picture.check)
        self._structures.append(structure)
        if picture.key:
            self._keys.append(number)
        if picture.corrupt or _was_zeroed(picture.data, whole=whole):
            self._damaged.add(number)
        if picture.dropped:
            self._hidden.add(number)
        self._times.append(picture.time)
        self._orders.append((*self._order(picture, said, number), number))

    def _order(self, picture: CodedPicture, said: int | None, number: int) -> tuple[int, int]:
        """Say where a picture stands: numbers begin anew at key pictures, and MPEG-2's also at 1,024."""
        if said is None:
            return 0, number if picture.time is None else picture.time
        own = said + self._base
        if picture.key and self._highest is not None and own <= self._highest:
            self._stretch += 1
            self._base, own, self._highest = 0, said, None
        if self._stream.counts_to_1024 and self._highest is not None and own < self._highest - _WRAP // 2:
            self._base += _WRAP
            own += _WRAP
        self._highest = own if self._highest is None else max(self._highest, own)
        return self._stretch, own

    def _finished(self) -> ClipIndex:
        keys = self._keys or [0]
        if self._stream.keeps_packets_whole and len(set(self._times) - {None}) == len(self._times):
            # a table apart from the pictures says when each is shown, which damage to them leaves as it is
            self._orders = [(0, time or 0, number) for number, time in enumerate(self._times)]
        ordered = [number for *_order, number in sorted(self._orders)]
        unseen = self._hidden | set(range(keys[0]))
        place = {number: index for index, number in enumerate(ordered)}
        leading = {
            number
            for number in range(keys[0] + 1, min(keys[0] + _LEADING, len(ordered)))
            if place[number] < place[keys[0]]
        }
        shown = array("l", (number for number in ordered if number not in unseen))
        index = self._index(keys, shown)
        if leading:
            unseen |= leading - self._that_come_out(index, leading)
            index = self._index(keys, array("l", (number for number in ordered if number not in unseen)))
        return index

    def _that_come_out(self, index: ClipIndex, leading: set[int]) -> set[int]:
        """Decode the beginning to learn which pictures before the first key picture need nothing else."""
        found: set[int] = set()
        decoder = ClipDecoder(self._stream.ffmpeg, self._stream.parameters)
        again = ClipStream(self._stream.ffmpeg, self._source)
        try:
            for number, picture in zip(range(max(leading) + _LEADING), again.pictures(), strict=False):
                if number >= index.keys[0]:
                    found |= {planes.number for planes in decoder.decode(picture.data, number) if planes.filled}
                if index.keys[0] in found:
                    break
            else:
                found |= {planes.number for planes in decoder.finish()}
        finally:
            again.close()
            decoder.close()
        return found

    def _holes(self) -> tuple[int, ...]:
        """Find where the pictures' own numbers leave one out; where they do so as a rule, it means nothing."""
        ordered = sorted(self._orders)
        steps = [b[1] - a[1] if a[0] == b[0] else 0 for a, b in pairwise(ordered)]
        counted = Counter(step for step in steps if step > 0)
        if not counted or self._stream.keeps_packets_whole or not self._stream.numbers_pictures:
            return ()
        usual = counted.most_common(1)[0][0]
        found = [place for place, step in enumerate(steps) if step > usual]
        if len(found) > len(steps) * _MOST_HOLES:
            return ()
        return tuple(sorted({_first_stored(ordered, place) for place in found}))

    def _firm(self, keys: list[int]) -> frozenset[int]:
        """Return the key pictures that begin a stretch: others may be the start of a picture renewed bit by bit."""
        if self._stream.keeps_packets_whole:
            return frozenset(keys)
        firsts: dict[int, int] = {}
        for stretch, _own, number in self._orders:
            firsts[stretch] = min(number, firsts.get(stretch, number))
        return frozenset(keys) & frozenset(firsts.values())

    def _are_fields(self) -> bool:
        """Tell whether each picture is one field."""
        counted = Counter(self._structures)
        others = counted.total() - counted[1] - counted[2]  # such as one cut off within its head
        return counted[1] > 0 and counted[2] > 0 and others <= max(1, _MOST_OTHERS * counted.total())

    def _paired(self, shown: array[int]) -> array[int]:
        """Leave out fields whose other half is lost."""
        found, place = array("l"), 0
        first = self._structures[shown[0]] if shown else 0
        while place + 1 < len(shown):
            pair = [self._structures[number] for number in shown[place : place + 2]]
            whole = pair == [first, 3 - first]  # 1 is a top field, 2 a bottom field
            if whole:
                found += shown[place : place + 2]
            place += 2 if whole else 1
        return found

    def _index(self, keys: list[int], shown: array[int]) -> ClipIndex:
        if self._are_fields():
            shown = self._paired(shown)
        places = array("l", [-1]) * len(self._sizes)
        for place, number in enumerate(shown):
            places[number] = place
        return ClipIndex(
            self._positions,
            self._sizes,
            self._checks,
            tuple(keys),
            self._firm(keys),
            places,
            shown,
            tuple(sorted({*self._holes(), *self._damaged})),
            by_offset=self._stream.keeps_packets_whole or self._stream.is_bare,
            fields=self._are_fields(),
        )


def _first_stored(ordered: list[tuple[int, int, int]], place: int) -> int:
    """Return the picture that may have been the first one stored after one that is missing behind a place."""
    around = ordered[max(place - _REORDERED, 0) : place + _REORDERED]
    return min(number for stretch, _own, number in around if stretch == ordered[place][0])


def _was_zeroed(data: bytes, *, whole: bool) -> bool:
    """Tell whether a stretch was read as zeros: coded pictures have no such run but before a start code.

    `whole` ones, without start codes, have none at all, nor zeros at their end.
    """
    if whole and data.endswith(_NO_END):
        return True
    place = data.find(_ZEROS)
    while place >= 0:
        found = _SOMETHING.search(data, place)
        end = found.start() if found else len(data)
        if whole or (end < len(data) and data[end] != 1):
            return True
        place = data.find(_ZEROS, end)
    return False
