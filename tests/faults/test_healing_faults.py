"""A damaged copy and its whole one, under faults: killed while one takes the other's place, read from bad sectors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.build import Workers
from core.job import QuietJob
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import Disc, image
from tests.faults.bad_disc import bad_disc
from tests.importer_tools import StrictJudge, assert_receipt_adds_up, import_folder, media_worker, shelf_hashes
from tests.tools import needs_fuse

ROOT = Path(__file__).resolve().parents[2]
SECTOR = 2048
PIXELS = os.urandom(512 * 512 * 2)


def big(number: int) -> bytes:
    return image(number=number, rows=512, columns=512, pixel_data=PIXELS)


@pytest.fixture
def discs(tmp_path: Path) -> tuple[Disc, Disc]:
    """Make a disc with three cut images of six, and the same disc whole."""
    bad, good = Disc(tmp_path / "bad"), Disc(tmp_path / "good")
    for number in range(1, 7):
        data = big(number)
        good.write(f"DICOM/IM{number}", data)
        bad.write(f"DICOM/IM{number}", data[: -number * 1000] if number > 3 else data)
    return bad, good


def figures(library: Library) -> list[tuple[int, int, int]]:
    return [(study.instances, study.damaged, study.conflicts) for study in library.studies()]


def run(disc: Disc, shelf: Path, step: str = "", time: int = 0) -> int:
    command = [sys.executable, "-m", "tests.faults.import_program", str(disc.folder), str(shelf), step, str(time)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


STEPS = [
    ("copied", 5),
    ("record-written", 2),
    ("object-renamed", 2),
    ("folders-synced", 1),
    ("rows-written", 2),
    ("committed", 2),
]


@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize("first", ["bad", "good"])
@pytest.mark.parametrize("step, time", STEPS, ids=[f"{step}-{time}" for step, time in STEPS])
def test_killed_while_a_whole_copy_takes_its_place_the_shelf_is_sound_and_healed_in_the_end(
    step: str, time: int, first: str, discs: tuple[Disc, Disc], tmp_path: Path
) -> None:
    shelf, order = tmp_path / "shelf", discs if first == "bad" else discs[::-1]
    assert run(order[0], shelf) == 0
    run(order[1], shelf, step, time)
    with Library.open(shelf) as library:
        assert library.verify(QuietJob()).problems == ()
        assert len(library.instances()) - sum(row.conflict for row in library.instances()) // 2 == 6
    assert run(order[1], shelf) == 0
    with Library.open(shelf) as library:
        assert figures(library) == [(6, 0, 0)]
        assert library.verify(QuietJob()).problems == ()
        assert len(shelf_hashes(library)) == 9
        assert list(library.incoming.iterdir()) == []


def test_the_kills_above_really_kill(discs: tuple[Disc, Disc], tmp_path: Path) -> None:
    assert run(discs[0], tmp_path / "shelf") == 0
    assert run(discs[1], tmp_path / "shelf", "rows-written", 2) == -signal.SIGKILL


def test_what_bad_sectors_lost_is_completed_from_a_good_copy(discs: tuple[Disc, Disc], tmp_path: Path) -> None:
    needs_fuse()
    good = discs[1]
    rules = {"DICOM/IM2": {"bad": [[100 * SECTOR, 103 * SECTOR]]}}
    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media:
        with bad_disc(good.folder, tmp_path / "mount", rules):
            assert import_folder(tmp_path / "mount", library, media).damaged == 1
        report = import_folder(good.folder, library, media)
        assert_receipt_adds_up(report)
        assert [(one.how, one.instance_number) for one in report.completions] == [("completed", 2)]
        assert figures(library) == [(6, 0, 0)]
        assert library.verify(QuietJob()).problems == ()


def test_two_discs_with_other_bad_sectors_make_a_whole_image(discs: tuple[Disc, Disc], tmp_path: Path) -> None:
    needs_fuse()
    good = discs[1]
    first = {"DICOM/IM2": {"bad": [[60 * SECTOR, 61 * SECTOR]]}}
    second = {"DICOM/IM2": {"bad": [[200 * SECTOR, 201 * SECTOR]]}}
    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media, Workers(1) as workers:

        def take(name: str, rules: dict[str, dict[str, list[list[int]]]]) -> ImportReport:
            with bad_disc(good.folder, tmp_path / name, rules):
                found = scan(open_source(str(tmp_path / name)), media, StrictJudge(), QuietJob())
                return import_files(make_plan(found), library, media, workers, QuietJob())

        assert take("one", first).damaged == 1
        report = take("two", second)
        assert_receipt_adds_up(report)
        assert [one.how for one in report.completions] == ["combined"]
        assert figures(library) == [(6, 0, 0)]
        assert good.sha256("DICOM/IM2") in {row.sha256 for row in library.instances()}
        assert library.verify(QuietJob()).problems == ()
