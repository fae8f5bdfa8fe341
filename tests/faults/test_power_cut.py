"""The power goes at a named step of an import: no row is without its file, and importing again ends as undisturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.job import QuietJob
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files
from tests.faults.lossy_disk import lossy_disk
from tests.tools import needs_fuse
from tests.unit.library.material import stored_hashes

ROOT = Path(__file__).resolve().parents[2]
A_BATCH = 128


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Disc:
    needs_fuse()
    disc = disc_with_good_files(tmp_path_factory.mktemp("power") / "disc", A_BATCH + 10)
    for number in range(500, 503):
        disc.add_image(f"BIG/B{number}", number=number, rows=300, columns=400, pixel_data=os.urandom(240_000))
    return disc


def run(disc: Disc, shelf: Path, step: str = "", time: int = 0) -> int:
    command = [sys.executable, "-m", "tests.faults.import_program", str(disc.folder), str(shelf), step, str(time)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


# the import itself and the choice of person are changes too, so the first batch is the third
@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize(
    "step, time, at_least",
    [
        ("record-written", 1, 0),
        ("copied", 5, 0),
        ("record-written", 3, 0),
        ("object-renamed", 1, 0),
        ("object-renamed", 60, 0),
        ("folders-synced", 1, 0),
        ("rows-written", 3, 0),
        ("committed", 3, A_BATCH),
        ("object-renamed", A_BATCH + 5, A_BATCH),
        ("committed", 4, A_BATCH + 1),
        ("committed", 5, A_BATCH + 1),
    ],
)
def test_after_a_power_cut_no_row_is_without_its_file_and_importing_again_ends_the_same(
    disc: Disc, tmp_path: Path, step: str, time: int, at_least: int
) -> None:
    with lossy_disk(tmp_path) as disk:
        assert run(disc, disk.mount / "shelf", step, time) == -signal.SIGKILL
        left = disk.cut()
    for folder in left:
        with Library.open(folder / "shelf") as library:
            rows = {row.sha256 for row in library.instances()}
            assert rows == stored_hashes(library.folder)
            assert len(rows) >= at_least
            assert library.verify(QuietJob()).problems == ()
        assert run(disc, folder / "shelf") == 0
        assert stored_hashes(folder / "shelf") == {disc.sha256(path) for path in disc.good}


def test_the_disk_forgets_what_was_not_made_durable(disc: Disc, tmp_path: Path) -> None:
    with lossy_disk(tmp_path) as disk:
        (disk.mount / "folder").mkdir()
        for name in ("synced", "unsynced"):
            with open(disk.mount / "folder" / name, "wb") as file:
                file.write(b"precious")
                file.flush()
                if name == "synced":
                    os.fsync(file.fileno())
        assert (disk.mount / "folder" / "unsynced").read_bytes() == b"precious"
        for folder in (disk.mount, disk.mount / "folder"):
            descriptor = os.open(folder, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        (disk.mount / "folder" / "later").write_bytes(b"late")
        synced, torn = disk.cut()
    assert {path.name: path.read_bytes() for path in (synced / "folder").iterdir()} == {
        "synced": b"precious",
        "unsynced": b"",
    }
    assert {path.name: path.read_bytes() for path in (torn / "folder").iterdir()} == {
        "synced": b"precious",
        "unsynced": bytes(8),
        "later": bytes(4),
    }
