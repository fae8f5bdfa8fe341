"""Which kind of source a path is, and the same source made again in another process.

Nothing here writes to a source, runs anything from it, or maps its files into memory.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from core.errors import SourceError
from dicom.model import MEDIA_STORAGE_DIRECTORY
from dicom.source import Source, SourceKind
from importer.sources.drive_label import drive_label
from importer.sources.file import FileSource
from importer.sources.folder import FolderSource
from importer.sources.medium_trouble import truthful
from importer.sources.names import is_dicomdir_name, shown
from importer.sources.safe_open import open_regular


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
