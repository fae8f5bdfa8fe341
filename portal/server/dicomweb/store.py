"""The content-addressed store of a portal: one file a sha256."""

from __future__ import annotations

from pathlib import Path

from dicom.source import FileContent


class ObjectStore:
    """A folder of objects, named by their hash; files come from `incoming` by rename."""

    def __init__(self, objects: Path, incoming: Path) -> None:
        self._objects = objects
        self.incoming = incoming

    def path(self, sha256: str) -> Path:
        """Give where an object is, or would be."""
        return self._objects / sha256[:2] / f"{sha256}.dcm"

    def content(self, sha256: str) -> FileContent:
        """Give the bytes of an object for the decode workers."""
        return FileContent(str(self.path(sha256)), sha256)
