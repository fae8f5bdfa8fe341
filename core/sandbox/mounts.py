"""Whether what lay at some paths still lies there: a worker with a file system of its own does not see a disc go."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_TABLE = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(rb"\\(\d{3})")


class Mounts:
    """The mounts at and below a few paths, as this process sees them; asking touches no medium."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._paths = [Path(path) for path in paths]
        self._table = _read_table()
        self._then = self._now = self._find()

    def changed(self) -> bool:
        """Tell whether there are other mounts now."""
        self._look()
        return self._now != self._then

    def gone(self) -> bool:
        """Tell whether one that was there is not there any more."""
        self._look()
        return not self._then <= self._now

    def _look(self) -> None:
        table = _read_table()
        if table != self._table:
            self._table = table
            self._now = self._find()

    def _find(self) -> frozenset[tuple[Path, bytes]]:
        places: dict[Path, bytes] = {}
        for line in self._table.splitlines():
            fields = line.split(b" ", 5)
            if len(fields) > 5:  # the last of those at one place is on top
                places[_path(fields[4])] = fields[0] + b" " + fields[2]
        return frozenset(found for path in self._paths for found in _at_and_below(path, places))


def _at_and_below(path: Path, places: dict[Path, bytes]) -> list[tuple[Path, bytes]]:
    at = next(((path, places[one]) for one in (path, *path.parents) if one in places), (path, b""))
    return [at, *((place, mount) for place, mount in places.items() if path in place.parents)]


def _path(escaped: bytes) -> Path:
    name = _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), escaped)
    return Path(name.decode("utf-8", "surrogateescape"))


def _read_table() -> bytes:
    with contextlib.suppress(OSError):
        return _TABLE.read_bytes()
    return b""
