"""What is deleted waits, comes back, or is gone without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import LibraryError
from core.job import QuietJob
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, Clock, incoming, put, series_of, stored_hashes


def other_study(library: Library) -> list[str]:
    return put(library, series_of(library, 2, study_instance_uid="7.7", series_instance_uid="7.7.1"))


def test_a_deleted_study_waits_in_the_bin_and_comes_back(library: Library) -> None:
    put(library, series_of(library, 3))
    other_study(library)
    report = library.delete(["1.2.3"])
    assert (report.studies, report.instances) == (1, 3)
    assert [study.study_instance_uid for study in library.studies()] == ["7.7"]
    (entry,) = library.bin()
    assert (entry.uid, entry.level, entry.instances, entry.patient_name) == ("1.2.3", "study", 3, "Müller^Anna Zoé")
    assert (entry.deleted_at[:10], entry.expires_at[:10]) == ("2024-05-01", "2024-05-31")
    assert library.studies(find="thorax ACC") == library.studies()
    library.restore(["1.2.3"])
    assert {study.study_instance_uid: study.instances for study in library.studies()} == {"1.2.3": 3, "7.7": 2}
    assert library.bin() == []


@pytest.mark.parametrize("uid, left", [("1.2.3.4", 0), ("1.2.3.1.2", 2)])
def test_a_series_or_an_instance_can_be_deleted(library: Library, uid: str, left: int) -> None:
    put(library, series_of(library, 3))
    library.delete([uid])
    assert len(library.instances()) == left
    library.restore([library.bin()[0].id])
    assert len(library.instances()) == 3


def test_a_binned_instance_brings_its_entry_back_by_its_own_uid(library: Library) -> None:
    put(library, series_of(library, 2))
    library.delete(["1.2.3"])
    library.restore(["1.2.3.1.2"])
    assert len(library.instances()) == 2


def test_an_unknown_uid_deletes_nothing_at_all(library: Library) -> None:
    put(library, series_of(library, 1))
    with pytest.raises(LibraryError, match="not-on-shelf"):
        library.delete(["1.2.3", "9.9"])
    assert len(library.instances()) == 1
    with pytest.raises(LibraryError, match="not-on-shelf"):
        library.restore(["1.2.3"])


def test_a_uid_of_two_persons_asks_whose(library: Library) -> None:
    put(library, [incoming(library, b"a", sop_instance_uid="1.1")])
    put(library, [incoming(library, b"b", sop_instance_uid="1.2", person=BERTA)])
    with pytest.raises(LibraryError, match="several-patients") as raised:
        library.delete(["1.2.3"])
    assert raised.value.facts["persons"] == [ANNA, BERTA]
    library.delete([f"{BERTA}:1.2.3"])
    assert [study.person_key for study in library.studies()] == [ANNA]
    assert not library.studies()[0].same_uid_elsewhere
    assert [row.sha256 for row in library.instance_refs("1.2.3")] == [library.instances()[0].sha256]


def test_deleting_one_side_ends_a_conflict_and_restoring_brings_it_back(library: Library) -> None:
    put(library, [incoming(library, b"one")])
    put(library, [incoming(library, b"two")])
    library.delete([library.instances()[0].sha256])
    assert [row.conflict for row in library.instances()] == [False]
    library.restore([library.bin()[0].id])
    assert [row.conflict for row in library.instances()] == [True, True]
    library.delete([library.instances()[0].sha256], now=True)
    assert [row.conflict for row in library.instances()] == [False]
    assert library.studies()[0].conflicts == 0
    assert library.verify(QuietJob()).problems == ()


def test_importing_what_is_in_the_bin_takes_it_out(library: Library) -> None:
    put(library, series_of(library, 2))
    library.delete(["1.2.3"])
    assert put(library, series_of(library, 2)) == ["stored", "stored"]
    assert library.bin() == []
    assert library.verify(QuietJob()).problems == ()


def test_an_emptied_bin_leaves_nothing_of_a_person(library: Library) -> None:
    run = library.begin_import("folder", "Annas Disc", "/media/anna")
    put(library, series_of(library, 2), run)
    library.save_receipt(run, {"note": "Annas receipt"})
    library.save_identity_decision(run, ANNA, {"note": "Annas choice"})
    other = {"study_instance_uid": "5", "series_instance_uid": "5.1", "study_description": "Knie"}
    put(library, [incoming(library, b"b", person=BERTA, patient_name="Berg^Berta", **other)])
    library.delete(["1.2.3"])
    assert library.empty().instances == 2
    assert len(library.instances()) == 1
    assert library.bin() == []
    assert library.receipts() == []
    assert len(stored_hashes(library.folder)) == 1
    assert library.verify(QuietJob()).problems == ()
    library.close()
    assert find_bytes(library.folder, [b"Anna", b"muller", b"1.2.3.4", b"thorax", b"Thorax"]) == []


def find_bytes(folder: Path, needles: list[bytes]) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".dcm"]
    return [f"{file.name}: {needle!r}" for file in files for needle in needles if needle in file.read_bytes()]


def test_delete_now_does_not_wait(library: Library) -> None:
    put(library, series_of(library, 2))
    library.delete(["1.2.3"], now=True)
    assert stored_hashes(library.folder) == set()
    assert library.bin() == []
    assert put(library, series_of(library, 2)) == ["stored", "stored"]


def test_what_another_person_still_has_stays(library: Library) -> None:
    put(library, [incoming(library, b"x"), incoming(library, b"x", person=BERTA)])
    library.delete([f"{ANNA}:1.2.3"], now=True)
    assert [row.person_key for row in library.instances()] == [BERTA]
    assert library.verify(QuietJob()).problems == ()


@pytest.mark.parametrize("days, left", [(29, 1), (31, 0)])
def test_the_bin_is_emptied_after_thirty_days(tmp_path: Path, clock: Clock, days: float, left: int) -> None:
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        put(library, series_of(library, 1))
        library.delete(["1.2.3"])
    clock.pass_days(days)
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        assert len(library.bin()) == left
        assert len(stored_hashes(library.folder)) == left


def test_a_shelf_made_again_does_not_know_when_it_was_last_open_so_its_bin_waits_again(
    tmp_path: Path, clock: Clock
) -> None:
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        put(library, series_of(library, 1))
        library.delete(["1.2.3"])
    (tmp_path / "shelf" / "library.db").unlink()
    clock.pass_days(5000)
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        assert "index-rebuilt" in library.recovered
        assert (len(library.bin()), len(stored_hashes(library.folder))) == (1, 1)
    clock.pass_days(31)
    with Library.open(tmp_path / "shelf", clock=clock) as library:
        assert library.bin() == []
