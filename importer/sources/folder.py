"""A folder as a source: also a drive, and the folder of a chosen DICOMDIR."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import BinaryIO

from dicom.source import Entry, SourceKind
from importer.sources.listing import list_folder
from importer.sources.safe_open import open_beneath, refuse_unless_openable


@dataclass(frozen=True, slots=True)
class FolderTrouble:
    """A folder of a source that could not be listed."""

    path: str
    error: OSError


@dataclass(slots=True)
class FolderSource:
    """A folder, a drive, or the folder of a chosen DICOMDIR; `device` is what it lay on when it was opened."""

    path: str
    kind: SourceKind = "folder"
    label: str = ""
    device: int | None = None
    troubles: list[FolderTrouble] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        """List every non-directory name; folders that refuse are kept in `troubles`."""
        self.troubles.clear()
        return list_folder(self.path, lambda path, error: self.troubles.append(FolderTrouble(path, error)))

    def open(self, entry: Entry) -> BinaryIO:
        """Open a listed regular file, or the one inside the source a link resolves to."""
        return os.fdopen(self.descriptor(entry), "rb", buffering=0)

    def descriptor(self, entry: Entry) -> int:
        """Open like `open`, as a bare descriptor; the caller closes it."""
        refuse_unless_openable(entry)
        return open_beneath(self.path, entry.target or entry.path)
