"""A ZIP file as a source: its names never become paths, and what it unpacks to is bounded."""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from core.errors import SourceError
from dicom.model import FileCode
from dicom.source import Entry, Source, SourceKind
from importer.names import components, free_name, is_hostile
from importer.sources import open_regular

MAX_ENTRIES = 200_000
MAX_ENTRY_BYTES = 16 << 30
MAX_TOTAL_BYTES = 256 << 30
BOMB_BYTES = 512 << 20
BOMB_RATIO = 200
MAX_INNER_BYTES = 256 << 20  # a ZIP file inside another one is unpacked into memory

# What zipfile and the modules under it raise on damaged input.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
)


@dataclass(slots=True)
class ZipSource:
    """A ZIP file that was chosen, or that lies on another source."""

    path: str
    label: str = ""
    kind: SourceKind = "zip"
    opener: Callable[[], BinaryIO] | None = None
    _archive: zipfile.ZipFile | None = None
    _members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    @staticmethod
    def inside(source: Source, entry: Entry) -> ZipSource:
        """Open a ZIP file that lies on a source; one that lies in a ZIP file is unpacked into memory, if small."""
        if source.kind != "zip":
            return ZipSource(source.path, entry.path, opener=lambda: source.open(entry))
        if entry.size > MAX_INNER_BYTES:
            raise SourceError("source-unopenable", reason="too large to be unpacked")
        return ZipSource(source.path, entry.path, opener=lambda: _unpacked(source, entry))

    def __enter__(self) -> ZipSource:
        """Keep the archive open until the end of the `with` block."""
        self._archive = self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None

    def entries(self) -> list[Entry]:
        """List every name that is not a folder, in the order of the bytes in the file.

        Names that lead elsewhere, bombs and what is beyond the caps are listed as refused. Raises `SourceError`
        (`source-unopenable`; `password-needed` where nothing can be read without one).
        """
        archive = self._archive or self._open()
        try:
            members = [info for info in archive.infolist() if not info.is_dir()]
        finally:
            if archive is not self._archive:
                archive.close()
        if members and all(info.flag_bits & 1 for info in members):
            raise SourceError("password-needed")
        members.sort(key=lambda info: info.header_offset)
        listing = _Listing()
        entries = []
        self._members.clear()
        for number, info in enumerate(members):
            entry = listing.entry(number, info, self._members)
            self._members[entry.path] = info
            entries.append(entry)
        return entries

    def open(self, entry: Entry) -> BinaryIO:
        """Open one member; damaged content raises `OSError` while it is read."""
        if not self._members:
            self.entries()
        if entry.refused or entry.kind != "file" or entry.path not in self._members:
            raise OSError(errno.EPERM, "not a regular file of this archive")
        archive = self._archive or self._open()
        own = archive if archive is not self._archive else None
        try:
            member = cast(zipfile.ZipExtFile, archive.open(self._members[entry.path]))
        except _BROKEN as error:
            if own is not None:
                own.close()
            raise OSError(errno.EIO, "the archive is damaged here") from error
        return cast(BinaryIO, _Member(member, own))

    def _open(self) -> zipfile.ZipFile:
        stream = self.opener() if self.opener else os.fdopen(open_regular(self.path), "rb")
        try:
            return _Archive(stream)
        except _BROKEN as error:
            stream.close()
            raise SourceError("source-unopenable", reason="the archive is damaged") from error


class _Archive(zipfile.ZipFile):
    """A ZIP file that closes the stream it was given."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        super().__init__(stream)

    def close(self) -> None:
        super().close()
        self._stream.close()


class _Listing:
    """Turns members into entries, within the caps."""

    def __init__(self) -> None:
        self._total = 0

    def entry(self, number: int, info: zipfile.ZipInfo, taken: Container[str]) -> Entry:
        parts = components(info.orig_filename if "\0" in info.orig_filename else info.filename)
        path = free_name("/".join(parts).lstrip("/") or "unnamed", taken)
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        refused = self._refusal(number, info, is_hostile(parts))
        return Entry(path, info.file_size, "link" if is_link else "file", position=info.header_offset, refused=refused)

    def _refusal(self, number: int, info: zipfile.ZipInfo, hostile: bool) -> FileCode | None:
        if hostile:
            return "refused-path"
        if info.flag_bits & 1:
            return "password-needed"
        if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * max(1, info.compress_size):
            return "refused-bomb"
        self._total += info.file_size
        beyond = number >= MAX_ENTRIES or info.file_size > MAX_ENTRY_BYTES or self._total > MAX_TOTAL_BYTES
        return "refused-limit" if beyond else None


class _Member(io.RawIOBase):
    """One member's bytes; every kind of damage is an `OSError`."""

    def __init__(self, member: zipfile.ZipExtFile, archive: zipfile.ZipFile | None) -> None:
        self._member = member
        self._archive = archive  # closed with the member, unless others read from it too

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._member.read(size)
        except (*_BROKEN, zlib.error) as error:
            raise OSError(errno.EIO, "the archive is damaged here") from error

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return self._member.seek(offset, whence)
        except (*_BROKEN, zlib.error) as error:
            raise OSError(errno.EIO, "the archive is damaged here") from error

    def close(self) -> None:
        self._member.close()
        if self._archive is not None:
            self._archive.close()
        super().close()


def _unpacked(source: Source, entry: Entry) -> BinaryIO:
    with source.open(entry) as stream:
        data = stream.read(MAX_INNER_BYTES + 1)
    if len(data) > MAX_INNER_BYTES:
        raise SourceError("source-unopenable", reason="too large to be unpacked")
    return io.BytesIO(data)
