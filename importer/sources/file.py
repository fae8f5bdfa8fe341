"""One file as a source."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dicom.source import Entry, SourceKind
from importer.sources.safe_open import open_regular, refuse_unless_openable


@dataclass(slots=True)
class FileSource:
    """One file chosen by itself."""

    path: str
    label: str = ""
    kind: SourceKind = "file"

    def entries(self) -> list[Entry]:
        """List the one name."""
        status = Path(self.path).stat()
        return [Entry(Path(self.path).name, status.st_size, modified_ns=status.st_mtime_ns)]

    def open(self, entry: Entry) -> BinaryIO:
        """Open the file."""
        return os.fdopen(self.descriptor(entry), "rb", buffering=0)

    def descriptor(self, entry: Entry) -> int:
        """Open like `open`, as a bare descriptor; the caller closes it."""
        refuse_unless_openable(entry)
        return open_regular(self.path)
