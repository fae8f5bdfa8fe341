"""Killed at any moment, starved of room, or robbed of its worker: importing again ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.errors import LibraryError
from core.job import QuietJob
from core.workers.worker import WorkerPool
from importer.copy import keeper
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files
from tests.importer_tools import (
    StrictJudge,
    assert_receipt_adds_up,
    import_folder,
    media_worker,
    scan_folder,
    shelf_hashes,
)
from tests.tools import needs_tool, skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
PIXELS = os.urandom(256 * 256 * 2)
FILES = 300  # more than two batches


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Disc:
    disc = disc_with_good_files(tmp_path_factory.mktemp("killed") / "disc", 3)
    for number in range(10, 10 + FILES):
        disc.add_image(f"S/I{number}", number=number, rows=256, columns=256, pixel_data=PIXELS)
    return disc


def run(disc: Disc, shelf: Path, step: str = "", time: int = 0) -> int:
    command = [sys.executable, "-m", "tests.faults.import_program", str(disc.folder), str(shelf), step, str(time)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


def assert_whole(shelf: Path, disc: Disc) -> None:
    with Library.open(shelf) as library:
        report = library.verify(QuietJob())
        assert (report.objects, report.problems) == (len(disc.good), ())
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}
        assert list(library.incoming.iterdir()) == []


STEPS = [
    ("copied", 1),
    ("copied", 150),
    ("record-written", 3),
    ("object-renamed", 1),
    ("object-renamed", 200),
    ("folders-synced", 1),
    ("rows-written", 3),
    ("committed", 3),
    ("committed", 4),
]


@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize("step, time", STEPS, ids=[f"{step}-{time}" for step, time in STEPS])
def test_killed_at_a_step_and_imported_again_the_shelf_is_whole(
    step: str, time: int, disc: Disc, tmp_path: Path
) -> None:
    before = disc.snapshot()
    shelf = tmp_path / "shelf"
    assert run(disc, shelf, step, time) == -signal.SIGKILL
    with Library.open(shelf) as library:
        assert library.verify(QuietJob()).problems == ()
        assert list(library.incoming.iterdir()) == []
    assert run(disc, shelf) == 0
    assert_whole(shelf, disc)
    assert disc.snapshot() == before


@pytest.mark.long
def test_killed_again_and_again_at_random_the_shelf_is_whole_in_the_end(disc: Disc, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    dice = random.Random(20240229)
    for _ in range(4):
        run(disc, shelf, "copied", dice.randrange(1, FILES))
    assert run(disc, shelf) == 0
    assert_whole(shelf, disc)


class KillWorker(QuietJob):
    """Kills the media worker once, when the first file has been copied."""

    def __init__(self) -> None:
        super().__init__()
        self._done = False

    def report(self, done: int, total: int, step: str) -> None:
        if step == "copy" and not self._done:
            self._done = True
            for child in psutil.Process().children():
                if "multiprocessing.spawn" in " ".join(child.cmdline()):
                    child.kill()


@pytest.mark.shared_workers
def test_a_worker_that_is_killed_costs_nothing(disc: Disc, tmp_path: Path) -> None:
    with Library.open(tmp_path / "shelf") as library, media_worker(disc.folder.parents[1]) as media:
        report = import_folder(disc.folder, library, media, job=KillWorker())
        assert_receipt_adds_up(report)
        assert (report.imported, report.failed) == (len(disc.good), 0)
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}
        assert list(library.incoming.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    needs_tool("mount")
    if os.name == "nt" or os.geteuid() != 0:
        skip_or_fail("mount needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", "size=24m", "scanshelf-test", str(folder)]
    if subprocess.run(size, check=False, capture_output=True).returncode:
        skip_or_fail("mount is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def import_without_asking_for_room(disc: Disc, library: Library, media: WorkerPool) -> ImportReport:
    """Import as if the disk filled up only after the first byte."""
    found = scan_folder(disc.folder, media)
    return import_files(make_plan(found, everything=True), library, media, StrictJudge(), QuietJob())


def test_a_disc_that_cannot_fit_is_refused_with_nothing_copied(
    disc: Disc, small_disk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Library.open(small_disk / "shelf") as library, media_worker(tmp_path_factory.getbasetemp()) as media:
        with pytest.raises(LibraryError) as told:
            import_folder(disc.folder, library, media)
        assert told.value.code == "no-space"
        assert shelf_hashes(library) == set()


def test_a_disk_that_fills_up_stops_cleanly_and_the_import_goes_on_elsewhere(
    disc: Disc, small_disk: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = small_disk / "shelf"
    with Library.open(shelf) as library, media_worker(tmp_path_factory.getbasetemp()) as media:
        monkeypatch.setattr(library, "check_room", lambda needed: None)
        monkeypatch.setattr(keeper, "_BATCH_FILES", 10)  # so that some are kept before the disk is full
        report = import_without_asking_for_room(disc, library, media)
        assert report.end == "no-space"
        assert ("", "no-space") in {(problem.path, problem.code) for problem in report.problems}
        assert_receipt_adds_up(report)
        assert 0 < report.imported < len(disc.good)
        assert list(library.incoming.iterdir()) == []
        kept = shelf_hashes(library)
        assert len(kept) == report.imported
    with Library.open(shelf) as library:
        assert library.verify(QuietJob()).problems == ()
        (left,) = library.unfinished()
        assert (left.end, left.here, left.of) == ("no-space", len(kept), len(disc.good))
    subprocess.run(["mount", "-o", "remount,size=256m", str(small_disk)], check=True)
    assert run(disc, shelf) == 0
    assert_whole(shelf, disc)
