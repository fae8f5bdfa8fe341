"""To the account: what is complete was proven by the portal's receipt, hash by hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import Cancelled, PortalError
from core.job import QuietJob
from library.index.rows import UploadRow
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.engine import upload_study
from portal.client.upload.queue import Waits, run_queue
from portal.client.upload.targets.portal_target import PortalTarget
from portal.client.upload.targets.target import Target
from portal.client.upload.whose_account import check_identity
from portal.wire.accounts import Account
from portal.wire.people import Person, Practice
from tests.discs.files import ANNA, uid
from tests.discs.files import Person as OnDisc
from tests.faults.fault_proxy import Answer, running_proxy
from tests.portal_tools import Portal, SignedIn
from tests.upload_tools import HURRIED, STUDY, put_image, put_images, run_upload

KARL = OnDisc("MEIER^KARL", "P-9", "19630217", "M")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)


@pytest.fixture
def target(portal: Portal, anna: SignedIn) -> Iterator[PortalTarget]:
    with closing(PortalTarget(Connection(portal.url, MachineToken(anna.token)))) as made:
        yield made


def exams(portal: Portal, who: SignedIn) -> list[dict[str, object]]:
    found: list[dict[str, object]] = portal.said(200, portal.get("/api/v1/exams", who.token))["exams"]
    return found


def test_u1_a_study_is_uploaded_proven_and_can_be_shared(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 13))
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.already, report.left) == ("complete", 12, 0, ())
    assert report.receipt is not None
    assert report.receipt["instances"] == 12
    (exam,) = exams(portal, anna)
    assert (exam["origin"], exam["shareable"], exam["id"]) == ("upload", True, report.receipt["exam_id"])
    assert library.study(STUDY).uploaded == "complete"


def test_the_portal_holds_the_very_bytes_of_the_shelf(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target, kind="portal")
    stored = {path.name.partition(".")[0] for path in (portal.data / "objects").rglob("*") if path.is_file()}
    assert {row.sha256 for row in library.instances()} <= stored


def test_sent_again_nothing_is_doubled(portal: Portal, anna: SignedIn, library: Library, target: PortalTarget) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target, kind="portal")
    with (
        running_proxy(portal.url) as proxy,
        closing(PortalTarget(Connection(proxy.url, MachineToken(anna.token)))) as again,
    ):
        report = run_upload(library, again, kind="portal")
        assert (report.state, report.stored, report.already, proxy.stows()) == ("complete", 0, 3, 0)
    (exam,) = exams(portal, anna)
    assert exam["studies"][0]["instances"] == 3  # type: ignore[index]


def test_images_that_come_later_make_it_partly_until_they_are_sent(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target, kind="portal")
    put_image(library, 4)
    assert library.study(STUDY).uploaded == "partly"
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.already) == ("complete", 1, 3)
    assert library.study(STUDY).uploaded == "complete"


def test_asked_for_once_more_all_of_it_was_there_already(library: Library, target: PortalTarget) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target, kind="portal")
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.already) == ("complete", 0, 3)


def test_what_is_damaged_in_conflict_or_without_uid_stays_here_and_is_listed(
    library: Library, target: PortalTarget
) -> None:
    put_images(library, [1, 2])
    put_image(library, 3, damaged="truncated")
    put_image(library, 2, series_description="other content")
    put_image(library, 5, sop_instance_uid=None)
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.instances, report.stored) == ("partial", 5, 1)
    assert sorted(one.code for one in report.left) == ["conflict", "conflict", "no-uid", "truncated"]
    assert library.study(STUDY).uploaded == "partly"


def test_nothing_sendable_is_said(library: Library, target: PortalTarget) -> None:
    put_image(library, 3, damaged="truncated")
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.reason) == ("failed", "nothing-to-send")


def test_other_content_at_the_portal_is_told_and_nothing_replaced(
    library: Library, target: PortalTarget, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "other") as other:
        put_image(other, 1, series_description="something else")
        run_upload(other, target, kind="portal")
    (sent, _) = put_images(library, [1, 2])
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("partial", 1)
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(sent, "kept-other")]


def test_an_object_that_rotted_on_the_shelf_never_leaves_whole(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, [1, 2])
    rotten = library.instances()[0]
    path = Path(library.object_content(rotten.sha256).path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\x99")
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("partial", 1)
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(rotten.sop_instance_uid, "changed")]


def test_another_persons_study_is_not_taken(library: Library, target: PortalTarget) -> None:
    put_image(library, 1, person=KARL)
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal", study=uid(f"{KARL.patient_id}/T1"))
    assert caught.value.code == "other-person"
    assert [(row.state, row.reason) for row in library.uploads()] == [("failed", "other-person")]


def test_perhaps_the_same_person_needs_a_reason(portal: Portal, library: Library) -> None:
    put_images(library, [1, 2])
    married = portal.account("BAUER^ANNA", ANNA.patient_birth_date, "P-77")
    with closing(PortalTarget(Connection(portal.url, MachineToken(married.token)))) as target:
        with pytest.raises(PortalError) as caught:
            run_upload(library, target, kind="portal")
        assert caught.value.code == "person-unclear"
        report = run_upload(library, target, kind="portal", person_confirmed="my name before I married")
    assert report.state == "complete"


def test_the_person_of_the_account_that_is_most_like_it_counts() -> None:
    study = Person("SAMPLE^ANNA", "19510504", "P-1")
    mother = Person("SAMPLE^ANNA", "19510504", "X-9")
    account = Account("1", "karl", (Person("MEIER^KARL", "19700101"), mother), Practice("P"))
    found = check_identity(account, _Row(study))  # type: ignore[arg-type]
    assert (found.verdict, found.account) == ("same", mother)
    assert check_identity(Account("1", "k", (), Practice("P")), _Row(study)).verdict == "other"  # type: ignore[arg-type]


def test_nuls_of_odd_discs_are_not_sent() -> None:
    account = Account("1", "anna", (Person("SAMPLE^ANNA", "19510504"),), Practice("P"))
    study = Person("SAMPLE^ANNA\0", "19510504", "P\x00001")
    found = check_identity(account, _Row(study))  # type: ignore[arg-type]
    assert (found.verdict, found.study.patient_name, found.study.patient_id) == ("same", "SAMPLE^ANNA", "P 001")


class _Row:
    """The part of a study's row that says whose it is."""

    def __init__(self, person: Person) -> None:
        self.patient_name, self.patient_birth_date = person.patient_name, person.patient_birth_date
        self.patient_id, self.issuer_of_patient_id, self.patient_sex = person.patient_id, None, None
        self.name_guessed = False


