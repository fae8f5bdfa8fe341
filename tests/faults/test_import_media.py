"""Bad sectors, a pulled disc, a drive that hangs: nothing good is lost, nothing bad is passed off as good."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled, SourceError
from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.decoding.decoder import Decoder
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.receipts.receipt import receipt_of
from importer.scan.scanning import media_spec, scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import ANNA, Disc, disc_with_good_files
from tests.faults.bad_disc import bad_disc
from tests.importer_tools import (
    StrictJudge,
    all_paths,
    assert_receipt_adds_up,
    codes_by_path,
    import_folder,
    media_worker,
    scan_folder,
    shelf_hashes,
)
from tests.portal_tools import portal_workers
from tests.tools import needs_fuse

SECTOR = 2048
PIXELS = os.urandom(512 * 512 * 2)


@pytest.fixture
def media(tmp_path: Path) -> Iterator[WorkerPool]:
    with media_worker(tmp_path) as pool:
        yield pool


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    needs_fuse()
    disc = disc_with_good_files(tmp_path / "disc", 3)
    for number in range(10, 16):
        disc.add_image(f"BIG/B{number}", number=number, rows=512, columns=512, pixel_data=PIXELS)
    return disc


def test_a_bad_sector_costs_only_itself_and_is_named(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    bad = {"bad": [[100 * SECTOR, 101 * SECTOR], [200 * SECTOR, 203 * SECTOR]]}
    mount = tmp_path / "mount"
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, mount, {"BIG/B12": bad}):
        report = import_folder(mount, library, media)
        assert_receipt_adds_up(report)
        assert (report.imported, report.damaged, report.failed) == (9, 1, 0)
        assert codes_by_path(report.problems)["BIG/B12"] == {"unreadable"}
        assert report.exit_status == 1
        damaged = [row for row in library.instances() if row.damaged]
        assert [row.source_path for row in damaged] == ["BIG/B12"]
        kept = Path(library.object_content(damaged[0].sha256).path).read_bytes()
        good = [disc.sha256(path) for path in disc.good if path != "BIG/B12"]
        assert shelf_hashes(library) == {*good, damaged[0].sha256}
    whole = bytearray((disc.folder / "BIG/B12").read_bytes())
    detail = next(problem.detail for problem in report.problems if problem.path == "BIG/B12")
    if "steps of a sector" in detail:
        for first, end in bad["bad"]:
            whole[first:end] = bytes(end - first)
        assert kept == whole
        assert detail.startswith(f"{4 * SECTOR} of {len(whole)} bytes")
    else:
        assert len(kept) == len(whole)
        assert kept[: 96 * SECTOR] == whole[: 96 * SECTOR]


def test_a_sector_that_reads_at_a_later_try_leaves_a_whole_file(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    rules = {"BIG/B12": {"bad": [[100 * SECTOR, 101 * SECTOR]], "times": 3}}
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, tmp_path / "mount", rules):
        report = import_folder(tmp_path / "mount", library, media)
        assert (report.imported, report.damaged, report.problems) == (9, 0, [])
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}


def test_a_file_whose_header_cannot_be_read_is_told_and_its_neighbours_are_kept(
    disc: Disc, tmp_path: Path, media: WorkerPool
) -> None:
    rules = {"BIG/B11": {"bad": [[0, 1 << 30]]}}
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, tmp_path / "mount", rules):
        report = import_folder(tmp_path / "mount", library, media)
        assert (report.plan.scan.totals.unreadable, report.imported) == (1, 8)
        assert codes_by_path(report.problems) == {"BIG/B11": {"unreadable"}}
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good if path != "BIG/B11"}


def test_another_file_of_that_name_is_never_filed_under_the_first_person_though_sectors_are_lost(
    tmp_path: Path, media: WorkerPool
) -> None:
    needs_fuse()
    first, second = Disc(tmp_path / "first"), Disc(tmp_path / "second")
    for disc, person in ((first, ANNA), (second, replace(ANNA, patient_id="P-9"))):
        disc.add_image("IM1", person, rows=512, columns=512, pixel_data=PIXELS)
    assert (first.folder / "IM1").stat().st_size == (second.folder / "IM1").stat().st_size
    bad = {"IM1": {"bad": [[100 * SECTOR, 101 * SECTOR]]}}
    mount = tmp_path / "mount"
    with (
        Library.open(tmp_path / "shelf") as library,
        bad_disc(first.folder, mount, bad),
        portal_workers() as decoders,
    ):
        plan = make_plan(scan_folder(mount, media), everything=True)
        shutil.copyfile(second.folder / "IM1", first.folder / "IM1")
        report = import_files(plan, library, media, Decoder(decoders), QuietJob())
        assert (report.imported, report.failed) == (0, 1)
        assert codes_by_path(report.problems)["IM1"] == {"changed"}
        assert shelf_hashes(library) == set()


def test_importing_again_from_a_good_drive_adds_the_whole_file(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    rules = {"BIG/B12": {"bad": [[100 * SECTOR, 101 * SECTOR]]}}
    with Library.open(tmp_path / "shelf") as library:
        with bad_disc(disc.folder, tmp_path / "mount", rules):
            import_folder(tmp_path / "mount", library, media)
        again = import_folder(disc.folder, library, media)
        assert (again.imported, again.already, again.damaged) == (1, 8, 0)
        assert {disc.sha256(path) for path in disc.good} <= shelf_hashes(library)


class PullAfter(QuietJob):
    """Kills the server of the disc at the first sign of a step."""

    def __init__(self, pid: int, step: str) -> None:
        super().__init__()
        self._pid = pid
        self._step = step

    def report(self, done: int, total: int, step: str) -> None:
        if step == self._step and self._pid:
            os.kill(self._pid, signal.SIGKILL)
            self._pid = 0


def test_a_pulled_disc_leaves_nothing_half_kept_and_the_next_import_goes_on(
    disc: Disc, tmp_path: Path, media: WorkerPool
) -> None:
    for number in range(20, 60):
        disc.add_image(f"MORE/C{number}", number=number, rows=512, columns=512, pixel_data=PIXELS)
    mount = tmp_path / "mount"
    with Library.open(tmp_path / "shelf") as library:
        rules = {"MORE/C58": {"hang": [[400_000, 1 << 30]]}}  # so that the copy is under way when the disc is pulled
        with bad_disc(disc.folder, mount, rules) as server:
            plan = make_plan(scan_folder(mount, media))
            report = import_files(plan, library, media, StrictJudge(), PullAfter(server.pid, "copy"))
        assert report.end == "medium-gone"
        assert_receipt_adds_up(report)
        assert 0 < report.left < report.planned
        assert ("", "medium-gone") in {(problem.path, problem.code) for problem in report.problems}
        assert receipt_of(report) == library.receipts()[0].facts
        assert list(library.incoming.iterdir()) == []
        assert len(shelf_hashes(library)) == report.imported
        with bad_disc(disc.folder, mount, {}):
            again = import_folder(mount, library, media)
        assert (again.imported, again.already) == (report.left, report.imported)
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}


class UnmountAt(QuietJob):
    """Lets the system take the disc away cleanly, as it does with a stick that was pulled: an empty folder is left."""

    def __init__(self, mount: Path, step: str) -> None:
        super().__init__()
        self._mount = mount
        self._step = step

    def report(self, done: int, total: int, step: str) -> None:
        if step == self._step:
            self._step = ""
            subprocess.run(["fusermount", "-u", "-z", str(self._mount)], check=True)


def test_a_disc_whose_folder_is_empty_all_at_once_is_gone_and_its_files_are_not_called_bad(
    disc: Disc, tmp_path: Path, media: WorkerPool
) -> None:
    mount = tmp_path / "mount"
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, mount, {}):
        plan = make_plan(scan_folder(mount, media))
        subprocess.run(["fusermount", "-u", "-z", str(mount)], check=True)
        report = import_files(plan, library, media, StrictJudge(), QuietJob())
    assert report.end == "medium-gone"
    assert (report.imported, report.failed, report.left) == (0, 0, report.planned)


def test_a_disc_that_is_taken_away_during_the_scan_is_gone(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    for number in range(20, 600):
        disc.add_image(f"MORE/C{number}", number=number)
    mount = tmp_path / "mount"
    with bad_disc(disc.folder, mount, {}), pytest.raises(SourceError) as told:
        scan(open_source(str(mount)), media, StrictJudge(), UnmountAt(mount, "scan"))
    assert told.value.code == "medium-gone"


def test_a_disc_that_is_gone_cannot_be_scanned(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    with bad_disc(disc.folder, tmp_path / "mount", {}) as server:
        source = open_source(str(tmp_path / "mount"))
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        with pytest.raises(SourceError) as told:
            scan(source, media, StrictJudge(), QuietJob())
    assert told.value.code == "medium-gone"


class StopWhenListed(QuietJob):
    """Counts how often it is asked, and stops when that has gone on for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    def check(self) -> None:
        self._asked += 1
        if self._asked > 20:
            self.stop()
        super().check()


