from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from core.errors import SourceError
from core.workers.worker import WorkerPool
from dicom.source import Entry
from importer.sources.kinds_of_source import open_source
from tests.discs import image, listed_disc
from tests.importer_tools import all_paths, scan_folder


def test_a_folder_is_a_source_of_its_own_name(tmp_path: Path) -> None:
    source = open_source(str(tmp_path))
    assert (source.kind, source.path, source.label) == ("folder", str(tmp_path), tmp_path.name)


@pytest.mark.parametrize("name", ["DICOMDIR", "dicomdir", "RENAMED"])
def test_a_chosen_dicomdir_means_its_folder(name: str, tmp_path: Path, media: WorkerPool) -> None:
    disc = listed_disc(tmp_path / "disc")
    (disc.folder / "DICOMDIR").rename(disc.folder / name)
    source = open_source(str(disc.folder / name))
    assert (source.kind, source.path) == ("dicomdir", str(disc.folder))
    result = scan_folder(disc.folder / name, media)
    assert (set(all_paths(result)), result.totals.missing) == (set(disc.good), 0)


def test_a_single_file_is_a_source_with_its_name_as_path(tmp_path: Path, media: WorkerPool) -> None:
    (tmp_path / "one.dcm").write_bytes(image())
    (tmp_path / "two.dcm").write_bytes(image(number=2))
    result = scan_folder(tmp_path / "one.dcm", media)
    assert result.source.kind == "file"
    assert list(all_paths(result)) == ["one.dcm"]
    assert result.totals.entries == 1


@pytest.mark.parametrize("name", ["nowhere", "nowhere/deeper", "a\0b", "x" * 5000])
def test_what_is_not_there_is_absent(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as told:
        open_source(f"{tmp_path}/{name}")
    assert told.value.code == "source-absent"


def test_a_pipe_is_no_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError) as told:
        open_source(str(tmp_path / "pipe"))
    assert told.value.code == "source-unopenable"


def test_only_what_was_listed_as_a_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    source = open_source(str(tmp_path))
    for entry in source.entries():
        if entry.path == "pipe":
            with pytest.raises(OSError, match="not a regular file"):
                source.open(entry)
        else:
            with source.open(entry) as stream:
                assert stream.read() == b"x"
    for hostile in (Entry("link", 1), Entry("pipe", 1), Entry("file", 1, refused="refused-path")):
        with pytest.raises(OSError):  # noqa: PT011 - the message is the system's
            source.open(hostile)


def test_a_dicomdir_in_another_folder_is_not_seen(tmp_path: Path) -> None:
    disc = listed_disc(tmp_path / "disc")
    shutil.copy(disc.folder / "GOOD/A1", tmp_path / "A1")
    assert open_source(str(tmp_path / "A1")).kind == "file"