class StoppedWhileAsking(QuietJob):
    """A job that is stopped while the server is asked."""

    def report(self, done: int, total: int, step: str) -> None:
        if step == "upload-ask":
            self.stop()


@pytest.mark.parametrize("what, state", [("pause", "paused"), ("cancel", "cancelled")])
def test_what_the_person_stops_meanwhile_stands_still_and_is_not_called_sent(
    library: Library, target: PortalTarget, what: str, state: str
) -> None:
    put_images(library, range(1, 6))
    upload = library.begin_upload(STUDY, target.url, "portal")
    library.note_going(upload, "sending")
    getattr(library, f"{what}_upload")(upload)
    report = upload_study(upload, library, target, QuietJob(), limits=HURRIED)
    assert (report.state, report.stored, library.study(STUDY).uploaded) == (state, 0, "no")
    run_queue(library, lambda url: target, QuietJob())
    assert library.upload(upload).state == state
    library.retry_upload(upload)
    run_queue(library, lambda url: target, QuietJob())
    assert (library.upload(upload).state, library.study(STUDY).uploaded) == ("complete", "complete")


def test_a_stopped_job_leaves_the_upload_waiting(library: Library, target: PortalTarget) -> None:
    put_images(library, range(1, 6))
    upload = library.begin_upload(STUDY, target.url, "portal")
    with pytest.raises(Cancelled):
        upload_study(upload, library, target, StoppedWhileAsking(), limits=HURRIED)
    assert library.upload(upload).state == "waiting"
    run_queue(library, lambda url: target, QuietJob())
    assert library.upload(upload).state == "complete"


