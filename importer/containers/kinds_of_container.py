"""How a container is opened, step by step, by its `form`: "skip:4096+iso", "raw+iso", "gz+tar", "zip", "gz"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from core.errors import SourceError
from importer.containers.answer_members import list_answer
from importer.containers.bytes_at import WITHOUT_SYNC, BytesAt, RawSectors, Window, damaged
from importer.containers.found_members import list_found
from importer.containers.iso_members import list_iso
from importer.containers.member import Contents, Member
from importer.containers.tar_members import list_tar
from importer.containers.unpacked import Tick, Unpacked
from importer.containers.unpackers import of_packed
from importer.containers.zip_members import list_zip
from importer.reasons import BROKEN, not_looked_into

MAX_UNPACKED: Final = 64 << 30

_LISTS: Final[dict[str, Callable[[BytesAt, Tick], Contents]]] = {
    "zip": list_zip,
    "iso": list_iso,
    "tar": list_tar,
    "multipart": list_answer,
    "found": list_found,
}
_PACKED: Final = frozenset({"gz", "bz2", "xz", "lzma"})
_ENDINGS: Final = {
    ".gz": "", ".bz2": "", ".xz": "", ".lzma": "", ".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"
}  # fmt: skip


class Layers:
    """The bytes in which the members of a container lie, and what is in it."""

    def __init__(self, data: BytesAt, form: str, tick: Tick) -> None:
        self._tick = tick
        self._shortfalls: list[str] = []
        *steps, self._list = form.split("+")
        for step in steps:
            data = self._step(data, step)
        self._data = self._step(data, self._list) if self._list in _PACKED else data

    def contents(self, name: str) -> Contents:
        """List what is in it; `name` is the container's own, for the one file of a packed file."""
        if self._list in _PACKED:
            inner = self._data
            member = Member(unpacked_name(name), inner.size, lambda: inner, cut=bool(self._shortfalls))
            return Contents([member], list(self._shortfalls))
        if self._list not in _LISTS:
            raise SourceError("source-unopenable", reason=BROKEN)
        contents = _LISTS[self._list](self._data, self._tick)
        contents.shortfalls.extend(self._shortfalls)
        return contents

    def _step(self, data: BytesAt, step: str) -> BytesAt:
        if step.startswith("skip:"):
            start = int(step[5:])
            return Window(data, start, max(0, data.size - start))
        if step == "raw":
            return RawSectors(data)
        if step == f"raw:{WITHOUT_SYNC}":
            return RawSectors(data, WITHOUT_SYNC)
        if step not in _PACKED:
            raise damaged()
        unpacked = Unpacked(data, lambda: of_packed(step), tick=self._tick)
        unpacked.measure(MAX_UNPACKED)
        if not unpacked.is_whole:
            self._shortfalls.append(not_looked_into(BROKEN))
        return unpacked


def unpacked_name(name: str) -> str:
    """Name what a packed file holds: "IM3.dcm.gz" holds "IM3.dcm"."""
    name = name.rpartition("/")[2]
    ending = PurePosixPath(name).suffix.casefold()
    if ending in _ENDINGS and len(name) > len(ending):
        return name[: -len(ending)] + _ENDINGS[ending]
    return f"{name} unpacked"
