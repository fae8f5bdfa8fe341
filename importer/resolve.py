"""Which listed file a DICOMDIR reference means. Names are matched against the listing, never joined to a path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dicom.model import Header
from importer.names import components, fold, inside, without_drive, without_extension, without_version

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One file a DICOMDIR names; `folder` is where that DICOMDIR lies ("" at the top).

    `header` is what its records say of the file: a hint until the file itself has been read.
    """

    folder: str
    file_id: tuple[str, ...]
    sop_instance_uid: str | None = None
    in_use: bool = True
    header: Header | None = None
    record_type: str = ""

    @property
    def parts(self) -> Key:
        """The components of the name, also where a record holds a path in one piece, with either slash."""
        if not any(self.file_id):
            return ()
        return without_drive(components("/".join(self.file_id)))

    @property
    def path(self) -> str:
        """The path as it would lie on the source."""
        return "/".join(inside(self.full))

    @property
    def full(self) -> Key:
        """The components from the top of the source."""
        return (*filter(None, self.folder.split("/")), *self.parts)


class Matcher:
    """Finds names in a listing, each step more forgiving than the one before."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._steps = [_index(paths, step) for step in _STEPS]

    def find(self, folder: str, parts: Key) -> list[str]:
        """Find the one path a reference means, seen from the DICOMDIR's folder, then from the top; [] if none."""
        base = tuple(part for part in folder.split("/") if part)
        for start in (base, ()) if base else (base,):
            for step, index in zip(_STEPS, self._steps, strict=True):
                found = index.get(_key(inside((*start, *parts)), step), [])
                if len(found) == 1 or (found and step is not _STEPS[-1]):
                    return found[:1]
        return []


Step = Callable[[str], str]


def _plain(name: str) -> str:
    return name


def _versionless(name: str) -> str:
    return fold(without_version(name))


def _stem(name: str) -> str:
    return fold(without_extension(name))


_STEPS: tuple[Step, ...] = (_plain, fold, _versionless, _stem)


def _key(parts: Key, step: Step) -> Key:
    # Extensions are forgiven at the file only: "A.B/C" and "A.D/C" are two folders.
    folder_step = _versionless if step is _stem else step
    return (*map(folder_step, parts[:-1]), step(parts[-1]))


def _index(paths: Sequence[str], step: Step) -> dict[Key, list[str]]:
    index: dict[Key, list[str]] = defaultdict(list)
    for path in paths:
        index[_key(tuple(path.split("/")), step)].append(path)
    return dict(index)