def test_the_queue_sends_all_that_waits_and_what_fails_does_not_keep_the_next(
    library: Library, target: PortalTarget
) -> None:
    put_images(library, [1, 2])
    put_images(library, [1], study="T2")
    put_images(library, [1], person=KARL)
    for study in (uid(f"{KARL.patient_id}/T1"), STUDY, uid(f"{ANNA.patient_id}/T2")):
        library.begin_upload(study, target.url, "portal")
    run_queue(library, lambda url: target, QuietJob())
    assert [(row.state, row.reason) for row in library.uploads()] == [
        ("failed", "other-person"),
        ("complete", None),
        ("complete", None),
    ]


def test_without_network_the_queue_waits_and_goes_on_by_itself(
    portal: Portal, anna: SignedIn, library: Library
) -> None:
    put_images(library, [1, 2])
    seen: list[str] = []
    with running_proxy(portal.url) as proxy:
        upload = library.begin_upload(STUDY, proxy.url, "portal")

        def connect(row: UploadRow) -> Target:
            seen.append(library.upload(upload).state)
            if len(seen) == 1:
                raise PortalError("portal-unreachable")
            proxy.script = (lambda _: Answer(503)) if len(seen) == 2 else (lambda _: None)
            return PortalTarget(Connection(row.target, MachineToken(anna.token)))

        run_queue(library, connect, QuietJob(), limits=HURRIED, waits=Waits(first=0.01))
    assert seen == ["waiting", "waiting-for-network", "waiting-for-network"]
    assert library.upload(upload).state == "complete"


def test_a_queue_that_waits_for_the_network_can_be_stopped(library: Library) -> None:
    put_image(library, 1)
    library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")
    job = QuietJob()

    def connect(row: UploadRow) -> Target:
        job.stop()
        raise PortalError("portal-unreachable")

    with pytest.raises(Cancelled):
        run_queue(library, connect, job)
    assert library.uploads()[0].state == "waiting-for-network"


def test_a_queue_that_waits_asks_the_shelf_nothing_until_something_is_asked_for(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_image(library, 1)
    put_image(library, 1, study="T2")
    reached: list[str] = []
    lists: list[int] = []
    all_uploads = library.uploads
    monkeypatch.setattr(library, "uploads", lambda: lists.append(1) or all_uploads())

    class Watched(QuietJob):
        looks = 0

        def check(self) -> None:
            super().check()
            self.looks += 1
            if self.looks == 5:
                assert len(lists) == 2, "when it began, and when the first could not go on"
                library.begin_upload(uid(f"{ANNA.patient_id}/T2"), "http://127.0.0.1:8", "portal")

    job = Watched()

    def connect(row: UploadRow) -> Target:
        reached.append(row.target)
        if len(reached) == 2:
            job.stop()
        raise PortalError("portal-unreachable")

    library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")
    with pytest.raises(Cancelled):
        run_queue(library, connect, job, waits=Waits(first=1_000, longest=1_000))
    assert reached == ["http://127.0.0.1:9", "http://127.0.0.1:8"]


def test_a_sign_in_that_is_needed_ends_it_with_that_reason(portal: Portal, library: Library) -> None:
    put_image(library, 1)
    library.begin_upload(STUDY, portal.url, "portal")
    run_queue(library, lambda row: PortalTarget(Connection(row.target, MachineToken("nobody"))), QuietJob())
    assert [(row.state, row.reason) for row in library.uploads()] == [("failed", "sign-in-needed")]
