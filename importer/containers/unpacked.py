"""Packed bytes read by place: forward by unpacking, back by beginning again; nothing is kept but the last megabyte."""

from __future__ import annotations

import errno
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.errors import SourceError
from importer.containers.bytes_at import BytesAt, damaged
from importer.containers.unpackers import BROKEN_ERRORS, Unpacker
from importer.reasons import BOMB

BOMB_BYTES: Final = 512 << 20
BOMB_RATIO: Final = 200
_CHUNK: Final = 256 << 10
_KEPT: Final = 1 << 20
_COPY_EVERY: Final = 32 << 20
_MAX_COPIES: Final = 256
_MAX_FAILURES: Final = 16  # each may mean to unpack everything before the bad place once more
_TICK: Final = 4 << 20

Tick = Callable[[], None]
Make = Callable[[], Unpacker]


@dataclass(slots=True)
class _Place:
    """Where unpacking is: bytes given, packed bytes taken, and the unpacker's state."""

    given: int
    taken: int
    unpacker: Unpacker
    crc: int = 0


class Unpacked:
    """What packed bytes hold. Several streams one behind the other are one, as gzip, bzip2 and xz want it.

    `size` is what the container says, or what `measure` found; `crc` is checked with the last byte. With `alone` only
    the first stream is read.
    """

    def __init__(
        self,
        packed: BytesAt,
        make: Make,
        size: int = 0,
        crc: int | None = None,
        tick: Tick = lambda: None,
        *,
        alone: bool = False,
    ) -> None:
        self.size = size
        self.is_whole = True
        self._packed = packed
        self._make = make
        self._crc = crc
        self._tick = tick
        self._place = _Place(0, 0, make())
        self._copies: list[_Place] = []
        self._recent = b""  # what was unpacked last, up to `_place.given`
        self._failures = 0
        self._ticked = 0
        self._alone = alone or crc is not None
        self._reached = 0
        self.taken_at_end = 0

    def measure(self, most: int) -> None:
        """Unpack to the end to learn the size; raises `SourceError` (reason "bomb") for what grows without measure.

        What breaks off has the size of what there is, and is not `is_whole`.
        """
        self.size = 1 << 62
        try:
            while self._more():
                given, taken = self._place.given, self._place.taken
                if given > most or (given > BOMB_BYTES and given > BOMB_RATIO * taken):
                    raise SourceError("source-unopenable", reason=BOMB)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            self.is_whole = False
        self._failures = 0
        self.size = self._reached

    def read(self, offset: int, length: int) -> bytes:
        """Read from any place; a place behind means to begin again."""
        length = max(0, min(length, self.size - offset))
        if not length:
            return b""
        if offset < self._place.given - len(self._recent):
            self._go_back(offset)
        pieces: list[bytes] = []
        while length > 0:
            start = self._place.given - len(self._recent)
            piece = self._recent[offset - start : offset - start + length] if offset >= start else b""
            if piece:
                pieces.append(piece)
                offset += len(piece)
                length -= len(piece)
            elif not self._more():
                raise damaged()  # it ends before its size says
        return b"".join(pieces)

    def _more(self) -> bool:
        """Unpack a chunk; False at the end. Raises `OSError` for bytes that make no sense or cannot be read."""
        if self._failures > _MAX_FAILURES:
            raise damaged()
        try:
            return self._unpack()
        except BaseException:
            self._failures += 1
            self._reached, self.taken_at_end = self._place.given, self._place.taken
            self._go_back(0)
            raise

    def _unpack(self) -> bool:
        place = self._place
        while True:
            if place.unpacker.done and not self._next_stream(place):
                self._reached, self.taken_at_end = place.given, place.taken - len(place.unpacker.rest)
                return False
            unpacker = place.unpacker
            data = self._packed.read(place.taken, unpacker.bite) if unpacker.hungry else b""
            place.taken += len(data)
            if unpacker.hungry and not data:
                raise damaged()  # the packed bytes end in the middle
            try:
                out = unpacker.take(data, _CHUNK)
            except BROKEN_ERRORS as error:
                raise damaged() from error
            if out:
                self._took(place, out)
                return True

    def _took(self, place: _Place, out: bytes) -> None:
        place.given += len(out)
        self._recent = (self._recent + out)[-max(_KEPT, len(out)) :]
        if self._crc is not None:
            place.crc = zlib.crc32(out, place.crc)
            if place.given >= self.size and (place.given > self.size or place.crc != self._crc):
                raise damaged()
        if not 0 <= place.given - self._ticked < _TICK:
            self._ticked = place.given
            self._tick()
        last = self._copies[-1].given if self._copies else 0
        if place.given - last >= _COPY_EVERY and len(self._copies) < _MAX_COPIES and not place.unpacker.done:
            copy = place.unpacker.copy()
            if copy is not None:
                self._copies.append(_Place(place.given, place.taken, copy, place.crc))

    def _next_stream(self, place: _Place) -> bool:
        """Go on with a stream that follows at once; what else lies behind the last one is padding."""
        if self._alone:
            return False
        start = place.taken - len(place.unpacker.rest)
        head = self._packed.read(start, min(64, self._packed.size - start))
        if len(head) < 8 or not head.strip(b"\0"):
            return False
        try:
            self._make().take(head, 1)
        except BROKEN_ERRORS:
            return False
        place.taken, place.unpacker = start, self._make()
        return True

    def _go_back(self, offset: int) -> None:
        """Go to the last state before a place that was kept, or to the beginning."""
        self._recent = b""
        for copy in reversed(self._copies):
            again = copy.unpacker.copy() if copy.given <= offset else None
            if again is not None:
                self._place = _Place(copy.given, copy.taken, again, copy.crc)
                return
        self._place = _Place(0, 0, self._make())
