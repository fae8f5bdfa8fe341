"""Places images come from. Nothing here writes to a source, runs anything from it, or maps its files into memory."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from core.errors import SourceError
from core.files.long_path import openable
from dicom.model import MEDIA_STORAGE_DIRECTORY
from dicom.source import Entry, Source, SourceKind
from importer.sources.drive_label import drive_label
from importer.sources.listing import list_folder
from importer.sources.medium_trouble import truthful
from importer.sources.names import is_dicomdir_name, shown

# O_NONBLOCK: a name that turned into a FIFO since it was listed must not hold us.
_READ_ONLY = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


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


def session(source: Source) -> AbstractContextManager[object]:
    """Keep an archive or image open while several of its entries are read; nothing to do for folders."""
    return source if isinstance(source, AbstractContextManager) else nullcontext()


def refuse_unless_openable(entry: Entry) -> None:
    """Raise `OSError` for an entry that may not be opened."""
    if entry.refused or entry.kind == "special" or (entry.kind == "link" and entry.target is None):
        raise OSError(errno.EPERM, "not a regular file of this source")


def open_beneath(folder: str, path: str) -> int:
    """Open a regular file below a folder, through no link and no `..`: the path was told by a worker.

    Where folders cannot be opened one in the other (Windows), only the path itself is judged.
    """
    parts = path.replace("\\", "/").split("/") if os.name == "nt" else path.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\0" in path:
        raise OSError(errno.EPERM, "not a name below this source")
    if os.open not in os.supports_dir_fd:
        return open_regular(f"{folder}/{path}")
    with truthful():
        place = os.open(folder, _FOLDER)
    try:
        for part in parts[:-1]:
            below = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        return open_regular(parts[-1], place)
    finally:
        os.close(place)


def open_regular(path: str, place: int | None = None) -> int:
    """Open a regular file read-only without following a link at its end."""
    with truthful():
        descriptor = os.open(openable(path) if place is None else path, _READ_ONLY, dir_fd=place)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EPERM, "not a regular file")
    return descriptor


def open_source(path: str) -> Source:
    """Find out what kind of source a path is.

    Raises `SourceError`: `source-absent`, `source-refused-access`, `source-unopenable`, `password-needed`.
    """
    if not path:  # would otherwise mean the folder the program happens to run in
        raise SourceError("source-absent", path="", reason="no name")
    try:
        with truthful():
            real = os.path.realpath(path)
            mode = Path(real).stat().st_mode
            if stat.S_ISDIR(mode):
                os.scandir(real).close()
                return _folder(real)
        if not stat.S_ISREG(mode):
            raise SourceError("source-unopenable", path=shown(path), reason="neither a file nor a folder")
        return _of_file(real)
    except OSError as error:
        raise SourceError(_open_code(error), path=shown(path), reason=os.strerror(error.errno or 0)) from error
    except ValueError as error:  # a NUL in the name
        raise SourceError("source-absent", path=shown(path), reason="no such name") from error


def reopen(
    kind: SourceKind, path: str, label: str, device: int | None = None, tick: Callable[[], None] = lambda: None
) -> Source:
    """Make the same source again in another process, without asking the medium; `tick` is called in long reads."""
    if kind == "file":
        return FileSource(path, label)
    if kind in {"zip", "iso"}:
        return _container(kind, path, label, tick)
    return FolderSource(path, kind, label, device)


def readable_paths(source: Source) -> tuple[str, ...]:
    """Name what a worker must be allowed to read for this source."""
    return (source.path,)


def _folder(path: str, kind: SourceKind = "folder") -> FolderSource:
    label = Path(path).name
    if kind == "folder" and os.path.ismount(path):
        kind, label = "drive", drive_label(path)
    return FolderSource(path, kind, shown(label or path), Path(path).stat().st_dev)


def _of_file(path: str) -> Source:
    descriptor = open_regular(path)
    try:
        first = os.pread(descriptor, 1024, 0) if hasattr(os, "pread") else os.read(descriptor, 1024)
    finally:
        os.close(descriptor)
    name = Path(path).name
    if is_dicomdir_name(name) or _says_dicomdir(first):
        return _folder(str(Path(path).parent), "dicomdir")
    kind = _container_kind(path, first)
    return _container(kind, path, shown(name)) if kind else FileSource(path, shown(name))


def _container_kind(path: str, first: bytes) -> Literal["zip", "iso"] | None:
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    descriptor = open_regular(path)
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        stream.seek(16 * 2048 + 1)
        volume = stream.read(5)
    return "iso" if volume in {b"CD001", b"BEA01"} else None


def _container(kind: SourceKind, path: str, label: str, tick: Callable[[], None] = lambda: None) -> Source:
    from importer.sources.container_source import ContainerSource  # only those who bring an archive pay for this import

    return ContainerSource.of_file(path, label, kind, kind, tick)


def _says_dicomdir(first: bytes) -> bool:
    return first[128:132] == b"DICM" and MEDIA_STORAGE_DIRECTORY.encode() in first


def _open_code(error: OSError) -> str:
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        return "source-absent"
    return "source-refused-access" if error.errno in {errno.EACCES, errno.EPERM} else "source-unopenable"
