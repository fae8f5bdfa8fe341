"""A disc as it is burned: the image mounted by the system, and the same image read by ourselves, are the same disc."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from importer.results import ScanResult
from library.shelf import Library
from tests.discs import Disc, listed_disc
from tests.importer_tools import all_paths, assert_adds_up, import_folder, media_worker, scan_folder, shelf_hashes
from tests.tools import needs_fuse, needs_tool


@pytest.fixture
def media(tmp_path: Path) -> Iterator[WorkerPool]:
    with media_worker(tmp_path) as pool:
        yield pool


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    for tool in ("genisoimage", "fuseiso"):
        needs_tool(tool)
    needs_fuse()
    disc = listed_disc(tmp_path / "disc", 7)
    disc.add_image("GOOD/LARGE", number=40, rows=512, columns=512, pixel_data=os.urandom(512 * 512 * 2))
    disc.write("README.TXT", b"for the doctor")
    return disc


@pytest.fixture(params=["plain", "rock-ridge", "joliet"])
def image(request: pytest.FixtureRequest, disc: Disc, tmp_path: Path) -> Path:
    options = {"plain": [], "rock-ridge": ["-R"], "joliet": ["-J"]}[request.param]
    target = tmp_path / "disc.iso"
    command = ["genisoimage", "-quiet", "-iso-level", "1", *options, "-o", str(target), str(disc.folder)]
    subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.fixture
def mounted(image: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mounted"
    folder.mkdir()
    subprocess.run(["fuseiso", str(image), str(folder)], check=True, capture_output=True)
    yield folder
    subprocess.run(["fusermount", "-u", "-z", str(folder)], check=True)


def uids_by_name(result: ScanResult) -> dict[str, str | None]:
    return {path.casefold(): one.header.sop_instance_uid for path, one in all_paths(result).items()}


def test_a_mounted_image_and_the_image_itself_hold_the_same(
    disc: Disc, image: Path, mounted: Path, media: WorkerPool, tmp_path: Path
) -> None:
    as_drive, as_image = scan_folder(mounted, media), scan_folder(image, media)
    assert (as_drive.source.kind, as_image.source.kind) == ("drive", "iso")
    assert as_drive.totals == as_image.totals
    assert uids_by_name(as_drive) == uids_by_name(as_image)
    assert (as_drive.totals.missing, as_drive.totals.unlisted, as_drive.totals.not_dicom) == (0, 1, 2)
    for result in (as_drive, as_image):
        assert_adds_up(result)
    shelves = []
    for source in (mounted, image):
        with Library.open(tmp_path / f"shelf of {source.name}") as library:
            report = import_folder(source, library, media)
            assert (report.imported, report.exit_status) == (len(disc.good), 0)
            shelves.append(shelf_hashes(library))
            again = import_folder(image if source is mounted else mounted, library, media)
            assert (again.imported, again.already) == (0, len(disc.good))
    assert shelves[0] == shelves[1] == {disc.sha256(path) for path in disc.good}
