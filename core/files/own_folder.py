"""Folders this program alone names, fills and removes; nothing outside of them is ever touched through them.

What was there before, what somebody else put in, and whatever lies behind a link stays.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.files.durable import remove_file

_DIGITS = 32
_EARLIER = re.compile(r"[0-9a-f]{24}")


class OwnFolder:
    """One folder below which each thing gets a place of its own, named by a hash of what it is for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def name(self, *about: str) -> str:
        """Give the name of the place for what these words say together; no word of them is in it."""
        said = "".join(f"{len(word)}:{word}" for word in about)  # "a", "bc" is not "ab", "c"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    def folder(self, *about: str) -> Path:
        """Give the folder for something, made where it is absent; raises `OSError` where a link stands in its way."""
        place = self.make() / self.name(*about)
        _make(place)
        return place

    def adopt(self, earlier: str, *about: str) -> None:
        """Go on in a folder that an earlier version named by an id of 24 digits, which no name of ours has."""
        before, place = self._root / earlier, self._root / self.name(*about)
        if _EARLIER.fullmatch(earlier) and _is_folder(self._root) and _is_folder(before) and _kind(place) == "absent":
            before.rename(place)

    def make(self) -> Path:
        """Make the folder itself; raises `OSError` where a link stands in its way."""
        self._root.parent.mkdir(parents=True, exist_ok=True)
        _make(self._root)
        return self._root

    def remove(self, place: Path, is_ours: Callable[[str], bool]) -> bool:
        """Remove from a place the files whose names are ours, and what is empty then; tells whether all is gone."""
        if place.parent != self._root or not _is_name(place.name) or not (_is_folder(self._root)):
            return False
        return remove_own(place, is_ours)


def remove_own(folder: Path, is_ours: Callable[[str], bool]) -> bool:
    """Remove files whose names are ours from a folder and those in it, and each that is empty then.

    Links are never followed, and stay; tells whether the folder is gone.
    """
    if not _is_folder(folder):
        return False
    with os.scandir(folder) as entries:
        found = [(Path(entry.path), _kind(Path(entry.path))) for entry in entries]
    for path, kind in found:
        if kind == "folder":
            remove_own(path, is_ours)
        elif kind == "file" and is_ours(path.name):
            with suppress(OSError):
                remove_file(path)
    try:
        folder.rmdir()
    except OSError:  # something of somebody else is in it
        return False
    return True


def is_link(path: Path) -> bool:
    """Tell whether a name leads elsewhere: a symbolic link, or a junction of Windows."""
    return _kind(path) == "link"


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_folder(folder):
        raise NotADirectoryError(f"{folder} leads elsewhere")


def _is_folder(path: Path) -> bool:
    return _kind(path) == "folder"


def _kind(path: Path) -> str:
    try:
        found = path.lstat()
    except OSError:
        return "absent"
    tag = getattr(found, "st_reparse_tag", 0)
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003)
    if stat.S_ISLNK(found.st_mode) or tag == junction:
        return "link"
    if stat.S_ISDIR(found.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(found.st_mode) else "other"


def _is_name(name: str) -> bool:
    return len(name) == _DIGITS and set(name) <= set("0123456789abcdef")
