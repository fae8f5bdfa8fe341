"""One whole file from two damaged copies, sector by sector, where each has what the other lacks."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from importer.copy.bytes_alike import SECTOR, is_fill
from importer.copy.copies import Copy, Lost
from importer.copy.temp_file import TempFile

Took = Literal["one", "other", "both"]


@dataclass(frozen=True, slots=True)
class Combined:
    """What two copies make together: a new file, or nothing that one of them is not already (`took`)."""

    took: Took
    temp: Path | None = None
    sha256: str = ""
    size: int = 0
    lost: Lost = ()


@dataclass(slots=True)
class _Sectors:
    """Chooses sector by sector; raises `Contradiction`."""

    one: Copy
    other: Copy
    equal: int = 0
    from_one: int = 0
    from_other: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, offset: int, a: bytes, b: bytes) -> bytes:
        """Give the better of two sectors at the same place."""
        lost_a, lost_b = _is_lost(self.one.lost, offset, len(a)), _is_lost(self.other.lost, offset, len(b))
        common = min(len(a), len(b))
        if a[:common] == b[:common]:
            longer = a if len(a) > len(b) else b
            self.from_one += len(a) > len(b)
            self.from_other += len(b) > len(a)
            self.equal += common > 0 and not is_fill(a[:common])
            if (lost_a or not a) and (lost_b or not b):
                self.lost.append((offset, len(longer)))
            return longer
        return self._one_of(a, b, lost_a, lost_b)

    def _one_of(self, a: bytes, b: bytes, lost_a: bool, lost_b: bool) -> bytes:
        if len(a) >= len(b) and (lost_b or (not lost_a and is_fill(b) and not is_fill(a))):
            self.from_one += 1
            return a
        if len(b) >= len(a) and (lost_a or is_fill(a)):
            self.from_other += 1
            return b
        raise Contradiction


class Contradiction(Exception):  # noqa: N818 - an outcome
    """Both copies have something at one place, and not the same."""


def combine(one: Copy, other: Copy, folder: Path, prefix: str, check: Callable[[], None]) -> Combined | None:
    """Put two damaged copies together in a new temp file; None where they contradict each other or share nothing.

    Raises `OSError` for copies, `LibraryError` for the shelf's disk.
    """
    sectors = _Sectors(one, other)
    temp = TempFile(str(folder), prefix)
    digest = hashlib.sha256()
    try:
        with one.content.open() as first, other.content.open() as second:
            _run(sectors, first, second, temp, digest.update, check)
    except Contradiction:
        temp.discard()
        return None
    except BaseException:
        temp.discard()
        raise
    took: Took = "both" if sectors.from_one and sectors.from_other else "one" if sectors.from_one else "other"
    if took != "both" or not sectors.equal:
        temp.discard()
        return Combined(took) if sectors.equal and (sectors.from_one or sectors.from_other) else None
    temp.finish()
    return Combined(took, Path(temp.path), digest.hexdigest(), temp.size, _joined(sectors.lost))


def _run(
    sectors: _Sectors,
    first: BinaryIO,
    second: BinaryIO,
    temp: TempFile,
    digest: Callable[[bytes], None],
    check: Callable[[], None],
) -> None:
    offset = 0
    while True:
        a, b = first.read(SECTOR), second.read(SECTOR)
        if not a and not b:
            return
        if offset % (SECTOR << 9) == 0:
            check()
        chosen = sectors.choose(offset, a, b)
        temp.write(chosen)
        digest(chosen)
        offset += SECTOR


def _is_lost(lost: Lost, offset: int, length: int) -> bool:
    place = bisect_left(lost, (offset + length,))  # of the first that begins behind; they are in order and apart
    return place > 0 and offset < sum(lost[place - 1])


def _joined(lost: list[tuple[int, int]]) -> Lost:
    found: list[tuple[int, int]] = []
    for first, size in lost:
        if found and sum(found[-1]) == first:
            first, size = found[-1][0], found.pop()[1] + size
        found.append((first, size))
    return tuple(found)
