"""One temporary file in the incoming folder: made new, owner-only, flushed to the disk before it counts."""

from __future__ import annotations

import errno
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DicomError, LibraryError
from core.files.durable import is_full, remove_file, sync
from core.files.new_file import make_new, write_all
from dicom.model import Header
from dicom.reading.header import read_header
from dicom.reading.joined import begins_behind
from dicom.reading.truncation import find_end
from importer.reasons import BEHIND, not_looked_into

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from typing_extensions import Buffer

FIRST_BYTES = 64 << 10
TEMP_NAME = re.compile(r"[0-9a-f]{16}\.part")  # behind the prefix of the import
PAGE = 4096
_DIRECT_FROM = 128 << 10 if hasattr(os, "O_DIRECT") else 1 << 62


class TempFile:
    """A file being written; every failure to write is a `LibraryError`, so that it is never blamed on the medium."""

    def __init__(self, folder: str, prefix: str) -> None:
        self.path = _new_path(folder, prefix)
        self.size = 0
        try:
            self._descriptor = make_new(self.path)
        except OSError as error:
            raise writing_failed(error) from error

    @staticmethod
    def store(folder: str, prefix: str, buffer: memoryview, size: int) -> str:
        """Put the first `size` bytes of a page-aligned buffer on the disk for good, and give the new file's path.

        Larger files go around the system's cache where the file system allows it: that halves the work.
        """
        path = _store_directly(folder, prefix, buffer, size) if size >= _DIRECT_FROM else None
        if path is not None:
            return path
        temp = TempFile(folder, prefix)
        try:
            temp.write(buffer[:size])
        except BaseException:
            temp.discard()
            raise
        temp.finish()
        return temp.path

    def write(self, data: Buffer) -> None:
        """Append all of `data`."""
        try:
            write_all(self._descriptor, memoryview(data))
        except OSError as error:
            raise writing_failed(error) from error
        self.size += memoryview(data).nbytes

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
            sync(self._descriptor)
        except OSError as error:
            raise writing_failed(error) from error
        finally:
            os.close(self._descriptor)

    def discard(self) -> None:
        """Close and remove."""
        os.close(self._descriptor)
        remove_file(Path(self.path))


def _store_directly(folder: str, prefix: str, buffer: memoryview, size: int) -> str | None:
    """Write past the cache; None where the file system does not take such writes."""
    path = _new_path(folder, prefix)
    try:
        descriptor = make_new(path, getattr(os, "O_DIRECT", 0))
    except OSError as error:
        if error.errno == errno.EINVAL:
            remove_file(Path(path), missing_ok=True)
            return None
        raise writing_failed(error) from error
    whole_pages = size // PAGE * PAGE
    try:
        write_all(descriptor, buffer[:whole_pages])
        if whole_pages < size:
            fcntl.fcntl(descriptor, fcntl.F_SETFL, 0)  # the last bytes are no whole page: they go through the cache
            write_all(descriptor, buffer[whole_pages:size])
        sync(descriptor)
    except OSError as error:
        remove_file(Path(path))
        if error.errno == errno.EINVAL:
            return None
        raise writing_failed(error) from error
    finally:
        os.close(descriptor)
    return path


def look_at_copy(read: Callable[[int, int], bytes], size: int) -> tuple[Header | None, bool, str]:
    """Read the header from the copied bytes; tell whether the data set ends early, and what lies behind it unread."""
    truncated, end = find_end(read, size)
    detail = not_looked_into(BEHIND) if end is not None and begins_behind(read, end, size) else ""
    try:
        return read_header(read(0, FIRST_BYTES), size, read), truncated, detail
    except DicomError:
        return None, truncated, detail


def _new_path(folder: str, prefix: str) -> str:
    return str(Path(folder, f"{prefix}{secrets.token_hex(8)}.part"))


def writing_failed(error: OSError) -> LibraryError:
    """Say that the shelf's disk, not the medium, refused."""
    if is_full(error):
        return LibraryError("no-space")
    return LibraryError("library-unusable", reason=os.strerror(error.errno or 0))
