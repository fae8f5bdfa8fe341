from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import LibraryError
from importer.copy import temp_file
from importer.copy.rescue_task import SECTOR, Rescue
from importer.copy.temp_file import TempFile
from importer.reading.bounded import Reading
from importer.sources.kinds_of_source import open_source


class Call:
    """A call nobody stops."""

    data = memoryview(b"")
    file = None

    def part(self, header: dict[str, Any], data: object = None) -> None: ...
    def working_on(self, item: int | str) -> None: ...
    def check(self) -> None: ...


class Drive:
    """Bytes with bad sectors; counts the reads."""

    def __init__(self, data: bytes, bad: set[int], heals_after: int = 1 << 30) -> None:
        self.data = data
        self.bad = bad
        self.reads = 0
        self._heals_after = heals_after

    def read(self, offset: int, length: int) -> bytes:
        self.reads += 1
        touched = range(offset // SECTOR, -(-(offset + length) // SECTOR))
        if self.reads <= self._heals_after and self.bad.intersection(touched):
            raise OSError(errno.EIO, "bad sector")
        return self.data[offset : offset + length]


def rescued(drive: Drive, folder: Path) -> tuple[Rescue, bytes]:
    temp = TempFile(str(folder), "x-")
    opened = Reading(len(drive.data), drive.read, lambda offset, view: 0)
    rescue = Rescue(opened, temp, open_source(str(folder)), Call(), 0)
    rescue.run()
    temp.finish()
    return rescue, Path(temp.path).read_bytes()


def test_what_can_be_read_is_and_what_cannot_is_zero_and_listed(tmp_path: Path) -> None:
    data = os.urandom(200 * SECTOR + 100)
    rescue, kept = rescued(Drive(data, {0, 77, 78, 200}), tmp_path)
    expected = bytearray(data)
    lost = [(0, SECTOR), (77 * SECTOR, 2 * SECTOR), (200 * SECTOR, 100)]
    for first, length in lost:
        expected[first : first + length] = bytes(length)
    assert kept == expected
    assert rescue.lost == lost
    assert rescue.sha256 == hashlib.sha256(kept).hexdigest()


def test_a_sector_is_tried_again(tmp_path: Path) -> None:
    data = os.urandom(40 * SECTOR)
    rescue, kept = rescued(Drive(data, {30}, heals_after=2), tmp_path)
    assert (rescue.lost, kept) == ([], data)


def test_a_dead_file_is_given_up_after_a_bounded_number_of_reads(tmp_path: Path) -> None:
    drive = Drive(bytes(64 << 20), set(range(1 << 20)))
    rescue, kept = rescued(drive, tmp_path)
    assert rescue.lost == [(0, 64 << 20)]
    assert len(kept) == 64 << 20
    assert drive.reads < 1000


@pytest.mark.parametrize("size", [0, 1, 4096, 200_000, 300_001])
def test_a_buffer_is_stored_whole_whatever_its_size(size: int, tmp_path: Path) -> None:
    import mmap

    data = os.urandom(size)
    with mmap.mmap(-1, 1 << 20) as pages, memoryview(pages) as buffer:
        buffer[:] = b"\xaa" * (1 << 20)
        buffer[:size] = data
        path = Path(TempFile.store(str(tmp_path), "x-", buffer, size))
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_direct_writes_gets_ordinary_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & getattr(os, "O_DIRECT", 0):
            raise OSError(errno.EINVAL, "not here")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    data = os.urandom(300_000)
    path = Path(TempFile.store(str(tmp_path), "x-", memoryview(bytearray(data)), len(data)))
    assert path.read_bytes() == data


@pytest.mark.parametrize("size", [1000, 300_000])
@pytest.mark.parametrize("number, code", [(errno.ENOSPC, "no-space"), (errno.EIO, "library-unusable")])
def test_a_disk_that_refuses_is_not_blamed_on_the_medium(
    number: int, code: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, data: object) -> int:
        raise OSError(number, "no")

    monkeypatch.setattr(temp_file.os, "write", refuse)
    with pytest.raises(LibraryError) as told:
        TempFile.store(str(tmp_path), "x-", memoryview(bytearray(1 << 20)), size)
    assert told.value.code == code
    assert list(tmp_path.iterdir()) == []
