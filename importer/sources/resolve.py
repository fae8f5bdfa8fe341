"""Which listed file a DICOMDIR reference means. Names are matched against the listing, never joined to a path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dicom.model import Header
from importer.sources.names import components, fold, inside, without_drive, without_extension, without_version

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

    parts: Key = field(init=False, compare=False)
    full: Key = field(init=False, compare=False)
    path: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Take the name apart, once: a disc may have many.

        `parts` are the components, also where a record holds a path in one piece, with either slash; `full` those from
        the top of the source, `path` how it would lie there.
        """
        parts = without_drive(components("/".join(self.file_id))) if any(self.file_id) else ()
        full = (*filter(None, self.folder.split("/")), *parts)
        for name, value in (("parts", parts), ("full", full), ("path", "/".join(inside(full)))):
            object.__setattr__(self, name, value)


class Matcher:
    """Finds names in a listing, each step more forgiving than the one before."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._indexes: list[dict[Key, list[str]]] = []  # one for each step that was needed so far

    def find(self, folder: str, parts: Key) -> list[str]:
        """Find the one path a reference means, seen from the DICOMDIR's folder, then from the top; [] if none."""
        base = tuple(part for part in folder.split("/") if part)
        for start in (base, ()) if base else (base,):
            names = inside((*start, *parts))
            for number, step in enumerate(_STEPS):
                if number == len(self._indexes):
                    self._indexes.append(_index(self._paths, step))
                found = self._indexes[number].get(_key(names, step), [])
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
