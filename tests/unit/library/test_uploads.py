"""The queue and what is proven: kept through exit, rebuild and bin, and never said of more than was proven."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.changes import Changes
from core.errors import LibraryError, PortalError
from core.job import QuietJob
from library.index.rows import ItemNote, StudyRow
from library.report import studies_to_json
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, CT, put, series_of

PORTAL = "http://127.0.0.1:9"
ARCHIVE = "http://127.0.0.1:8/dicom-web"


def study(library: Library, person: str = ANNA) -> StudyRow:
    return next(row for row in library.studies() if row.person_key == person)


def proofs(library: Library, count: int | None = None) -> list[ItemNote]:
    return [ItemNote(row.sha256, "stored") for row in library.instances()][:count]


def send_whole(library: Library, target: str = PORTAL) -> str:
    upload = library.begin_upload("1.2.3", target, "portal")
    library.finish_upload(upload, "complete", proofs(library), receipt={"upload_id": "7"})
    return upload


def test_a_study_waits_with_all_its_instances(library: Library) -> None:
    put(library, series_of(library, 3))
    upload = library.begin_upload("1.2.3", PORTAL, "portal", person_confirmed="my maiden name")
    row = library.upload(upload)
    assert (row.state, row.instances, row.sent, row.person_confirmed) == ("waiting", 3, 0, "my maiden name")
    assert row.patient_name == CT.patient_name
    assert [item.sop_instance_uid for item in library.upload_items(upload)] == [f"1.2.3.1.{n}" for n in (1, 2, 3)]
    assert study(library).uploaded == "no"


def test_u2_complete_is_said_only_while_every_instance_of_the_study_is_proven(library: Library) -> None:
    put(library, series_of(library, 3))
    upload = library.begin_upload("1.2.3", PORTAL, "portal")
    library.finish_upload(upload, "partial", proofs(library, 2))
    assert study(library).uploaded == "partly"
    library.retry_upload(upload)
    library.finish_upload(upload, "complete", proofs(library))
    assert study(library).uploaded == "complete"
    put(library, series_of(library, 1, start=9))
    assert study(library).uploaded == "partly"


def test_two_half_copies_at_two_servers_are_not_one_whole(library: Library) -> None:
    put(library, series_of(library, 2))
    for target, note in zip((PORTAL, ARCHIVE), proofs(library), strict=True):
        library.finish_upload(library.begin_upload("1.2.3", target, "dicomweb"), "partial", [note])
    assert study(library).uploaded == "partly"
    assert len(library.uploads()) == 2


def test_a_proof_that_does_not_hold_any_more_is_taken_back(library: Library) -> None:
    put(library, series_of(library, 2))
    upload = send_whole(library)
    library.retry_upload(upload)
    first, second = proofs(library)
    library.finish_upload(upload, "partial", [first, replace(second, state="left", code="not-kept")])
    assert study(library).uploaded == "partly"
    assert [item.code for item in library.upload_items(upload)] == [None, "not-kept"]


def test_proofs_jobs_and_pauses_survive_a_rebuild(library: Library) -> None:
    put(library, series_of(library, 3))
    put(library, series_of(library, 1, study_instance_uid="7.7", series_instance_uid="7.7.1"))
    done, waiting = send_whole(library), library.begin_upload("7.7", PORTAL, "portal")
    library.pause_upload(waiting)
    library.note_shares(PORTAL, {"1.2.3": 2})
    before, listed = library.uploads(), library.studies()
    report = library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert report.problems == ()
    assert (library.uploads(), library.studies()) == (before, listed)
    assert library.upload(done).receipt == {"upload_id": "7"}
    assert library.verify(QuietJob()).problems == ()


def test_a_damaged_index_is_made_again_with_its_proofs(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    with Library.open(shelf) as library:
        put(library, series_of(library, 2))
        send_whole(library)
    (shelf / "library.db").write_bytes(b"nothing of a database" * 100)
    with Library.open(shelf) as library:
        assert "database-set-aside" in library.recovered
        assert study(library).uploaded == "complete"


def test_progress_is_noted_only_while_the_upload_runs(library: Library) -> None:
    put(library, series_of(library, 2))
    upload = library.begin_upload("1.2.3", PORTAL, "portal")
    library.note_going(upload, "sending")
    library.note_sent(upload, [replace(proofs(library)[0], state="sent")])
    row = library.upload(upload)
    assert (row.state, row.sent, row.sent_bytes, row.stored) == ("sending", 1, library.instances()[0].size, 0)
    library.pause_upload(upload)
    library.note_going(upload, "waiting-for-network", "portal-unreachable")
    assert library.upload_state(upload) == "paused"
    library.resume_upload(upload)
    assert library.upload_state(upload) == "waiting"
    library.cancel_upload(upload)
    library.note_going(upload, "sending")
    assert library.upload_state(upload) == "cancelled"
    assert study(library).uploaded == "no"


def test_what_lies_in_the_bin_does_not_count_and_comes_back_proven(library: Library) -> None:
    put(library, series_of(library, 3))
    upload = library.begin_upload("1.2.3", PORTAL, "portal")
    library.finish_upload(upload, "partial", proofs(library, 2))
    library.delete(["1.2.3.1.3"])
    assert study(library).uploaded == "complete"
    library.restore(["1.2.3.1.3"])
    assert study(library).uploaded == "partly"


def test_what_is_gone_for_good_leaves_nothing_in_index_or_records(library: Library) -> None:
    put(library, series_of(library, 2))
    put(library, series_of(library, 1, study_instance_uid="7.7", series_instance_uid="7.7.1"))
    gone = [row.sha256 for row in library.instance_refs("1.2.3")]
    upload = library.begin_upload("1.2.3", PORTAL, "portal", person_confirmed="a reason")
    library.finish_upload(upload, "complete", [ItemNote(sha256, "stored") for sha256 in gone])
    library.note_shares(PORTAL, {"1.2.3": 1, "7.7": 1})
    library.delete(["1.2.3"], now=True)
    assert library.uploads() == []
    kept = "".join(
        path.read_text() for path in (library.folder / "records").rglob("*.json") if "purge" not in path.name
    )
    assert not any(sha256 in kept for sha256 in gone)
    assert "a reason" not in kept
    assert library.verify(QuietJob()).problems == ()
    assert library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()
    assert [row.shares for row in library.studies()] == [1]


def test_one_purged_instance_leaves_the_rest_of_an_upload(library: Library) -> None:
    put(library, series_of(library, 3))
    upload = send_whole(library)
    library.delete(["1.2.3.1.2"], now=True)
    assert (library.upload(upload).instances, study(library).uploaded) == (2, "complete")
    library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert (library.upload(upload).instances, study(library).uploaded) == (2, "complete")


def test_the_same_uid_of_two_persons_is_asked_for_and_never_mixed(library: Library) -> None:
    put(library, series_of(library, 1))
    put(library, series_of(library, 1, person=BERTA, patient_name="Berta"))
    with pytest.raises(LibraryError) as caught:
        library.begin_upload("1.2.3", PORTAL, "portal")
    assert caught.value.code == "several-patients"
    upload = library.begin_upload(f"{BERTA}:1.2.3", PORTAL, "portal")
    library.finish_upload(
        upload, "complete", [ItemNote(item.sha256, "stored") for item in library.upload_items(upload)]
    )
    library.note_shares(PORTAL, {"1.2.3": 5})
    assert (study(library, BERTA).uploaded, study(library, ANNA).uploaded) == ("complete", "no")
    assert [row.shares for row in library.studies()] == [0, 0]
    library.note_shares(PORTAL, {f"{BERTA}:1.2.3": 2})
    assert (study(library, BERTA).shares, study(library, ANNA).shares) == (2, 0)


@pytest.mark.parametrize("uid", ["1.2.3.1.1", "1.2.3.4"])
def test_only_whole_studies_are_sent(library: Library, uid: str) -> None:
    put(library, series_of(library, 1))
    with pytest.raises(PortalError) as caught:
        library.begin_upload(uid, PORTAL, "portal")
    assert caught.value.code == "nothing-to-send"


def test_a_study_has_one_upload_for_each_server(library: Library) -> None:
    put(library, series_of(library, 1))
    first = send_whole(library)
    put(library, series_of(library, 1, start=2))
    assert library.begin_upload("1.2.3", PORTAL, "portal") == first
    assert (library.upload(first).state, library.upload(first).instances) == ("waiting", 2)


def test_no_such_upload_is_said(library: Library) -> None:
    with pytest.raises(PortalError) as caught:
        library.upload("nothing")
    assert caught.value.code == "no-such-upload"


def test_the_list_tells_what_was_sent_and_shared(library: Library) -> None:
    put(library, series_of(library, 1))
    send_whole(library)
    library.note_shares(PORTAL, {"1.2.3": 3})
    (listed,) = json.loads(json.dumps(studies_to_json(library.studies())))["studies"]
    assert (listed["uploaded"], listed["shares"]) == ("complete", 3)


def test_a_shelf_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    from library.index.database import Index
    from library.schema.tables import MIGRATIONS

    folder = tmp_path / "shelf"
    with Library.open(folder) as library:
        put(library, series_of(library, 2))
    for file in folder.glob("library.db*"):
        file.unlink()
    Index.open(folder / "library.db", migrations=MIGRATIONS[:1]).close()
    with Library.open(folder) as library:
        assert study(library).uploaded == "no"
        send_whole(library)
        assert library.verify(QuietJob()).problems == ()


def test_an_upload_stays_bound_to_its_account_over_retry_and_rebuild(library: Library) -> None:
    put(library, series_of(library, 2))
    upload = library.begin_upload("1.2.3", PORTAL, "portal", account="anna's")
    library.retry_upload(upload)
    assert library.upload(upload).account == "anna's"
    library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert [(row.id, row.account) for row in library.uploads()] == [(upload, "anna's")]
    assert library.begin_upload("1.2.3", PORTAL, "portal", account="anna's") == upload


def test_what_becomes_of_an_upload_is_told_once_it_is_written(library: Library) -> None:
    put(library, series_of(library, 2))
    told: list[tuple[frozenset[str], str, int]] = []

    def tell(changes: Changes) -> None:
        (row,) = library.uploads()
        if changes.uploads:  # the study is told for itself
            told.append((changes.uploads, row.state, row.sent))

    library.tell_changes(tell)
    upload = library.begin_upload("1.2.3", PORTAL, "portal")
    library.note_going(upload, "sending")
    library.note_sent(upload, [ItemNote(note.sha256, "sent") for note in proofs(library, 1)])
    library.pause_upload(upload)
    library.resume_upload(upload)
    library.finish_upload(upload, "complete", proofs(library))
    states = [("waiting", 0), ("sending", 0), ("sending", 1), ("paused", 1), ("waiting", 1), ("complete", 2)]
    assert told == [(frozenset({upload}), *state) for state in states]