@pytest.mark.shared_workers
def test_a_drive_that_hangs_can_be_stopped(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    mount = tmp_path / "mount"
    with bad_disc(disc.folder, mount, {"BIG/B11": {"hang": [[0, 1 << 30]]}}), pytest.raises(Cancelled):
        scan(open_source(str(mount)), media, StrictJudge(), StopWhenListed())
    assert set(all_paths(scan_folder(disc.folder, media))) == set(disc.good)


class StopWhenCopying(QuietJob):
    """Stops at the first file that has been copied."""

    def report(self, done: int, total: int, step: str) -> None:
        if step == "copy":
            self.stop()


def test_an_import_from_a_drive_that_hangs_can_be_stopped_and_keeps_what_it_has(
    disc: Disc, tmp_path: Path, media: WorkerPool
) -> None:
    mount = tmp_path / "mount"
    with Library.open(tmp_path / "shelf") as library:
        with bad_disc(disc.folder, mount, {"BIG/B15": {"hang": [[400_000, 1 << 30]]}}), pytest.raises(Cancelled):
            import_folder(mount, library, media, job=StopWhenCopying())
        (receipt,) = library.receipts()
        assert receipt.facts["end"] == "stopped"
        assert receipt.facts["imported"] == len(shelf_hashes(library)) > 0
        assert shelf_hashes(library) <= {disc.sha256(path) for path in disc.good}


@pytest.mark.long
def test_a_slow_drive_is_waited_for_and_costs_no_file(disc: Disc, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    rules = {"BIG/B12": {"slow": 0.4}, "BIG/B14": {"slow": 0.4}}
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, mount, rules):
        source = open_source(str(mount))
        spec = media_spec(source, str(library.incoming))
        assert spec.idle_seconds >= 3600
        media = WorkerPool(spec)
        try:
            report = import_folder(mount, library, media)
        finally:
            media.close()
        assert (report.imported, report.problems) == (len(disc.good), [])
        assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}


def test_the_hash_of_a_kept_file_is_that_of_its_bytes(disc: Disc, tmp_path: Path, media: WorkerPool) -> None:
    with Library.open(tmp_path / "shelf") as library, bad_disc(disc.folder, tmp_path / "mount", {}):
        import_folder(tmp_path / "mount", library, media)
        for path in (library.folder / "objects").rglob("*.dcm"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
