"""Whatever step a change of the shelf is killed at, the shelf opens, is sound, and importing again ends the same."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.job import QuietJob
from library.index.database import Index
from library.shelf import Library
from tests.faults.library_program import NEXT_MIGRATIONS
from tests.unit.library.material import assert_sound, put, series_of, stored_hashes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "shelf") as library:
        put(library, series_of(library, 3))
        put(library, series_of(library, 2, study_instance_uid="7.7", series_instance_uid="7.7.1"))
    return tmp_path / "shelf"


def kill(shelf: Path, change: str, step: str, time: int = 1) -> None:
    command = [sys.executable, "-m", "tests.faults.library_program", shelf, change, step, str(time)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def assert_well(shelf: Path) -> None:
    assert_sound(shelf)
    with Library.open(shelf) as library:
        assert library.recovered == ()
        assert library.verify(QuietJob()).problems == ()


@pytest.mark.parametrize(
    "step, time",
    [
        ("record-written", 1),
        ("object-renamed", 1),
        ("object-renamed", 4),
        ("object-renamed", 6),
        ("folders-synced", 1),
        ("rows-written", 1),
        ("committed", 1),
    ],
)
def test_a_commit_killed_at_any_step_is_finished_at_the_opening(shelf: Path, step: str, time: int) -> None:
    kill(shelf, "commit", step, time)
    assert_well(shelf)
    with Library.open(shelf) as library:
        assert len(library.instances()) == 11
        assert put(library, series_of(library, 6, start=4)) == ["already"] * 6
        assert len(stored_hashes(shelf)) == 11


def test_a_killed_commit_whose_temp_files_are_lost_keeps_what_was_renamed(shelf: Path) -> None:
    kill(shelf, "commit", "object-renamed", 4)
    for file in (shelf / "incoming").iterdir():
        file.unlink()
    assert_well(shelf)
    with Library.open(shelf) as library:
        assert len(library.instances()) == 9
        assert put(library, series_of(library, 6, start=4)).count("stored") == 2
        assert library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()


def test_a_killed_commit_with_a_torn_object_does_not_keep_it(shelf: Path) -> None:
    kill(shelf, "commit", "object-renamed", 4)
    before = {path.stem for path in (shelf / "objects").rglob("*.dcm")}
    with Library.open(shelf, read_only=True) as library:
        torn = min(before - {row.sha256 for row in library.instances()})
    path = shelf / "objects" / torn[:2] / f"{torn}.dcm"
    path.chmod(0o600)
    path.write_bytes(b"\0" * path.stat().st_size)
    with Library.open(shelf) as library:
        assert torn not in {row.sha256 for row in library.instances()}
        assert len(library.instances()) == 10
        assert put(library, series_of(library, 6, start=4)).count("stored") == 1
        assert library.verify(QuietJob()).problems == ()


@pytest.mark.parametrize("step", ["record-written", "rows-written", "committed"])
def test_a_delete_killed_at_any_step_is_done_or_not_done(shelf: Path, step: str) -> None:
    kill(shelf, "delete", step)
    with Library.open(shelf) as library:
        assert len(library.instances()) == 2
        assert library.bin()[0].instances == 3
        library.restore(["1.2.3"])
    assert_well(shelf)


# "record-written" and its fellows are reached once for the delete and once for the purge
@pytest.mark.parametrize(
    "step, time",
    [
        ("record-written", 2),
        ("rows-written", 2),
        ("committed", 2),
        ("object-removed", 1),
        ("object-removed", 3),
        ("record-pruned", 1),
        ("record-pruned", 2),
    ],
)
def test_a_purge_killed_at_any_step_is_finished_at_the_opening(shelf: Path, step: str, time: int) -> None:
    kill(shelf, "purge", step, time)
    assert_well(shelf)
    with Library.open(shelf) as library:
        assert len(stored_hashes(shelf)) == 2
        assert library.bin() == []
        assert library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()
    assert_well(shelf)


@pytest.mark.parametrize("step", ["index-built", "index-replaced"])
def test_a_rebuild_killed_at_any_step_leaves_a_whole_shelf(shelf: Path, step: str) -> None:
    kill(shelf, "rebuild", step)
    assert_well(shelf)
    with Library.open(shelf) as library:
        assert len(library.instances()) == 5
    assert [file.name for file in shelf.glob("*.db")] == ["library.db"]


@pytest.mark.parametrize("step, time", [("backed-up", 1), ("statement-done", 1), ("statement-done", 2)])
def test_a_killed_migration_changed_nothing(shelf: Path, step: str, time: int) -> None:
    kill(shelf, "migrate", step, time)
    assert_sound(shelf)
    assert shelf.joinpath(f"library.db.before-{len(NEXT_MIGRATIONS)}").exists()


def test_a_migration_killed_when_it_was_done_is_done(shelf: Path) -> None:
    kill(shelf, "migrate", "migrated")
    Index.open(shelf / "library.db", migrations=NEXT_MIGRATIONS).close()
    connection = sqlite3.connect(shelf / "library.db")
    assert connection.execute("SELECT count(*) FROM instance").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("step", ["record-written", "rows-written", "committed"])
def test_an_upload_killed_while_it_is_put_in_the_queue_is_in_it(shelf: Path, step: str) -> None:
    kill(shelf, "upload", step)
    with Library.open(shelf) as library:
        assert [(row.state, row.instances) for row in library.uploads()] == [("waiting", 3)]
    assert_well(shelf)


@pytest.mark.parametrize("step", ["record-written", "rows-written", "committed"])
def test_a_proof_that_was_recorded_is_not_lost_by_a_kill(shelf: Path, step: str) -> None:
    with Library.open(shelf) as library:
        library.begin_upload("1.2.3", "http://127.0.0.1:9", "portal")
    kill(shelf, "uploaded", step)
    with Library.open(shelf) as library:
        assert [(row.state, row.stored, row.receipt) for row in library.uploads()] == [
            ("complete", 3, {"upload_id": "1"})
        ]
        assert sorted(row.uploaded for row in library.studies()) == ["complete", "no"]
        library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
        assert sorted(row.uploaded for row in library.studies()) == ["complete", "no"]
    assert_well(shelf)
