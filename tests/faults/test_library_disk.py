"""A full disk, flipped bits, a folder that cannot be written and a second program: nothing is lost or shown wrongly."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.build import open_to_read
from core.errors import LibraryError
from core.job import QuietJob
from library.objects.room import RESERVE_BYTES, check_room, free_bytes
from library.report import instances_to_json, series_to_json, studies_to_json
from library.shelf import Library
from tests.tools import needs_tool, skip_or_fail
from tests.unit.library.material import ANNA, BERTA, CT, assert_sound, incoming, put, series_of, stored_hashes

ROOT = Path(__file__).resolve().parents[2]
FLIPS = 30


def mount(*arguments: str) -> None:
    needs_tool("mount")
    if os.name == "nt" or os.geteuid() != 0:
        skip_or_fail("mount needs root")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        skip_or_fail(f"mount is not allowed here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=4m", "scanshelf-test", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            while free_bytes(folder) > leave + size - 1:
                try:
                    file.write(b"\xff" * size)
                except OSError:
                    break
    return filler


@pytest.mark.parametrize("leave", [0, 4096, 16384, 32768, 65536, 131072])
def test_a_full_disk_stops_cleanly_and_the_import_can_go_on(small_disk: Path, leave: int) -> None:
    with Library.open(small_disk / "shelf") as library:
        run = library.begin_import("folder", "Disc", "/d")
        put(library, series_of(library, 3), run)
        items = series_of(library, 40, start=4)
        filler = fill(small_disk, leave)
        try:
            kinds = put(library, items, run)
        except LibraryError as error:
            assert error.code == "no-space"  # noqa: PT017 - how much fits is the file system's affair
            assert len(library.instances()) == 3
            assert len(stored_hashes(library.folder)) == 3
        else:
            assert kinds == ["stored"] * 40
        filler.unlink()
    assert_sound(small_disk / "shelf")
    with Library.open(small_disk / "shelf") as library:
        put(library, series_of(library, 40, start=4))
        assert len(stored_hashes(library.folder)) == 43
        assert library.verify(QuietJob()).problems == ()


def test_a_shelf_on_a_full_disk_can_be_looked_at_and_says_why_it_cannot_be_opened(small_disk: Path) -> None:
    with Library.open(small_disk / "shelf") as library:
        put(library, series_of(library, 3))
    fill(small_disk, 0)
    with pytest.raises(LibraryError, match="no-space"), Library.open(small_disk / "shelf") as library:
        library.begin_import("folder", "Disc", "/d")
    with Library.open(small_disk / "shelf", read_only=True) as library:
        assert len(library.instances()) == 3
    with open_to_read(small_disk / "shelf") as library:
        assert len(library.instances()) == 3


def test_room_is_checked_before(tmp_path: Path) -> None:
    check_room(tmp_path / "not" / "yet", 0)
    with pytest.raises(LibraryError, match="no-space") as raised:
        check_room(tmp_path, free_bytes(tmp_path) + 1)
    assert raised.value.facts["needed"] == pytest.approx(free_bytes(tmp_path) + RESERVE_BYTES, rel=0.1)


def test_a_read_only_folder_is_told_and_can_be_looked_at(tmp_path: Path) -> None:
    shelf, bound = tmp_path / "shelf", tmp_path / "bound"
    with Library.open(shelf) as library:
        put(library, series_of(library, 3))
    bound.mkdir()
    mount("--bind", str(shelf), str(bound))
    try:
        mount("-o", "remount,ro,bind", str(bound))
        with pytest.raises(LibraryError, match="library-read-only"):
            Library.open(bound)
        with Library.open(bound, read_only=True) as library:
            assert len(library.instances()) == 3
            assert library.verify(QuietJob()).problems == ()
    finally:
        subprocess.run(["umount", str(bound)], check=True)


def test_a_second_program_is_refused_while_the_first_writes_and_let_in_when_it_ends(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from library.shelf import Library\n"
        "with Library.open(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "shelf")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(LibraryError, match="library-in-use"):
            Library.open(tmp_path / "shelf")
        with Library.open(tmp_path / "shelf", read_only=True) as second:
            assert second.studies() == []
        first.kill()
    with Library.open(tmp_path / "shelf") as library:
        assert library.studies() == []


def told(library: Library) -> object:
    return (
        studies_to_json(library.studies()),
        series_to_json(library.series()),
        instances_to_json(library.instances()),
        studies_to_json(library.studies(find="thorax")),
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "shelf") as library:
        put(library, series_of(library, 30))
        put(library, series_of(library, 20, study_instance_uid="7.7", series_instance_uid="7.7.1"))
    return tmp_path / "shelf"


def test_a_flipped_bit_in_the_index_is_found_and_mended_or_does_no_harm(shelf: Path, tmp_path: Path) -> None:
    with Library.open(shelf) as library:
        right = told(library)
    chance = random.Random(7)
    size = (shelf / "library.db").stat().st_size
    for flip in range(FLIPS):
        copy = tmp_path / f"copy{flip}"
        shutil.copytree(shelf, copy)
        flip_bit(copy / "library.db", chance.randrange(size), chance.randrange(8))
        assert_found_or_harmless(copy, right)
        shutil.rmtree(copy)


def assert_found_or_harmless(shelf: Path, right: object) -> None:
    with Library.open(shelf) as library:
        if library.verify(QuietJob()).problems == ():
            assert told(library) == right
            return
    with Library.open(shelf) as library:
        assert library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()
        assert library.verify(QuietJob()).problems == ()
        assert told(library) == right


def test_an_index_that_answers_wrongly_is_mended_at_the_next_opening(shelf: Path) -> None:
    with Library.open(shelf) as library:
        right = told(library)
        with library._index.writing() as connection:
            connection.execute("DROP TABLE study_search")
        with pytest.raises(LibraryError, match="library-damaged"):
            library.studies(find="thorax")
    with Library.open(shelf) as library:
        assert library.recovered == ("database-set-aside", "index-rebuilt")
        assert told(library) == right


def flip_bit(path: Path, offset: int, bit: int) -> None:
    path.chmod(0o600)
    with open(path, "r+b") as file:
        file.seek(offset)
        (value,) = file.read(1)
        file.seek(offset)
        file.write(bytes([value ^ (1 << bit)]))


def test_a_flipped_bit_in_an_object_is_found_and_marked(shelf: Path) -> None:
    with Library.open(shelf) as library:
        victim = library.instances()[3]
        flip_bit(Path(library.object_content(victim.sha256).path), victim.size // 2, 3)
        (problem,) = library.verify(QuietJob()).problems
        assert (problem.code, problem.sop_instance_uid) == ("object-changed", victim.sop_instance_uid)
        assert [row.damaged for row in library.instances() if row.sha256 == victim.sha256] == ["changed"]


def test_a_flipped_bit_in_a_record_is_found_and_costs_nothing_while_the_index_is_sound(shelf: Path) -> None:
    record = max((shelf / "records").rglob("*-commit.json"))
    flip_bit(record, record.stat().st_size // 2, 1)
    with Library.open(shelf) as library:
        assert [problem.code for problem in library.verify(QuietJob()).problems] == ["record-damaged"]
        assert len(library.instances()) == 50
        report = library.rebuild(lambda path: replace(CT, sop_instance_uid=path.stem[:9]), QuietJob())
        assert [problem.code for problem in report.problems] == ["record-damaged"]
        assert len(library.instances()) == 50
        assert library.verify(QuietJob()).problems == ()


def test_a_rebuild_without_a_record_still_knows_whose_an_object_is_and_what_it_lacks(tmp_path: Path) -> None:
    with Library.open(tmp_path / "shelf") as library:
        put(library, series_of(library, 2))
        partial = incoming(library, b"half of it", person=BERTA, damaged="unreadable", source_path="DICOM/IM7")
        put(library, [partial, incoming(library, b"half of it", person=ANNA, sop_instance_uid="5")])
        flip_bit(max((library.folder / "records").rglob("*-commit.json")), 200, 1)
        before = {(row.sha256, row.person_key, row.damaged, row.source_path) for row in library.instances()}
        library.rebuild(lambda path: replace(CT, sop_instance_uid="5"), QuietJob())
        assert {(row.sha256, row.person_key, row.damaged, row.source_path) for row in library.instances()} == before
        assert library.verify(QuietJob()).problems == ()
