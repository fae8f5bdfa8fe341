"""One temporary file in the incoming folder: made new, owner-only, flushed to the disk before it counts."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DicomError, LibraryError
from dicom.header import read_header
from dicom.model import Header
from dicom.truncation import find_truncation

if TYPE_CHECKING:
    from typing_extensions import Buffer

FIRST_BYTES = 64 << 10
_NEW = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


class TempFile:
    """A file being written; every failure to write is a `LibraryError`, so that it is never blamed on the medium."""

    def __init__(self, folder: str, prefix: str) -> None:
        self.path = str(Path(folder, f"{prefix}{secrets.token_hex(8)}.part"))
        self.size = 0
        try:
            self._descriptor = os.open(self.path, _NEW, 0o600)
        except OSError as error:
            raise writing_failed(error) from error

    def write(self, data: Buffer) -> None:
        """Append all of `data`."""
        view = memoryview(data)
        try:
            while view:
                written = os.write(self._descriptor, view)
                view = view[written:]
                self.size += written
        except OSError as error:
            raise writing_failed(error) from error

    def read(self, offset: int, length: int) -> bytes:
        """Read back what was written."""
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, length, offset)
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        data = os.read(self._descriptor, length)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        return data

    def finish(self) -> None:
        """Flush to the disk and close."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise writing_failed(error) from error
        finally:
            os.close(self._descriptor)

    def discard(self) -> None:
        """Close and remove."""
        os.close(self._descriptor)
        Path(self.path).unlink()

    def look(self) -> tuple[Header | None, bool]:
        """Read the header from the copied bytes, and tell whether the data set ends early."""
        try:
            header = read_header(self.read(0, FIRST_BYTES), self.size, self.read)
            return header, find_truncation(self.read, self.size)
        except DicomError:
            return None, False


def writing_failed(error: OSError) -> LibraryError:
    """Say that the shelf's disk, not the medium, refused."""
    if error.errno in _FULL:
        return LibraryError("no-space")
    return LibraryError("library-unusable", reason=os.strerror(error.errno or 0))
