"""A shelf opens without anyone's help, says what it put right, and refuses what it must not touch."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app.words.messages import Messages
from core.errors import LibraryError
from core.job import QuietJob
from library.index.database import Index
from library.schema.tables import MIGRATIONS
from library.shelf import Library
from tests.unit.library.material import Clock, assert_sound, incoming, put, series_of, stored_hashes

NEXT = (*MIGRATIONS, ("ALTER TABLE study ADD COLUMN star INTEGER NOT NULL DEFAULT 0",))


def test_a_fresh_shelf_is_empty_and_had_nothing_to_recover(library: Library) -> None:
    assert library.recovered == ()
    assert library.studies() == []
    assert not library.read_only


def test_temp_files_of_an_earlier_run_are_cleaned(library: Library) -> None:
    (library.incoming / "import-0123456789abcdef.part").write_bytes(b"x")
    (library.incoming / "fetched-x1").mkdir()
    (library.incoming / "fetched-x1" / "instance").write_bytes(b"x")
    (library.incoming / "library.db-wal").write_bytes(b"x")
    (library.incoming / "link.part").symlink_to(library.folder / "objects")
    library.close()
    with Library.open(library.folder) as again:
        assert again.recovered == ("incoming-cleaned",)
        assert list(again.incoming.iterdir()) == []
        assert (again.folder / "objects").is_dir()


def test_what_somebody_kept_in_a_folder_of_that_name_stays(tmp_path: Path) -> None:
    mine, elsewhere = tmp_path / "incoming", tmp_path / "elsewhere"
    (mine / "letters").mkdir(parents=True)
    (mine / "letters" / "2024.txt").write_text("mine")
    (mine / "fetched-cat").mkdir()
    (mine / "fetched-cat" / "photo.jpg").write_text("mine")
    (mine / "list.txt").write_text("mine")
    elsewhere.mkdir()
    (elsewhere / "instance").write_text("mine")
    (mine / "fetched-link").symlink_to(elsewhere, target_is_directory=True)
    for _ in range(2):
        with Library.open(tmp_path) as shelf:
            assert shelf.recovered == ()
    kept = {
        str(file.relative_to(tmp_path)) for folder in (mine, elsewhere) for file in folder.rglob("*") if file.is_file()
    }
    assert {
        "incoming/letters/2024.txt",
        "incoming/fetched-cat/photo.jpg",
        "incoming/list.txt",
        "elsewhere/instance",
    } <= kept


def test_a_second_writer_is_refused_and_may_look(library: Library) -> None:
    put(library, series_of(library, 1))
    with pytest.raises(LibraryError, match="library-in-use"):
        Library.open(library.folder)
    with Library.open(library.folder, read_only=True) as second:
        assert second.read_only
        assert len(second.instances()) == 1
        put(library, [incoming(library, b"new", sop_instance_uid="9")])
        assert len(second.instances()) == 2
        for change in (lambda: second.delete(["1.2.3"]), lambda: second.begin_import("folder", "", "")):
            with pytest.raises(LibraryError, match="library-read-only"):
                change()


def test_looking_at_a_shelf_that_is_not_there_shows_an_empty_one_and_makes_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path / "nowhere", read_only=True) as library:
        assert library.studies() == []
        assert library.verify(QuietJob()).objects == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_newer_shelf_is_refused_and_left_as_it_is(library: Library) -> None:
    put(library, series_of(library, 1))
    library.close()
    connection = sqlite3.connect(library.folder / "library.db")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = (library.folder / "library.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(LibraryError, match="library-newer"):
            Library.open(library.folder, read_only=read_only)
    assert (library.folder / "library.db").read_bytes() == before


def test_looking_at_an_older_shelf_that_a_writer_has_to_bring_up_to_date_says_so(library: Library) -> None:
    put(library, series_of(library, 1))
    library.close()
    with sqlite3.connect(library.folder / "library.db") as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    connection.close()
    with pytest.raises(LibraryError, match="library-older"):
        Library.open(library.folder, read_only=True)
    said = Messages().about(LibraryError("library-older"))
    assert "older Scanshelf" in said.what
    assert said.do.startswith("Close the other Scanshelf window")


def test_an_older_index_is_copied_before_it_is_changed(library: Library) -> None:
    put(library, series_of(library, 1))
    library.close()
    path = library.folder / "library.db"
    Index.open(path, migrations=NEXT).close()
    backup = path.with_name(f"library.db.before-{len(NEXT)}")
    for file, columns in ((path, {"star"}), (backup, set())):
        connection = sqlite3.connect(file)
        found = {row[1] for row in connection.execute("PRAGMA table_info(study)")}
        assert connection.execute("SELECT count(*) FROM instance").fetchone() == (1,)
        connection.close()
        assert found & {"star"} == columns


def test_a_migration_that_fails_changes_nothing(library: Library) -> None:
    put(library, series_of(library, 1))
    library.close()
    with pytest.raises(LibraryError):
        Index.open(library.folder / "library.db", migrations=(*NEXT[:-1], (*NEXT[-1], "SELECT nonsense")))
    assert_sound(library.folder)


@pytest.mark.parametrize("damage", [b"not a database at all, only words" * 40, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_index_is_set_aside_and_made_again(library: Library, damage: bytes) -> None:
    put(library, series_of(library, 3))
    library.close()
    (library.folder / "library.db").write_bytes(damage)
    with Library.open(library.folder) as again:
        assert again.recovered == ("database-set-aside", "index-rebuilt")
        assert len(again.instances()) == 3
        assert again.verify(QuietJob()).problems == ()
    (aside,) = library.folder.glob("library.db.damaged-*")
    assert aside.read_bytes() == damage


@pytest.mark.parametrize("damage", [b"words" * 1000, None])
def test_a_shelf_with_a_lost_or_damaged_index_can_be_looked_at_and_stays_as_it_is(
    library: Library, damage: bytes | None
) -> None:
    put(library, series_of(library, 3))
    library.close()
    database = library.folder / "library.db"
    database.unlink()
    if damage is not None:
        database.write_bytes(damage)
    before = sorted(library.folder.rglob("*"))
    with Library.open(library.folder, read_only=True) as again:
        assert again.recovered == ("index-rebuilt",)
        assert len(again.instances()) == 3
        assert again.verify(QuietJob()).problems == ()
    assert sorted(library.folder.rglob("*")) == before


def test_an_emptied_index_is_made_again(library: Library) -> None:
    put(library, series_of(library, 3))
    library.close()
    (library.folder / "library.db").write_bytes(b"")
    with Library.open(library.folder) as again:
        assert again.recovered == ("index-rebuilt",)
        assert len(again.instances()) == 3


def test_an_older_copy_of_the_index_catches_up_from_the_records(library: Library, tmp_path: Path) -> None:
    put(library, series_of(library, 2))
    library.close()
    shutil.copy(library.folder / "library.db", tmp_path / "old.db")
    with Library.open(library.folder) as again:
        put(again, series_of(again, 2, start=3))
    shutil.copy(tmp_path / "old.db", library.folder / "library.db")
    with Library.open(library.folder) as again:
        assert "change-finished" in again.recovered
        assert len(again.instances()) == 4
        assert again.verify(QuietJob()).problems == ()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="library-unusable"):
        Library.open(tmp_path / "file")


def test_many_threads_read_while_one_writes(library: Library) -> None:
    seen: list[int] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                rows = library.studies(find="thorax")
                seen.append(sum(row.instances for row in rows))
                assert len(library.instances()) % 5 == 0
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for batch in range(6):
        put(library, series_of(library, 5, start=1 + 5 * batch))
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(count % 5 == 0 for count in seen)


@pytest.mark.parametrize("jump", [timedelta(days=5000), timedelta(days=-5000)])
def test_a_clock_that_jumps_does_not_empty_the_bin(tmp_path: Path, clock: Clock, jump: timedelta) -> None:
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        put(library, series_of(library, 1))
        library.delete(["1.2.3"])
    right = clock.now
    for now in (right + jump, right):
        clock.now = now
        with Library.open(tmp_path / "shelf", clock=clock) as library:
            assert len(library.bin()) == 1
            assert library.verify(QuietJob()).problems == ()
    clock.pass_days(31)
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        assert library.bin() == []
        assert stored_hashes(library.folder) == set()
