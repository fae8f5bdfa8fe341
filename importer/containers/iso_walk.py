"""A tolerant walk over the folders of an ISO 9660 image, with Joliet and Rock Ridge names (ECMA-119, SUSP, RRIP).

Every place is visited once, what leads nowhere costs only itself, and an image that was cut gives the names there are.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

SECTOR: Final = 2048
MAX_NAMES: Final = 1_000_000
MAX_DEPTH: Final = 100
_MAX_FOLDER: Final = 64 << 20
_MAX_DESCRIPTORS: Final = 64
_MAX_CONTINUATIONS: Final = 32
_JOLIET: Final = (b"%/@", b"%/C", b"%/E")
_IS_FOLDER, _GOES_ON = 0x02, 0x80

ReadAt = Callable[[int, int], bytes]


@dataclass(slots=True)
class IsoFile:
    """One name that is no folder: where its bytes are (first byte, length; several for very large files)."""

    path: str
    extents: list[tuple[int, int]] = field(default_factory=list)
    mode: int = 0

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(length for _, length in self.extents)


@dataclass(frozen=True, slots=True)
class _Volume:
    root: bytes
    block: int
    joliet: bool


@dataclass(slots=True)
class _Names:
    """What the system use area of a record says (Rock Ridge)."""

    name: bytes = b""
    mode: int = 0
    moved_to: int | None = None
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class _Record:
    name: str
    start: int
    size: int
    flags: int
    rock: _Names


class NoIsoError(Exception):
    """There is no ISO 9660 volume; `has_udf` tells whether there is another kind of file system."""

    def __init__(self, *, has_udf: bool) -> None:
        super().__init__("no ISO 9660 volume")
        self.has_udf = has_udf


def walk_iso(read: ReadAt, trouble: Callable[[str], None]) -> list[IsoFile]:
    """List the files of an image in folder order; `read(offset, length)` gives bytes, short at the end.

    Rock Ridge names win over Joliet ones, those over plain ones. `trouble` is told folders that cannot be read. Raises
    `NoIsoError`.
    """
    volumes = list(_volumes(read))
    plain = next((volume for volume in volumes if not volume.joliet), None)
    joliet = next((volume for volume in volumes if volume.joliet), None)
    if plain is not None and (joliet is None or _has_rock_ridge(read, plain)):
        return _Walk(read, plain, trouble).run()
    if joliet is not None:
        return _Walk(read, joliet, trouble).run()
    raise NoIsoError(has_udf=any(read(number * SECTOR + 1, 4) == b"NSR0" for number in range(16, 32)))


def _volumes(read: ReadAt) -> Iterator[_Volume]:
    for number in range(16, 16 + _MAX_DESCRIPTORS):
        sector = read(number * SECTOR, SECTOR)
        if len(sector) < 190 or sector[1:6] != b"CD001" or sector[0] == 255:
            return
        joliet = sector[0] == 2 and sector[88:91] in _JOLIET
        if sector[0] == 1 or joliet:
            yield _Volume(sector[156:190], int.from_bytes(sector[128:130], "little") or SECTOR, joliet)


def _has_rock_ridge(read: ReadAt, volume: _Volume) -> bool:
    start, _ = _place(volume.root, volume.block)
    own = read(start, 255)
    return bool(own) and own[0] > 34 and b"SP\x07\x01\xbe\xef" in own[34 : own[0]]


def _place(record: bytes, block: int) -> tuple[int, int]:
    extent, attributes = int.from_bytes(record[2:6], "little"), record[1]
    return (extent + attributes) * block, int.from_bytes(record[10:14], "little")


class _Walk:
    """One walk over one volume."""

    def __init__(self, read: ReadAt, volume: _Volume, trouble: Callable[[str], None]) -> None:
        self._read = read
        self._volume = volume
        self._trouble = trouble
        self._seen: set[int] = set()
        self._files: list[IsoFile] = []

    def run(self) -> list[IsoFile]:
        start, size = _place(self._volume.root, self._volume.block)
        waiting = [("", start, size, 0)]
        while waiting and len(self._files) < MAX_NAMES:
            path, start, size, depth = waiting.pop()
            if start in self._seen:
                continue
            self._seen.add(start)
            if depth > MAX_DEPTH or size > _MAX_FOLDER:
                self._trouble(path)
                continue
            children = [(name, *place, depth + 1) for name, *place in self._folder(path, start, size)]
            waiting.extend(reversed(children))  # type: ignore[arg-type]
        return self._files

    def _folder(self, path: str, start: int, size: int) -> list[tuple[str, int, int]]:
        """Add the files of one folder and give its sub-folders."""
        data = self._read(start, size)
        if len(data) < size:
            self._trouble(path)
        folders = []
        open_file: IsoFile | None = None
        for record in self._records(data):
            child = f"{path}/{record.name}" if path else record.name
            if record.rock.moved_to is not None:
                folders.append((child, *self._moved(record.rock.moved_to)))
            elif record.flags & _IS_FOLDER:
                if not record.rock.is_moved:
                    folders.append((child, record.start, record.size))
            else:
                if open_file is None or open_file.path != child:
                    open_file = IsoFile(child, mode=record.rock.mode)
                    self._files.append(open_file)
                open_file.extents.append((record.start, record.size))
                open_file = open_file if record.flags & _GOES_ON else None
        return folders

    def _moved(self, block: int) -> tuple[int, int]:
        """Find a folder that Rock Ridge put elsewhere because it lay too deep: its own first record has its size."""
        start = block * self._volume.block
        return start, int.from_bytes(self._read(start, 34)[10:14], "little")

    def _records(self, data: bytes) -> Iterator[_Record]:
        position = 0
        while position + 34 <= len(data):
            length = data[position]
            if length == 0:  # records do not cross sectors: the rest of this one is empty
                position = (position // SECTOR + 1) * SECTOR
                continue
            record = data[position : position + length]
            position += length
            named = record[33 : 33 + record[32]] if length >= 34 else b""
            if named and named not in (b"\0", b"\1"):
                yield self._record(record, named)

    def _record(self, record: bytes, named: bytes) -> _Record:
        start, size = _place(record, self._volume.block)
        if self._volume.joliet:
            name, rock = named.decode("utf-16-be", "replace"), _Names()
        else:
            rock = self._rock_ridge(record[33 + len(named) + (1 - len(named) % 2) :])
            name = rock.name.decode("utf-8", "surrogateescape") or named.decode("latin-1")
        if not rock.name:
            name = name.partition(";")[0].rstrip(".") or name
        return _Record(name.replace("/", "_").replace("\0", "_"), start, size, record[25], rock)

    def _rock_ridge(self, area: bytes) -> _Names:
        names = _Names()
        for _ in range(_MAX_CONTINUATIONS):
            more = _read_area(area, names)
            if more is None:
                break
            block, offset, length = more
            area = self._read(block * self._volume.block + offset, min(length, SECTOR))
        return names


def _read_area(area: bytes, names: _Names) -> tuple[int, int, int] | None:
    """Read the entries of one system use area into `names`; gives where it goes on."""
    more = None
    position = 0
    while position + 4 <= len(area) and area[position + 2] >= 4:
        sign, entry = area[position : position + 2], area[position : position + area[position + 2]]
        position += len(entry)
        if sign == b"NM" and len(entry) > 5 and not entry[4] & 0x06:
            names.name += entry[5:]
        elif sign == b"PX" and len(entry) >= 8:
            names.mode = int.from_bytes(entry[4:8], "little")
        elif sign == b"CL" and len(entry) >= 8:
            names.moved_to = int.from_bytes(entry[4:8], "little")
        elif sign == b"RE":
            names.is_moved = True
        elif sign == b"SL":
            names.mode = names.mode or stat.S_IFLNK
        elif sign == b"CE" and len(entry) >= 28:
            more = (_number(entry, 4), _number(entry, 12), _number(entry, 20))
        elif sign == b"ST":
            break
    return more


def _number(entry: bytes, at: int) -> int:
    return int.from_bytes(entry[at : at + 4], "little")
