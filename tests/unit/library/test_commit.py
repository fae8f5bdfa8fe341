"""What is committed is on the shelf, once, byte for byte, and under whom it belongs."""

from __future__ import annotations

import stat

import pytest

from core.errors import LibraryError
from core.job import QuietJob
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, incoming, put, series_of, stored_hashes


def test_a_batch_becomes_objects_and_rows(library: Library) -> None:
    items = series_of(library, 3)
    assert put(library, items) == ["stored"] * 3
    assert stored_hashes(library.folder) == {item.sha256 for item in items}
    (study,) = library.studies()
    assert (study.study_instance_uid, study.instances, study.modalities) == ("1.2.3", 3, ("CT",))
    assert (study.patient_name, study.person_key, study.source) == ("Müller^Anna Zoé", ANNA, "Disc 1")
    assert study.bytes == sum(item.size for item in items)
    assert [row.instance_number for row in library.instances()] == [1, 2, 3]
    assert list(library.incoming.iterdir()) == []


def test_objects_are_for_the_owner_to_read_and_never_to_run(library: Library) -> None:
    item = incoming(library, b"bytes")
    put(library, [item])
    path = library.folder / "objects" / item.sha256[:2] / f"{item.sha256}.dcm"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    for folder in (path.parent, path.parent.parent, library.incoming, library.folder / "records"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((library.folder / "library.db").stat().st_mode) == 0o600


def test_the_same_bytes_again_are_already_there(library: Library) -> None:
    put(library, series_of(library, 2))
    assert put(library, series_of(library, 2)) == ["already", "already"]
    assert len(library.instances()) == 2
    assert list(library.incoming.iterdir()) == []


def test_the_same_bytes_twice_in_one_batch_are_kept_once(library: Library) -> None:
    assert put(library, [incoming(library, b"x"), incoming(library, b"x")]) == ["stored", "already"]
    assert len(stored_hashes(library.folder)) == 1


def test_other_content_under_the_same_uid_is_kept_beside_it_and_flagged(library: Library) -> None:
    assert put(library, [incoming(library, b"one")]) == ["stored"]
    assert put(library, [incoming(library, b"two")]) == ["conflict"]
    assert [row.conflict for row in library.instances()] == [True, True]
    assert library.studies()[0].conflicts == 2
    assert len(library.same_uid("1.2.3.1", ANNA)) == 2


def test_a_partial_copy_is_no_conflict_with_the_whole_one(library: Library) -> None:
    put(library, [incoming(library, b"who", damaged="unreadable")])
    assert put(library, [incoming(library, b"whole")]) == ["stored"]
    assert library.studies()[0].conflicts == 0
    assert library.studies()[0].damaged == 1


def test_the_same_study_uid_under_two_persons_stays_two_studies_and_is_flagged(library: Library) -> None:
    put(library, [incoming(library, b"a", sop_instance_uid="1.1")])
    assert not library.studies()[0].same_uid_elsewhere
    put(library, [incoming(library, b"b", sop_instance_uid="1.2", person=BERTA, patient_name="Berg^Berta")])
    studies = library.studies()
    assert {study.person_key for study in studies} == {ANNA, BERTA}
    assert all(study.same_uid_elsewhere and study.instances == 1 for study in studies)


def test_the_same_bytes_under_two_persons_are_one_object_and_two_rows(library: Library) -> None:
    assert put(library, [incoming(library, b"x"), incoming(library, b"x", person=BERTA)]) == ["stored", "stored"]
    assert len(stored_hashes(library.folder)) == 1
    assert len(library.instances()) == 2


def test_another_wrapping_of_the_same_image_is_noted_and_not_kept(library: Library) -> None:
    first = incoming(library, b"explicit")
    put(library, [first])
    assert put(library, [incoming(library, b"implicit", same_as=first.sha256)]) == ["already"]
    assert put(library, [incoming(library, b"implicit")]) == ["already"]
    assert stored_hashes(library.folder) == {first.sha256}


def test_an_object_without_uids_is_named_by_its_hash_and_grouped_by_folder(library: Library) -> None:
    none = {"sop_instance_uid": None, "study_instance_uid": None, "series_instance_uid": None}
    one = incoming(library, b"one", source_path="A/1", **none)
    two = incoming(library, b"two", source_path="A/2", **none)
    far = incoming(library, b"far", source_path="B/1", **none)
    assert put(library, [one, two, far]) == ["stored"] * 3
    assert sorted(study.instances for study in library.studies()) == [1, 2]
    assert {row.key for row in library.instances()} == {one.sha256, two.sha256, far.sha256}
    assert {row.sop_instance_uid for row in library.instances()} == {None}
    assert library.instance_refs(one.sha256)[0].sha256 == one.sha256


def test_a_name_that_is_no_text_and_a_number_without_end_are_taken(library: Library) -> None:
    item = incoming(library, b"odd", source_path="A/\udcff", patient_name="M\udce4ller\ud800", instance_number=10**5000)
    assert put(library, [item]) == ["stored"]
    (row,) = library.instances()
    assert row.source_path == "A/\\xff"
    assert row.instance_number is None


def test_a_missing_object_is_healed_by_the_next_copy(library: Library) -> None:
    put(library, [incoming(library, b"precious")])
    (row,) = library.instances()
    path = library.object_content(row.sha256).path
    library.folder.joinpath(path).unlink()
    assert [problem.code for problem in library.verify(QuietJob()).problems] == ["object-missing"]
    assert library.instances()[0].damaged == "missing"
    assert put(library, [incoming(library, b"precious")]) == ["stored"]
    assert library.instances()[0].damaged is None
    assert library.verify(QuietJob()).problems == ()


def test_a_temp_file_that_is_not_what_it_is_said_to_be_is_refused(library: Library) -> None:
    item = incoming(library, b"whole")
    item.temp_path.write_bytes(b"who")
    with pytest.raises(ValueError, match="is not what its hash"):
        library.commit([item], "run")
    assert library.instances() == []


def test_receipts_are_kept_with_the_import_and_listed_by_study(library: Library) -> None:
    first = library.begin_import("folder", "Disc 1", "/media/disc1")
    put(library, series_of(library, 2), first)
    library.save_receipt(first, {"imported": 2})
    second = library.begin_import("folder", "Disc 1 again", "/media/disc1")
    put(library, series_of(library, 2), second)
    library.save_receipt(second, {"already": 2})
    third = library.begin_import("folder", "Other", "/media/other")
    library.save_receipt(third, {"imported": 0})
    assert {row.label for row in library.receipts("1.2.3")} == {"Disc 1", "Disc 1 again"}
    assert len(library.receipts()) == 3
    assert library.receipts("9.9") == []


def test_an_import_that_copied_nothing_again_is_linked_to_the_studies_it_met(library: Library) -> None:
    (item,) = items = series_of(library, 1)
    put(library, items)
    again = library.begin_import("drive", "Disc 2", "/media/disc2")
    library.note_met(again, [(ANNA, item.sha256)])
    library.save_receipt(again, {"already": 1})
    assert [row.label for row in library.receipts("1.2.3")] == ["Disc 2"]


def test_identity_decisions_are_kept(library: Library) -> None:
    run = library.begin_import("folder", "Disc", "/d")
    library.save_identity_decision(run, ANNA, {"verdict": "perhaps", "by": "owner"})
    (decision,) = library.identity_decisions()
    assert (decision.person_key, decision.facts["verdict"]) == (ANNA, "perhaps")


def test_a_temp_file_that_vanished_ends_the_commit_with_words_and_nothing_is_kept(library: Library) -> None:
    items = [incoming(library, b"one"), incoming(library, b"two", sop_instance_uid="2")]
    items[1].temp_path.unlink()
    with pytest.raises(LibraryError, match="library-unusable"):
        library.commit(items, "run")
    assert (library.instances(), stored_hashes(library.folder)) == ([], set())
