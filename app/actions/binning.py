"""Moving several studies to the bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import LibraryError

if TYPE_CHECKING:
    from library.shelf import Library


@dataclass(frozen=True, slots=True)
class Moved:
    """The entries of the bin by the studies that were moved there, and what kept the next one from it."""

    entries: dict[str, str]
    error: Exception | None = None


def move_each(library: Library, studies: Sequence[str]) -> Moved:
    """Move one study after the other to the bin; what was moved before one fails is told, so that it can come back."""
    entries: dict[str, str] = {}
    for study in studies:
        try:
            entries[study] = next(iter(library.delete([study]).entries), "")
        except LibraryError as error:
            return Moved(entries, error)
    return Moved(entries)
