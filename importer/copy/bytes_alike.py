"""Two copies of one file compared byte by byte, sector by sector: is one the other with something lost?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

SECTOR = 2048
_PIECE = 512 * SECTOR
_FILLS = (0, 0xFF)
_DENSE = 8  # a lost sector held more than some letters on black: at least one byte in eight


@dataclass(slots=True)
class Alike:
    """How many sectors of the shorter copy are the other's, filled where the other has something, or simply different.

    `sparse` are filled ones where the other holds next to nothing, `edges` those that are filled in part; `gained` are
    different ones that the longer copy has lost: filled there, and something here. `rest_is_fill` says that what the
    longer one has beyond the shorter holds nothing.
    """

    equal: int = 0
    filled: int = 0
    sparse: int = 0
    edges: int = 0
    different: int = 0
    gained: int = 0
    shorter: bool = False
    rest_is_fill: bool = True

    @property
    def is_cut(self) -> bool:
        """Say whether it is the beginning of the other, and no more."""
        return self.shorter and not self.rest_is_fill and not self.filled and not self.different and self.equal > 0

    @property
    def lost_only(self) -> bool:
        """Say whether all it lacks is cut off or filled: every byte it has is the other's."""
        return not self.different and self.equal > 0 and (self.filled > 0 or (self.shorter and not self.rest_is_fill))

    @property
    def lost_surely(self) -> bool:
        """Say the same of a copy nothing else calls damaged: what is filled must have held something."""
        return self.lost_only and not self.sparse and self.edges <= 1 and self.equal >= self.filled

    @property
    def completes(self) -> bool:
        """Say whether each of the two has whole sectors the other surely lost, and nothing contradicts."""
        lost = self.filled > 0 or (self.shorter and not self.rest_is_fill)
        surely = not self.sparse and not self.edges and self.different == self.gained
        return lost and surely and self.gained > 0 and self.equal >= self.filled + self.gained

    @property
    def mostly_equal(self) -> bool:
        """Say whether, for a copy known to be damaged, most of it is the other's."""
        return self.equal > self.filled + self.different


def compare_bytes(damaged: BinaryIO, whole: BinaryIO, check: Callable[[], None]) -> Alike:
    """Compare a copy with the one it may have been; reads both once.

    Every burner writes a meta group of its own: where both have one of the same transfer syntax, only what follows is
    compared, in the sectors of the copy that may be damaged.
    """
    found, size = Alike(), _PIECE
    starts = [_behind_meta(one) for one in (damaged, whole)]
    same = starts[0][1] == starts[1][1]
    for copy, (start, _) in zip((damaged, whole), starts, strict=True):
        copy.seek(start if same else 0)
    if same and starts[0][0]:
        size = SECTOR - starts[0][0] % SECTOR
    while True:
        check()
        one, other = damaged.read(size), whole.read(size)
        size = _PIECE
        if not one and not other:
            return found
        common = min(len(one), len(other))
        if one[:common] == other[:common]:
            found.equal += -(-common // SECTOR)
        else:
            _by_sector(found, one[:common], other[:common])
        _beyond(found, one[common:], other[common:])


def _behind_meta(copy: BinaryIO) -> tuple[int, bytes]:
    """Say where the meta group of a file ends, and its transfer syntax; 0 and nothing where it has none."""
    head = copy.read(SECTOR)
    if head[128:136] != b"DICM\x02\0\0\0" or head[136:140] != b"UL\4\0":
        return 0, b""
    end = 144 + int.from_bytes(head[140:144], "little")
    place = head.find(b"\x02\0\x10\0UI", 144, end)
    if end > len(head) or place < 0:
        return 0, b""
    length = int.from_bytes(head[place + 6 : place + 8], "little")
    return end, head[place + 8 : place + 8 + length].rstrip(b"\0 ")


def _by_sector(found: Alike, one: bytes, other: bytes) -> None:
    for start in range(0, len(one), SECTOR):
        mine, its = one[start : start + SECTOR], other[start : start + SECTOR]
        if mine == its:
            found.equal += 1
        elif (part := _filled_part(mine, its)) > 0:
            found.filled += 1
            found.edges += part < len(mine)
            found.sparse += part == len(mine) and not _is_dense(its, mine[:1])
        else:
            found.different += 1
            found.gained += is_fill(its) and _is_dense(mine, its[:1])


def _is_dense(data: bytes, fill: bytes) -> bool:
    return (len(data) - data.count(fill)) * _DENSE >= len(data)


def _beyond(found: Alike, mine: bytes, its: bytes) -> None:
    if its:
        found.shorter = True
        found.rest_is_fill = found.rest_is_fill and not its.strip(b"\0")
    if mine and mine.strip(b"\0"):
        found.different += -(-len(mine) // SECTOR)


def _filled_part(mine: bytes, its: bytes) -> int:
    """Say how many bytes of a differing sector are filled, where all others are the other's; 0 if they are not."""
    if is_fill(mine):
        return len(mine)
    for fill in (bytes([one]) for one in _FILLS):
        for a, b in ((mine, its), (mine[::-1], its[::-1])):
            kept = len(a.rstrip(fill))
            if kept < len(a) and a[:kept] == b[:kept]:
                return len(a) - kept
    return 0


def is_fill(data: bytes) -> bool:
    """Say whether a stretch holds one and the same byte, as drives and rescuers fill what they cannot read."""
    return bool(data) and data[0] in _FILLS and data.count(data[:1]) == len(data)
