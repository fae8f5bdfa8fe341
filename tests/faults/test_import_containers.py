"""Archives and disc images on a medium with bad sectors, or one that is pulled out: nothing good is lost."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

import pytest

from core.errors import SourceError
from core.job import QuietJob
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.reasons import word_key
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import image
from tests.discs.containers import iso_bytes, tar_bytes, zip_bytes
from tests.faults.bad_disc import bad_disc
from tests.importer_tools import StrictJudge, import_folder, media_worker, scan_folder, shelf_hashes
from tests.tools import needs_fuse

FILES = {
    f"IM{number}": image(series="F", number=number, rows=512, columns=512, pixel_data=os.urandom(512 * 512 * 2))
    for number in range(1, 7)
}


def stick_with(tmp_path: Path, name: str) -> Path:
    needs_fuse()
    stick = tmp_path / "stick"
    stick.mkdir()
    made = {
        "cd.iso": lambda: iso_bytes(FILES, tmp_path),
        "study.tar": lambda: tar_bytes(FILES),
        "study.zip": lambda: zip_bytes(FILES),
        "study.tar.gz": lambda: tar_bytes(FILES, "w:gz"),
    }
    (stick / name).write_bytes(made[name]())
    return stick


def hash_of(name: str) -> str:
    return hashlib.sha256(FILES[name]).hexdigest()


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", ["cd.iso", "study.tar", "study.zip"])
def test_a_bad_sector_under_a_container_costs_only_the_image_it_lies_in(name: str, tmp_path: Path) -> None:
    stick = stick_with(tmp_path, name)
    place = (stick / name).read_bytes().index(FILES["IM4"][300_000:300_032]) // 4096 * 4096
    rules = {name: {"bad": [[place, place + 2048]]}}
    with (
        media_worker(tmp_path) as media,
        Library.open(tmp_path / "shelf") as library,
        bad_disc(stick, tmp_path / "mount", rules),
    ):
        report = import_folder(tmp_path / "mount", library, media)
        assert (report.imported, report.damaged, report.failed) == (6, 1, 0)
        assert report.exit_status == 1
        assert len(shelf_hashes(library) & {hash_of(name) for name in FILES}) == 5


def test_a_bad_sector_under_a_packed_archive_leaves_what_lies_before_it(tmp_path: Path) -> None:
    stick = stick_with(tmp_path, "study.tar.gz")
    place = (stick / "study.tar.gz").stat().st_size * 2 // 3 // 4096 * 4096
    rules = {"study.tar.gz": {"bad": [[place, place + 2048]]}}
    with (
        media_worker(tmp_path) as media,
        Library.open(tmp_path / "shelf") as library,
        bad_disc(stick, tmp_path / "mount", rules),
    ):
        report = import_folder(tmp_path / "mount", library, media)
        kept = shelf_hashes(library) & {hash_of(name) for name in FILES}
        assert {hash_of("IM1"), hash_of("IM2"), hash_of("IM3")} <= kept
        assert report.exit_status == 1
        assert "archive:broken" in {word_key(one) for one in report.problems if one.path == "study.tar.gz"}
    again = None
    with media_worker(tmp_path) as media, Library.open(tmp_path / "shelf") as library:
        again = import_folder(stick, library, media)
        assert {hash_of(name) for name in FILES} <= shelf_hashes(library)
    assert (again.damaged, again.conflicts) == (0, 0)


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", ["cd.iso", "study.zip", "study.tar.gz"])
def test_a_medium_pulled_while_its_container_is_read_is_told_and_the_import_goes_on(name: str, tmp_path: Path) -> None:
    stick = stick_with(tmp_path, name)
    mount = tmp_path / "mount"
    with Library.open(tmp_path / "shelf") as library:
        with media_worker(tmp_path) as media, bad_disc(stick, mount, {}) as server:
            found = scan_folder(mount, media)

            class Pull(QuietJob):
                def report(self, done: int, total: int, step: str) -> None:
                    if step == "copy" and done:
                        server.send_signal(signal.SIGKILL)

            report = import_files(make_plan(found), library, media, StrictJudge(), Pull())
            if report.end == "complete":  # all had been read before the first was told
                assert report.imported == 6
            else:
                assert report.end == "medium-gone"
                assert report.exit_status == 1
        with media_worker(tmp_path) as media, bad_disc(stick, mount, {}):
            again = import_folder(mount, library, media)
            assert again.imported + again.already == 6
            assert shelf_hashes(library) == {hash_of(one) for one in FILES}


def test_a_medium_pulled_while_it_is_searched_is_no_empty_disc(tmp_path: Path) -> None:
    stick = stick_with(tmp_path, "study.tar.gz")
    mount = tmp_path / "mount"
    with media_worker(tmp_path) as media, bad_disc(stick, mount, {}) as server:
        source = open_source(str(mount))

        class PullWhenListed(QuietJob):
            def report(self, done: int, total: int, step: str) -> None:
                server.send_signal(signal.SIGKILL)
                server.wait()

        with pytest.raises(SourceError, match="medium-gone"):
            scan(source, media, StrictJudge(), PullWhenListed())
