"""What no server, account or disk brings about: "complete" without proof, the wrong account, a storm, a standstill."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.actions.servers import Wish, dicomweb_target
from core.errors import Cancelled, LibraryError, PortalError
from core.job import QuietJob
from library.index.rows import ItemNote, UploadRow
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.engine import upload_study
from portal.client.upload.order import Order, Ours, Proof, Said, Standing
from portal.client.upload.pace import Patience
from portal.client.upload.queue import Waits, run_queue
from portal.client.upload.targets.portal_target import PortalTarget
from portal.client.upload.targets.target import Target
from portal.wire.people import Person
from portal.wire.problems import PROBLEM_PREFIX
from tests.discs.files import ANNA
from tests.faults.fault_proxy import Answer, Change, Fault, FaultProxy, Hold, Seen, running_proxy
from tests.portal_tools import Portal, SignedIn
from tests.upload_tools import HURRIED, STUDY, put_images, run_upload

PROMPT_SECONDS = 2.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def anna(shared_portal: Portal) -> SignedIn:
    return shared_portal.account(ANNA.patient_name, ANNA.patient_birth_date)


@contextmanager
def faulty(portal: Portal, who: SignedIn) -> Iterator[tuple[FaultProxy, PortalTarget]]:
    with running_proxy(portal.url) as proxy, closing(_target(proxy.url, who)) as target:
        yield proxy, target


def _target(url: str, who: SignedIn) -> PortalTarget:
    return PortalTarget(Connection(url, MachineToken(who.token)))


def not_complete(seen: Seen) -> Fault:
    if not seen.path.endswith("/complete"):
        return None
    said = {"type": f"{PROBLEM_PREFIX}not-complete", "status": 409, "missing": []}
    return Answer(409, json.dumps(said).encode(), {"Content-Type": "application/problem+json"})


def test_a_portal_that_misses_nothing_and_gives_no_receipt_has_proven_nothing(
    shared_portal: Portal, anna: SignedIn, library: Library
) -> None:
    put_images(library, [1, 2])
    with faulty(shared_portal, anna) as (proxy, target):
        proxy.script = not_complete
        with pytest.raises(PortalError) as trouble:
            run_upload(library, target, kind="portal")
    assert trouble.value.code == "portal-answer"
    assert library.uploads()[0].state == "failed"
    assert library.study(STUDY).uploaded == "no"


def test_a_receipt_of_another_study_proves_nothing(shared_portal: Portal, anna: SignedIn, library: Library) -> None:
    def other(body: bytes) -> tuple[bytes, dict[str, str]]:
        return json.dumps(json.loads(body) | {"study_instance_uid": "1.2.3"}).encode(), {}

    put_images(library, [1, 2])
    with faulty(shared_portal, anna) as (proxy, target):
        proxy.script = lambda seen: Change(answer=other) if seen.path.endswith("/complete") else None
        with pytest.raises(PortalError):
            run_upload(library, target, kind="portal")
    assert library.study(STUDY).uploaded == "no"


def test_an_upload_goes_to_the_account_it_was_checked_against_or_nowhere(
    shared_portal: Portal, anna: SignedIn, library: Library
) -> None:
    put_images(library, [1, 2])
    twin = shared_portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    upload = library.begin_upload(STUDY, shared_portal.url, "portal", account=anna.account_id)
    run_queue(library, lambda row: _target(row.target, twin), QuietJob())
    row = library.upload(upload)
    assert (row.state, row.reason, row.account) == ("failed", "other-account", anna.account_id)
    assert shared_portal.get("/api/v1/exams", twin.token).json()["exams"] == []
    library.retry_upload(upload)
    run_queue(library, lambda row: _target(row.target, anna), QuietJob())
    assert library.upload(upload).state == "complete"


def test_a_study_asked_for_by_another_account_is_another_upload(library: Library) -> None:
    put_images(library, [1, 2])
    one, two, again = (library.begin_upload(STUDY, "http://127.0.0.1:9", "portal", account=who) for who in "aba")
    assert one == again != two
    assert sorted(str(row.account) for row in library.uploads()) == ["a", "b"]


@pytest.mark.alone
@pytest.mark.parametrize("way", ["/uploads", "/complete", "/account"])
def test_a_portal_that_does_not_answer_can_be_stopped_at_once(
    shared_portal: Portal, anna: SignedIn, library: Library, way: str
) -> None:
    put_images(library, [1, 2])
    held, until, job = threading.Event(), threading.Event(), QuietJob()

    def script(seen: Seen) -> Fault:
        if not seen.path.endswith(way):
            return None
        held.set()
        return Hold(until)

    pressed: list[float] = []

    def stop() -> None:
        held.wait(30)
        pressed.append(time.monotonic())
        job.stop()

    with faulty(shared_portal, anna) as (proxy, target):
        proxy.script = script
        upload = library.begin_upload(STUDY, proxy.url, "portal", account=anna.account_id)
        stopping = threading.Thread(target=stop)
        stopping.start()
        with pytest.raises(Cancelled):
            upload_study(upload, library, target, job, limits=HURRIED)
        taken = time.monotonic() - pressed[0]
        until.set()
        stopping.join()
    assert taken < PROMPT_SECONDS
    assert library.upload(upload).state == "waiting"


def test_a_portal_that_wants_to_be_left_alone_for_a_year_is_asked_again_sooner(
    shared_portal: Portal, anna: SignedIn, library: Library
) -> None:
    wait = Patience(tries=2, base=0.0, longest=0.01)
    assert wait.pause(1, 365 * 86400.0) <= 60
    waits = Waits(first=0.01, longest=0.05)
    waits.put_off("one", 365 * 86400)
    assert 0 < waits.seconds("one") <= 3600
    waits.put_off("two", 30)
    assert waits.seconds("two") >= 29


class FullDisk(Library):
    """A shelf whose disk is full as soon as something was sent."""

    full = False

    def note_sent(self, upload_id: str, notes: list[ItemNote]) -> None:  # type: ignore[override]
        if any(note.state == "sent" for note in notes):
            self.full = True
        self._full()
        super().note_sent(upload_id, notes)

    def note_going(self, upload_id: str, state: object, reason: str | None = None) -> None:
        self._full()
        super().note_going(upload_id, state, reason)  # type: ignore[arg-type]

    def finish_upload(self, *words: object, **named: object) -> None:
        self._full()
        super().finish_upload(*words, **named)  # type: ignore[arg-type]

    def _full(self) -> None:
        if self.full:
            raise LibraryError("no-space")


def test_a_disk_that_fills_up_ends_the_run_and_is_no_storm(
    shared_portal: Portal, anna: SignedIn, tmp_path: Path
) -> None:
    with FullDisk.open(tmp_path / "full") as library:
        put_images(library, range(1, 4))
        upload = library.begin_upload(STUDY, shared_portal.url, "portal")
        tried: list[str] = []

        def connect(row: UploadRow) -> Target:
            tried.append(row.id)
            assert len(tried) < 3, "tried again and again"
            return _target(row.target, anna)

        with pytest.raises(LibraryError):
            run_queue(library, connect, QuietJob(), limits=HURRIED)
        assert len(tried) == 1
        library.full = False  # type: ignore[attr-defined]
        run_queue(library, lambda row: _target(row.target, anna), QuietJob(), limits=HURRIED)
        assert library.upload(upload).state == "complete"


@pytest.mark.long
def test_a_receipt_of_a_hundred_thousand_instances_can_be_read(shared_portal: Portal, anna: SignedIn) -> None:
    count = 100_000
    long = "1.2.826.0.1.3680043.8.498.12345678901234567890123456789012"
    items = [
        {"sop_instance_uid": f"{long}{n:06}", "size": 1, "sha256": f"{n:064}", "data_set_sha256": f"{n:064}"}
        for n in range(count)
    ]
    order = Order(STUDY, Person(), None, ())

    def script(seen: Seen) -> Fault:
        if seen.path.endswith("/uploads"):
            said = {"id": "u", "study_instance_uid": STUDY, "state": "open", "identity": "same",
                    "missing": [item["sop_instance_uid"] for item in items], "conflicts": []}  # fmt: skip
        else:
            said = {"upload_id": "u", "study_instance_uid": STUDY, "exam_id": "e",
                    "completed_at": "2026-01-01T00:00:00Z", "instances": items}  # fmt: skip
        return Answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})

    with faulty(shared_portal, anna) as (proxy, target):
        proxy.script = script
        target.ask(order)
        assert len(target.prove(order).hashes) == count


def test_the_password_of_an_address_is_in_no_problem(library: Library) -> None:
    for address in ("https://anna:geheim@[bad/", "ftp://anna:geheim@server/", "https://anna:geheim@server:port/"):
        with pytest.raises(PortalError) as trouble:
            dicomweb_target(Wish(address), library, None, None)  # type: ignore[arg-type]
        assert "geheim" not in repr(trouble.value.facts) + str(trouble.value)


class Choking:
    """A server that answers every instance with an inner trouble of its own."""

    url = "http://127.0.0.1:9"

    def __init__(self) -> None:
        self.sent = 0

    def ask(self, order: Order) -> Standing:
        return Standing()

    def send(self, order: Order, pack: Sequence[Ours], flow: object) -> list[Said]:
        self.sent += len(pack)
        return [Said("unclear", "server-trouble", "500") for _ in pack]

    def holds(self, order: Order, ours: Ours) -> bool:
        return False

    def compare(self, order: Order, ours: Ours, job: object) -> Said:
        return Said("stored")

    def prove(self, order: Order) -> Proof:
        return Proof({})

    def close(self) -> None: ...


def test_a_server_that_chokes_on_everything_is_not_sent_everything(library: Library) -> None:
    put_images(library, range(1, 101))
    target = Choking()
    with pytest.raises(PortalError) as trouble:
        run_upload(library, target)
    assert trouble.value.code == "portal-unavailable"
    assert library.uploads()[0].state == "waiting-for-network"
    assert target.sent < 30 * HURRIED.patience.tries
