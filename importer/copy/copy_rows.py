"""What the parent asks the media worker to copy, and what it hears back, as JSON rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from core.workers.answers import count, sha256, text
from dicom.model import Header
from dicom.source import Entry
from importer.sources.wire import Row, entry_from_row, entry_to_row, header_from_row, header_to_row

CopyOutcome = Literal["copied", "already", "read-error"]


@dataclass(frozen=True, slots=True)
class CopyItem:
    """One entry to copy; bytes whose sha256 is in `known` are on the shelf and are not written again."""

    number: int
    entry: Entry
    known: tuple[str, ...] = ()

    def to_row(self) -> Row:
        """Write as JSON."""
        return [self.number, entry_to_row(self.entry), list(self.known)]

    @staticmethod
    def from_row(row: Sequence[Any]) -> CopyItem:
        """Read back."""
        return CopyItem(row[0], entry_from_row(row[1]), tuple(row[2]))


@dataclass(frozen=True, slots=True)
class CopyRow:
    """What became of one entry. `temp` names a complete, fsynced file in the incoming folder.

    `header` was read from the copied bytes, None where the header reader could not settle it; `lost` are the unreadable
    stretches (first byte, length), which are zero in the copy.
    """

    number: int
    outcome: CopyOutcome
    temp: str = ""
    sha256: str = ""
    size: int = 0
    header: Header | None = None
    truncated: bool = False
    detail: str = ""
    lost: tuple[tuple[int, int], ...] = ()

    def to_row(self) -> Row:
        """Write as JSON."""
        header = header_to_row(self.header) if self.header else None
        lost = [list(stretch) for stretch in self.lost]
        return [
            self.number, self.outcome, self.temp, self.sha256, self.size, header, self.truncated, self.detail, lost
        ]  # fmt: skip

    @staticmethod
    def from_row(row: Sequence[Any]) -> CopyRow:
        """Read back; raises `TypeError` when the row is not one."""
        number, outcome, temp, digest, size, header, truncated, detail, lost = row
        if outcome not in get_args(CopyOutcome) or type(truncated) is not bool:
            raise TypeError("copied")
        return CopyRow(
            count(number),
            cast(CopyOutcome, outcome),
            text(temp),
            "" if outcome == "read-error" else sha256(digest),
            count(size),
            header_from_row(header) if header else None,
            truncated,
            text(detail),
            tuple((count(first, size), count(length, size)) for first, length in lost),
        )
