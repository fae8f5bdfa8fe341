"""What is handed to the shelf, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from dicom.model import FileCode, Header

OutcomeKind = Literal["stored", "already", "conflict"]

# A copy whose bytes are not what the medium holds: it can stand beside a good one without being a conflict.
PARTIAL_COPIES = frozenset({"unreadable", "medium-gone"})


Why = Literal["damaged", "combined", "reduced", "chosen"]


class StandsBack(NamedTuple):
    """One copy of an image that stands back for another: kept, but not shown, counted or sent."""

    person: str
    sha256: str
    for_person: str
    for_sha256: str
    why: Why


@dataclass(frozen=True, slots=True)
class Incoming:
    """One copied file, complete and fsynced in `Library.incoming`, that shall become an object.

    `header` was read from the copied bytes; `person` is the person key chosen for it (not always the header's own);
    `damaged` says why it is less than whole; `same_as` is the sha256 of a stored object that holds the same data set
    or the same image in other wrapping, which is then kept alone; `lost` are stretches (first byte, length) that no
    drive could read and that are zeros in it; `aside` are copies that stand back for others with this commit.
    """

    temp_path: Path
    sha256: str
    size: int
    header: Header
    source_path: str
    person: str
    damaged: FileCode | None = None
    same_as: str | None = None
    lost: tuple[tuple[int, int], ...] = ()
    aside: tuple[StandsBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one `Incoming`: stored, there already, or stored beside other content of the same UID."""

    item: Incoming
    kind: OutcomeKind
