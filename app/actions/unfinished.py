"""Imports that were cut off: which there are, what can go on with which source, and leaving one so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from importer.copy.unfinished import Recognised
    from importer.results import ScanResult
    from library.index.rows import Unfinished
    from library.shelf import Library

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class WaysOn(Generic[S]):
    """An import that was cut off, and the sources that are in and hold what it has still to bring."""

    unfinished: Unfinished
    ways: tuple[tuple[S, ScanResult, Recognised], ...]


def recognised(scan: ScanResult, library: Library) -> list[Recognised]:
    """List the imports that were cut off and can go on with this source, the newest first."""
    from importer.copy.unfinished import recognise

    return recognise(scan, library)


def ways_on(library: Library, sources: Sequence[tuple[S, ScanResult]]) -> list[WaysOn[S]]:
    """List what was cut off, and compare it with what is in."""
    if library.read_only:  # another window has the shelf, and perhaps is just importing
        return []
    rows = library.unfinished()
    if not rows:
        return []
    known = [(source, scan, found) for source, scan in sources for found in recognised(scan, library)]
    return [WaysOn(row, tuple(way for way in known if way[2].unfinished.import_id == row.import_id)) for row in rows]


def leave(library: Library, import_id: str) -> list[Unfinished]:
    """Wait no more for the rest of an import; gives what it was, nothing where none that was cut off is called so."""
    left = [one for one in library.unfinished() if one.import_id == import_id]
    if left:
        library.settle_import(import_id, "left")
    return left


def first_study_of(library: Library, import_id: str) -> str:
    """Name the first study it brought something of as the shelf does; "" where it brought nothing."""
    brought = library.brought(import_id)
    return f"{brought[0].person_key}:{brought[0].study_instance_uid or ''}" if brought else ""
