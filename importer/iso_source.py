"""An ISO 9660 image as a source; nothing is mounted and nothing beyond the image's own bytes is read."""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from core.errors import SourceError
from dicom.source import Entry, EntryKind, SourceKind
from importer.iso_walk import IsoFile, NoIsoError, ReadAt, walk_iso
from importer.names import components, free_name, is_hostile
from importer.sources import FolderTrouble, open_regular


@dataclass(slots=True)
class IsoSource:
    """An .iso file; truncated ones give the files that exist."""

    path: str
    label: str = ""
    kind: SourceKind = "iso"
    troubles: list[FolderTrouble] = field(default_factory=list)
    _files: dict[str, IsoFile] = field(default_factory=dict)

    def entries(self) -> list[Entry]:
        """List every name that is no folder; raises `SourceError` where there is no ISO 9660 volume."""
        self.troubles.clear()
        self._files.clear()
        cut = OSError(errno.EIO, "this folder lies outside the image, or too deep in it")
        with os.fdopen(open_regular(self.path), "rb", buffering=0) as image:
            try:
                files = walk_iso(_reader(image), lambda path: self.troubles.append(FolderTrouble(path, cut)))
            except NoIsoError as error:
                reason = "only a UDF file system" if error.has_udf else "no file system that is known"
                raise SourceError("source-unopenable", reason=reason) from error
        return [self._entry(file) for file in files]

    def open(self, entry: Entry) -> BinaryIO:
        """Open one file of the image."""
        if not self._files:
            self.entries()
        if entry.refused or entry.kind != "file" or entry.path not in self._files:
            raise OSError(errno.EPERM, "not a regular file of this image")
        image = os.fdopen(open_regular(self.path), "rb", buffering=0)
        return cast(BinaryIO, _Extents(image, self._files[entry.path].extents))

    def _entry(self, file: IsoFile) -> Entry:
        path = free_name(file.path, self._files)
        self._files[path] = file
        hostile = is_hostile(components(file.path))
        return Entry(
            path,
            file.size,
            _kind(file.mode),
            position=file.extents[0][0] if file.extents else None,
            refused="refused-path" if hostile else None,
        )


def _reader(image: BinaryIO | io.FileIO) -> ReadAt:
    def read(offset: int, length: int) -> bytes:
        image.seek(offset)
        return image.read(length) or b""

    return read


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return "link"
    return "special" if mode and stat.S_IFMT(mode) and not stat.S_ISREG(mode) else "file"


class _Extents(io.RawIOBase):
    """The bytes of one file, wherever they lie in the image; those beyond its end are an `OSError`."""

    def __init__(self, image: io.FileIO, extents: list[tuple[int, int]]) -> None:
        self._image = image
        self._read = _reader(image)
        self._extents = extents
        self._position = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the file."""
        size = sum(length for _, length in self._extents)
        self._position = max(0, offset + (0, self._position, size)[whence])
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Read from here on; short at the end of the file."""
        pieces = []
        before = 0
        wanted = size if size >= 0 else 1 << 62
        for start, length in self._extents:
            inside = self._position - before
            if wanted > 0 and 0 <= inside < length:
                pieces.append(self._piece(start + inside, min(wanted, length - inside)))
                self._position += len(pieces[-1])
                wanted -= len(pieces[-1])
            before += length
        return b"".join(pieces)

    def close(self) -> None:
        """Close the image."""
        self._image.close()
        super().close()

    def _piece(self, start: int, length: int) -> bytes:
        data = self._read(start, length)
        if len(data) < length:
            raise OSError(errno.EIO, "the image ends before this file does")
        return data
