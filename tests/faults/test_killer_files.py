"""What killed two workers is known by its bytes: never by its name, its place or the disc it lay on."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import WorkerError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from dicom.source import Content, EntryContent, FileContent
from importer.sources.kinds_of_source import open_source
from tests.killer_tasks import MARK
from tests.tools import pydicom_file

GOOD = pydicom_file("CT_small.dcm").read_bytes()
BAD = GOOD[:-100] + MARK.ljust(100)


@pytest.fixture(name="decoder")
def _decoder() -> Iterator[Decoder]:
    pool = WorkerPool(WorkerSpec("tests.killer_tasks"), 1)
    yield Decoder(pool)
    pool.close()


def assert_kills(decoder: Decoder, content: Content) -> None:
    with pytest.raises(WorkerError) as caught:
        decoder.describe(content, QuietJob())
    assert caught.value.code == "worker-died"


def modality(decoder: Decoder, content: Content) -> str | None:
    return decoder.describe(content, QuietJob()).modality


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("kind", ["file", "folder", "zip"])
def test_the_next_discs_file_of_the_same_name_and_size_is_shown(decoder: Decoder, tmp_path: Path, kind: str) -> None:
    disc = tmp_path / "disc"
    for data, kills in ((BAD, True), (GOOD, False), (BAD, True), (GOOD, False)):
        content = entry(disc, kind, data)
        if kills:
            assert_kills(decoder, content)
        else:
            assert modality(decoder, content) == "CT"


def entry(place: Path, kind: str, data: bytes) -> Content:
    """Put a disc in the drive with one file, always at the same place, of the same size and age."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    file = place / "IMG0001"
    if kind == "zip":
        with zipfile.ZipFile(place / "disc.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("IMG0001"), data)
        source = open_source(str(place / "disc.zip"))
        return EntryContent(source, source.entries()[0])
    file.write_bytes(data)
    os.utime(file, (0, 0))
    if kind == "file":
        return FileContent(str(file), str(file))
    source = open_source(str(place))
    return EntryContent(source, source.entries()[0])


def test_the_killer_is_known_again_under_another_name_without_costing_a_worker(
    decoder: Decoder, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(BAD)
    assert_kills(decoder, FileContent(str(tmp_path / "one"), "one"))
    alive = worker_pid(decoder)
    assert_kills(decoder, FileContent(str(tmp_path / "two"), "two"))
    assert worker_pid(decoder) == alive


def test_the_killer_is_known_again_in_an_archive(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(BAD)
    assert_kills(decoder, FileContent(str(tmp_path / "one"), "one"))
    alive = worker_pid(decoder)
    assert_kills(decoder, InMemory(BAD))
    assert worker_pid(decoder) == alive
    assert modality(decoder, InMemory(GOOD)) == "CT"


class InMemory:
    """Content that is no file."""

    key = "same"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open(self) -> io.BytesIO:
        """Open for reading."""
        return io.BytesIO(self._data)


def worker_pid(decoder: Decoder) -> int:
    """Give the process that serves, waiting until it does."""
    pool = decoder._pool
    pool.layers(QuietJob())
    with pool._changed:
        return next(iter(pool._workers)).pid
