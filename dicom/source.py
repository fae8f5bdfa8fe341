"""What two rooms share about a place images come from: the importer makes sources, the viewer reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from dicom.model import FileCode

SourceKind = Literal["drive", "folder", "dicomdir", "iso", "zip", "file", "archive"]
EntryKind = Literal["file", "link", "special"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One non-directory name on a source.

    `path` is relative to the source with "/" (undecodable bytes as surrogate escapes); `position` is where the
    content lies on the medium, where that is known; a "link" points inside the source only if `target` names the entry
    it resolves to, and it is never read twice; `refused` says why a name may not be opened at all; one that is `cut`
    lies in a container that breaks off in the middle of it.
    """

    path: str
    size: int
    kind: EntryKind = "file"
    target: str | None = None
    position: int | None = None
    modified_ns: int | None = None
    refused: FileCode | None = None
    cut: bool = False


class Source(Protocol):
    """A place that is read and never written."""

    kind: SourceKind
    label: str
    path: str

    def entries(self) -> list[Entry]:
        """List every non-directory name, hidden ones included, in the medium's order."""

    def open(self, entry: Entry) -> BinaryIO:
        """Open one listed regular file for reading; raises `SourceError` or `OSError`."""


class Content(Protocol):
    """The bytes of one object, which can be opened again and again."""

    @property
    def key(self) -> str:
        """Name the bytes for caches: a sha256, or where and how large they are."""

    def open(self) -> BinaryIO:
        """Open for reading; raises `SourceError` or `OSError`."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file on this computer."""

    path: str
    key: str

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return open(self.path, "rb")


@dataclass(frozen=True, slots=True)
class EntryContent:
    """An entry of a source that is looked at without being imported."""

    source: Source
    entry: Entry

    @property
    def key(self) -> str:
        """Name the entry by its source and path, and by what differs where another disc lies in the same drive."""
        entry = self.entry
        return f"{self.source.path}\0{entry.path}\0{entry.size}\0{entry.modified_ns}\0{entry.position}"

    def open(self) -> BinaryIO:
        """Open the entry through its source."""
        return self.source.open(self.entry)


@dataclass(frozen=True, slots=True)
class FrameRef:
    """One frame (index from 0) of one object; with a UID only if the content still holds that very object."""

    content: Content
    frame_index: int = 0
    sop_instance_uid: str | None = None
