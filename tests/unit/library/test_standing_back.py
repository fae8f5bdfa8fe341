"""A copy that stands back for another is kept and is neither shown, counted nor sent; it comes back when it must."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.job import QuietJob
from library.index.database import row_hash
from library.objects.incoming import StandsBack, Why
from library.schema.tables import SEALED_COLUMNS
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, Clock, incoming, put, series_of, stored_hashes

UID = "1.2.3.1.2"


@pytest.fixture
def hashes(library: Library) -> tuple[str, str]:
    """Put three images on the shelf and a damaged copy of the second; give its hash and that of the whole one."""
    put(library, series_of(library, 3))
    put(library, [incoming(library, b"cut short", sop_instance_uid=UID, instance_number=2, damaged="truncated")])
    whole, damaged = library.twins(UID)
    library.stand_back([StandsBack(ANNA, damaged.sha256, ANNA, whole.sha256, "damaged")])
    return damaged.sha256, whole.sha256


def figures(library: Library) -> list[tuple[int, int, int]]:
    return [(study.instances, study.damaged, study.conflicts) for study in library.studies()]


def assert_sound_on(library: Library) -> None:
    assert library.verify(QuietJob()).problems == ()


def test_it_is_not_counted_and_its_bytes_stay(library: Library, hashes: tuple[str, str]) -> None:
    assert figures(library) == [(3, 0, 0)]
    assert hashes[0] not in {row.sha256 for row in library.instances()}
    assert stored_hashes(library.folder) >= set(hashes)
    assert [(row.sha256, row.for_sha256, row.why, row.damaged) for row in library.copies_aside("1.2.3")] == [
        (*hashes, "damaged", "truncated")
    ]
    assert_sound_on(library)


def test_a_rebuild_from_the_records_leaves_it_standing_back(library: Library, hashes: tuple[str, str]) -> None:
    assert library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()
    assert figures(library) == [(3, 0, 0)]
    assert [row.sha256 for row in library.copies_aside("1.2.3")] == [hashes[0]]


def test_it_comes_back_when_the_whole_one_is_lost(library: Library, hashes: tuple[str, str]) -> None:
    Path(library.object_content(hashes[1]).path).unlink()
    library.verify(QuietJob())
    assert hashes[0] in {row.sha256 for row in library.instances()}


def test_it_goes_into_the_bin_and_out_of_it_with_the_whole_one(library: Library, hashes: tuple[str, str]) -> None:
    deleted = library.delete(["1.2.3"])
    assert (deleted.studies, deleted.instances) == (1, 3)
    assert library.studies() == []
    assert [entry.instances for entry in library.bin()] == [3]
    library.restore(deleted.entries)
    assert figures(library) == [(3, 0, 0)]
    assert [row.sha256 for row in library.copies_aside("1.2.3")] == [hashes[0]]
    assert_sound_on(library)


def test_what_stands_back_for_it_by_way_of_another_goes_with_it_for_good(
    library: Library, hashes: tuple[str, str]
) -> None:
    put(library, [incoming(library, b"shorter", sop_instance_uid=UID, instance_number=2, damaged="truncated")])
    [third] = {row.sha256 for row in library.twins(UID)} - set(hashes)
    library.stand_back([StandsBack(ANNA, third, ANNA, hashes[0], "damaged")])
    assert figures(library) == [(3, 0, 0)]
    library.delete(["1.2.3"])
    assert [entry.instances for entry in library.bin()] == [3]
    library.empty()
    assert stored_hashes(library.folder) == set()
    assert_sound_on(library)


def test_it_comes_out_of_the_bin_with_a_whole_one_that_is_put_in_again(
    library: Library, hashes: tuple[str, str]
) -> None:
    library.delete(["1.2.3"])
    assert put(library, series_of(library, 3)) == ["stored"] * 3
    assert (figures(library), library.bin()) == ([(3, 0, 0)], [])
    assert [row.sha256 for row in library.copies_aside("1.2.3")] == [hashes[0]]


def test_deleted_for_good_nothing_of_it_is_left(library: Library, hashes: tuple[str, str]) -> None:
    library.delete(["1.2.3"], now=True)
    assert stored_hashes(library.folder) == set()
    kept = [path for path in (library.folder / "records").rglob("*.json") if "purge" not in path.name]
    assert all(sha256.encode() not in path.read_bytes() for path in kept for sha256 in hashes)
    assert_sound_on(library)


def test_it_comes_back_when_only_the_whole_one_is_gone_for_good(library: Library, hashes: tuple[str, str]) -> None:
    library.delete(["1.2.3"])
    copy = incoming(library, b"cut short", sop_instance_uid=UID, instance_number=2, damaged="truncated")
    assert put(library, [copy]) == ["stored"]
    assert figures(library) == [(1, 1, 0)]
    library.empty()
    assert figures(library) == [(1, 1, 0)]
    assert_sound_on(library)


def test_a_study_nobody_is_named_in_disappears_with_its_last_image(library: Library) -> None:
    put(library, series_of(library, 1))
    nobody = incoming(
        library,
        b"cut before the name",
        person=BERTA,
        sop_instance_uid="1.2.3.1.1",
        study_instance_uid=None,
        series_instance_uid=None,
        patient_name=None,
        damaged="truncated",
    )
    whole = library.twins("1.2.3.1.1")[0]
    pair = StandsBack(BERTA, nobody.sha256, ANNA, whole.sha256, "damaged")
    put(library, [nobody])
    assert len(library.studies()) == 2
    library.stand_back([pair])
    assert figures(library) == [(1, 0, 0)]
    assert [person.person_key for person in library.patients()] == [ANNA]
    assert [row.sha256 for row in library.copies_aside("1.2.3")] == [nobody.sha256]


@pytest.mark.parametrize("state", ["waiting", "paused"])
def test_what_waits_to_be_sent_is_the_copy_that_counts(library: Library, state: str) -> None:
    put(library, series_of(library, 1))
    put(library, [incoming(library, b"cut", sop_instance_uid=UID, damaged="truncated")])
    upload = library.begin_upload("1.2.3", "http://127.0.0.1:9", "portal")
    if state == "paused":
        library.pause_upload(upload)
    put(library, series_of(library, 1, start=2))
    damaged, whole = library.twins(UID)
    library.stand_back([StandsBack(ANNA, damaged.sha256, ANNA, whole.sha256, "damaged")])
    items = {item.sha256: (item.on_shelf, item.damaged, item.conflict) for item in library.upload_items(upload)}
    assert items[whole.sha256] == (True, None, False)
    assert damaged.sha256 not in items


def conflicting(library: Library) -> tuple[str, str]:
    put(library, [incoming(library, b"one", sop_instance_uid=UID), incoming(library, b"two", sop_instance_uid=UID)])
    assert figures(library) == [(2, 0, 2)]
    first, second = library.twins(UID)
    return first.sha256, second.sha256


@pytest.mark.parametrize("which", [0, 1])
def test_a_conflict_is_decided_by_the_person_and_the_choice_can_be_undone(library: Library, which: int) -> None:
    hashes = conflicting(library)
    library.choose_copy(library.twins(UID)[which])
    assert [row.sha256 for row in library.instances()] == [hashes[which]]
    assert figures(library) == [(1, 0, 0)]
    library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert [row.sha256 for row in library.instances()] == [hashes[which]]
    library.take_choice_back(UID, ANNA)
    assert figures(library) == [(2, 0, 2)]
    library.choose_copy(library.twins(UID)[1 - which])
    assert [row.sha256 for row in library.instances()] == [hashes[1 - which]]
    library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert [row.sha256 for row in library.instances()] == [hashes[1 - which]]
    assert_sound_on(library)


def test_whichever_of_three_contents_is_chosen_one_after_the_other_counts(library: Library) -> None:
    conflicting(library)
    put(library, [incoming(library, b"three", sop_instance_uid=UID)])
    for row in (*library.twins(UID), *library.twins(UID)):
        library.choose_copy(row)
        assert [one.sha256 for one in library.instances()] == [row.sha256]
    assert_sound_on(library)
    library.take_choice_back(UID, ANNA)
    assert figures(library) == [(3, 0, 3)]


def test_a_choice_undone_after_another_content_came_leaves_all_to_be_decided(library: Library) -> None:
    conflicting(library)
    library.choose_copy(library.twins(UID)[0])
    put(library, [incoming(library, b"three", sop_instance_uid=UID)])
    assert figures(library) == [(2, 0, 2)]
    library.take_choice_back(UID, ANNA)
    assert figures(library) == [(3, 0, 3)]


@pytest.mark.parametrize("why", ["damaged", "reduced"])
def test_a_shelf_can_be_opened_and_read_again_and_again(library: Library, clock: Clock, why: Why) -> None:
    conflicting(library)
    one, two = library.twins(UID)
    library.stand_back([StandsBack(ANNA, one.sha256, ANNA, two.sha256, why)])
    library.close()
    for read_only in (False, True):
        with Library.open(library.folder, clock=clock, read_only=read_only) as again:
            assert figures(again) == [(1, 0, 0)]


def make_older(folder: Path) -> None:
    """Bring the index of a shelf to the state it had before copies could stand back."""
    columns = ", ".join(name for name in SEALED_COLUMNS["instance"] if name not in {"aside", "lost"})
    with closing(sqlite3.connect(folder / "library.db")) as connection, connection:
        connection.create_function("row_hash", -1, row_hash)
        for table in ("signed_receipt", "portal_key", "guessed_name", "planned", "import_plan", "stands_back"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX IF EXISTS instance_besides")
        for column in ("aside", "lost"):
            connection.execute(f"ALTER TABLE instance DROP COLUMN {column}")
        connection.execute(f"UPDATE instance SET row_hash = row_hash({columns})")
        connection.execute("PRAGMA user_version = 2")


def test_a_shelf_of_before_opens_and_its_conflicts_can_be_decided(library: Library, clock: Clock) -> None:
    conflicting(library)
    library.close()
    make_older(library.folder)
    with Library.open(library.folder, clock=clock) as again:
        assert again.recovered == ()
        assert_sound_on(again)
        assert again.doubtful_uids("1.2.3") == again.doubtful_uids() == [UID]
        again.choose_copy(again.twins(UID)[0])
        assert figures(again) == [(1, 0, 0)]
        assert_sound_on(again)


def test_a_row_that_was_changed_from_outside_stays_known_when_an_older_shelf_is_brought_up(
    library: Library, clock: Clock
) -> None:
    conflicting(library)
    library.close()
    make_older(library.folder)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("UPDATE instance SET source_path = 'elsewhere' WHERE id = 1")
    with Library.open(library.folder, clock=clock) as again:
        assert [(one.code, one.detail) for one in again.verify(QuietJob()).problems] == [("row-damaged", "instance 1")]
