"""How the tests read a header: from bytes, counting what is read."""

from __future__ import annotations

from dataclasses import dataclass

from dicom.model import Header
from dicom.reading.header import read_header


@dataclass
class Counted:
    """Bytes that are read like a file, and how often and how much."""

    data: bytes
    calls: int = 0
    read: int = 0

    def more(self, offset: int, length: int) -> bytes:
        self.calls += 1
        found = self.data[offset : offset + length] if offset >= 0 else b""
        self.read += len(found)
        return found


def header_of(data: bytes) -> Header:
    """Read the header of a file given as bytes."""
    return read_header(data[: 64 * 1024], len(data), Counted(data).more)
