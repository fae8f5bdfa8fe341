"""What each answer of a server makes of an instance and of the whole upload: a server that says what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import Cancelled, DicomError, LibraryError, PortalError
from core.job import Job, QuietJob
from dicom.source import FileContent
from library.index.rows import ItemNote
from library.shelf import Library
from portal.client.upload.deliver import Sending, asked_wait, compare, deliver
from portal.client.upload.engine import Limits, upload_study
from portal.client.upload.order import Order, Ours, Proof, Said, Standing, UploadReport
from portal.client.upload.pace import HOPELESS, LONG_WAIT, Bandwidth, Meter, Pace, Patience, Progress
from portal.client.upload.packing import Packing
from portal.client.upload.queue import Waits, run_queue
from portal.client.upload.targets.body import Flow
from portal.wire.people import Person
from tests.upload_tools import STUDY, put_images

Answer = Said | Exception
STORED, LATER, UNCLEAR = Said("stored"), Said("later", "busy", "503"), Said("unclear", None, "500")
GONE = PortalError("portal-unreachable")
QUICK = Patience(tries=3, base=0.0, longest=0.0)


@dataclass
class Scripted:
    """A server whose answers a test names beforehand; notes what it was asked."""

    sends: list[Answer] = field(default_factory=list)  # one after the other; then all is stored
    lists: bool = False  # whether it says that it holds an instance when asked for it alone
    compared: Said = STORED
    standing: Standing = field(default_factory=Standing)
    proofs: list[Callable[[Order], Proof] | PortalError] = field(default_factory=list)  # then all it took
    settling: PortalError | None = None
    url: str = "http://127.0.0.1:9"
    notes_left_out: bool | None = None
    sent: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    settled: list[Order] = field(default_factory=list)
    closed: int = 0

    def ask(self, order: Order) -> Standing:
        return self.standing

    def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
        return [self._send(ours, flow) for ours in pack]

    def _send(self, ours: Ours, flow: Flow) -> Said:
        self.sent.append(ours.sop_instance_uid)
        flow.took(ours.size)
        answer = self.sends.pop(0) if self.sends else STORED
        if isinstance(answer, Exception):
            raise answer
        return answer

    def holds(self, order: Order, ours: Ours) -> bool:
        self.held.append(ours.sop_instance_uid)
        return self.lists

    def compare(self, order: Order, ours: Ours, job: Job) -> Said:
        job.check()
        self.looked.append(ours.sop_instance_uid)
        return self.compared

    def prove(self, order: Order) -> Proof:
        said = self.proofs.pop(0) if self.proofs else proven()
        if isinstance(said, PortalError):
            raise said
        return said(order)

    def settle(self, order: Order) -> None:
        self.settled.append(order)
        if self.settling is not None:
            raise self.settling

    def close(self) -> None:
        self.closed += 1


def proven(receipt: dict[str, Any] | None = None, **changed: str | None) -> Callable[[Order], Proof]:
    """List everything as it was sent but for what is `changed`, by number; "" is not listed at all."""

    def prove(order: Order) -> Proof:
        hashes: dict[str, str | None] = {one.sop_instance_uid: one.sha256 for one in order.items}
        for number, sha256 in changed.items():
            uid = order.items[int(number[1:]) - 1].sop_instance_uid
            if sha256 == "":
                del hashes[uid]
            else:
                hashes[uid] = sha256
        return Proof(hashes, {"id": "r"} if receipt is None else receipt or None)

    return prove


# -- one instance --

OURS = Ours("1.2", "1.3", "a" * 64, 100, FileContent("nowhere", "a" * 64))


def sending(target: Scripted, **changed: Any) -> Sending:
    order = Order("1.1", Person(), None, (OURS,))
    made = Sending(target, order, Pace(), Packing(4), Bandwidth(), Meter(), QUICK, threading.Event())
    return replace(made, **changed)


@pytest.mark.parametrize(
    "said, note",
    [
        (Said("stored"), ("sent", None, None)),
        (Said("stored", "coerced", "B000"), ("sent", "coerced", "B000")),
        (Said("refused", "too-large", "413"), ("left", "too-large", "413")),
        (Said("refused"), ("left", "refused", None)),
        (Said("duplicate"), ("already", None, None)),
        (Said("unclear", "refused", "200"), ("left", "not-kept", "200")),
        (Said("unclear", "refused", "409"), ("left", "refused", "409")),
        (Said("unclear", "refused"), ("left", "refused", None)),
    ],
)
def test_one_clear_answer_is_enough(said: Said, note: tuple[str, str | None, str | None]) -> None:
    target = Scripted([said])
    assert deliver(sending(target), OURS) == ItemNote(OURS.sha256, *note)  # type: ignore[arg-type]
    assert target.sent == ["1.2"]


def test_a_no_is_believed_only_where_the_server_does_not_list_it() -> None:
    target = Scripted([Said("unclear", "refused", "200")], lists=True)
    assert deliver(sending(target), OURS) == ItemNote(OURS.sha256, "sent")
    assert target.looked == ["1.2"]


@pytest.mark.parametrize("state", ["already", "sent"])
def test_what_the_server_holds_counts_only_where_it_is_ours(state: Any) -> None:
    assert compare(sending(Scripted()), OURS, state) == ItemNote(OURS.sha256, state)
    other = Scripted(compared=Said("refused", "kept-other", "x"))
    assert compare(sending(other), OURS, state) == ItemNote(OURS.sha256, "left", "kept-other", "x")
    unclear = Scripted(compared=Said("unclear"))
    assert compare(sending(unclear), OURS, state) == ItemNote(OURS.sha256, "left", "not-compared")


def test_another_content_under_our_number_is_not_taken_for_a_copy() -> None:
    target = Scripted([Said("duplicate")], compared=Said("refused", "kept-other"))
    assert deliver(sending(target), OURS) == ItemNote(OURS.sha256, "left", "kept-other")


@pytest.mark.parametrize("first", [LATER, UNCLEAR, GONE])
def test_nothing_is_sent_a_second_time_before_the_server_was_asked_for_it(first: Answer) -> None:
    taken = Scripted([first], lists=True)
    assert deliver(sending(taken), OURS) == ItemNote(OURS.sha256, "sent")
    assert (taken.sent, taken.held, taken.looked) == (["1.2"], ["1.2"], ["1.2"])
    lost = Scripted([first])
    assert deliver(sending(lost), OURS) == ItemNote(OURS.sha256, "sent")
    assert (lost.sent, lost.held, lost.looked) == (["1.2", "1.2"], ["1.2"], [])


def test_after_all_tries_it_is_the_instance_or_the_server_or_the_way_to_it() -> None:
    answers = Scripted([UNCLEAR] * 9)
    assert deliver(sending(answers), OURS) == ItemNote(OURS.sha256, "left", "refused", "500")
    assert len(answers.sent) == 3
    for last, code in ((LATER, "portal-unavailable"), (GONE, "portal-unreachable")):
        with pytest.raises(PortalError) as problem:
            deliver(sending(Scripted([UNCLEAR, UNCLEAR, last])), OURS)
        assert problem.value.code == code
    assert deliver(sending(Scripted([GONE, GONE, UNCLEAR])), OURS).state == "left"


def test_a_server_that_could_take_none_of_many_is_sent_no_more() -> None:
    pace = Pace()
    for _ in range(HOPELESS - 1):
        assert deliver(sending(Scripted([UNCLEAR] * 3), pace=pace), OURS).state == "left"
    with pytest.raises(PortalError, match="portal-unavailable"):
        deliver(sending(Scripted([UNCLEAR] * 3), pace=pace), OURS)


def test_what_no_second_try_can_mend_ends_the_upload_and_what_is_damaged_stays_here() -> None:
    target = Scripted([PortalError("not-allowed")])
    with pytest.raises(PortalError, match="not-allowed"):
        deliver(sending(target), OURS)
    assert target.sent == ["1.2"]
    assert deliver(sending(Scripted([DicomError("truncated")])), OURS) == ItemNote(OURS.sha256, "left", "truncated")


def test_a_server_that_asks_for_long_leaves_the_thread_free() -> None:
    for first in (Said("later", None, None, LONG_WAIT + 1), PortalError("portal-unavailable", retry_after=61)):
        target = Scripted([first])
        with pytest.raises(PortalError) as problem:
            deliver(sending(target), OURS)
        assert (problem.value.code, problem.value.facts["retry_after"]) == ("portal-unavailable", 61)
        assert target.sent == ["1.2"]


def test_a_wait_is_what_the_server_says_and_never_less_than_none() -> None:
    waits = [asked_wait(PortalError("portal-unavailable", retry_after=after)) for after in (7, 0.5, -3, "7", None)]
    assert waits == [7.0, 0.5, 0.0, 0.0, 0.0]
    assert asked_wait(None) == asked_wait(PortalError("portal-unavailable")) == 0.0


def test_whoever_stops_all_stops_before_another_try() -> None:
    target, stopped = Scripted([LATER]), threading.Event()
    work = sending(target, stopped=stopped, bandwidth=Bandwidth())
    stopped.set()
    with pytest.raises(Cancelled):
        deliver(work, OURS)
    with pytest.raises(Cancelled):
        compare(work, OURS)
    assert work.meter.going == 0


# -- one upload --


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


LIMITS = Limits(parallel=1, patience=QUICK)


def run(library: Library, target: Scripted, **asked: Any) -> UploadReport:
    upload = library.begin_upload(STUDY, target.url, "portal", **asked)
    return upload_study(upload, library, target, QuietJob(), limits=LIMITS)


def test_what_the_server_lists_with_a_receipt_is_complete(library: Library) -> None:
    put_images(library, [1, 2])
    target = Scripted()
    report = run(library, target)
    assert (report.state, report.stored, report.already, report.receipt) == ("complete", 2, 0, {"id": "r"})
    assert len(target.sent) == 2
    assert target.settled == []
    assert library.study(STUDY).uploaded == "complete"


def test_what_is_there_before_is_not_sent_and_is_proven_all_the_same(library: Library) -> None:
    same, unknown, other, missing = put_images(library, [1, 2, 3, 4])
    standing = Standing(same=frozenset({same}), other=frozenset({other}), unknown=frozenset({unknown}))
    target = Scripted(standing=standing, proofs=[proven({})])
    report = run(library, target)
    assert (target.sent, target.looked) == ([missing], [unknown])
    assert (report.state, report.stored, report.already) == ("partial", 1, 2)
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(other, "kept-other")]


def test_what_this_upload_sent_before_it_was_stopped_counts_as_sent(library: Library) -> None:
    uids = put_images(library, [1, 2])
    with pytest.raises(PortalError):
        run(library, Scripted(proofs=[PortalError("portal-answer")]))
    report = run(library, Scripted(standing=Standing(same=frozenset(uids))))
    assert (report.state, report.stored, report.already) == ("complete", 2, 0)
    again = run(library, Scripted(standing=Standing(same=frozenset(uids))))
    assert (again.state, again.stored, again.already) == ("complete", 0, 2)


def test_bytes_that_are_not_ours_prove_nothing(library: Library) -> None:
    put_images(library, [1, 2])
    report = run(library, Scripted(proofs=[proven({}, n2="b" * 64)]))
    assert (report.state, report.stored) == ("partial", 1)
    assert [one.code for one in report.left] == ["kept-other"]
    assert library.study(STUDY).uploaded == "partly"


def test_a_server_that_tells_numbers_alone_is_believed(library: Library) -> None:
    put_images(library, [1, 2])
    assert run(library, Scripted(proofs=[proven(n2=None)])).state == "complete"


def test_what_is_said_to_be_stored_and_is_not_listed_is_sent_once_more_and_no_oftener(library: Library) -> None:
    put_images(library, [1, 2])
    target = Scripted(proofs=[proven(n2=""), proven()])
    assert run(library, target).state == "complete"
    assert len(target.sent) == 3
    stubborn = Scripted(proofs=[proven({}, n2="")] * 3, url="http://127.0.0.1:10")
    upload = library.begin_upload(STUDY, stubborn.url, "portal")
    report = upload_study(upload, library, stubborn, QuietJob(), limits=LIMITS)
    assert len(stubborn.sent) == 3
    assert (report.state, [one.code for one in report.left]) == ("partial", ["not-kept"])


def test_without_a_receipt_nothing_is_complete(library: Library) -> None:
    put_images(library, [1])
    with pytest.raises(PortalError, match="portal-answer"):
        run(library, Scripted(proofs=[proven({})]))
    (row,) = library.uploads()
    assert (row.state, row.reason, row.receipt) == ("failed", "portal-answer", None)
    assert library.study(STUDY).uploaded == "no"


def test_where_something_stays_away_the_server_is_told_what_and_no_receipt_is_kept(library: Library) -> None:
    uids = put_images(library, [1, 2])
    target = Scripted([STORED, Said("refused", "too-large")], proofs=[proven({})])
    report = run(library, target)
    assert (report.state, report.receipt, report.reason) == ("partial", None, None)
    [order] = target.settled
    sent = target.sent[0]
    assert [one.sop_instance_uid for one in order.items] == [sent]
    assert order.left_out is not None
    assert [(one.code, one.sop_instance_uid) for one in order.left_out] == [("too-large", (set(uids) - {sent}).pop())]


def test_nothing_that_arrived_is_failed_and_settles_nothing(library: Library) -> None:
    put_images(library, [1])
    target = Scripted([Said("refused", "too-large")], proofs=[lambda _order: Proof({})])
    report = run(library, target)
    assert (report.state, report.stored, target.settled) == ("failed", 0, [])


@pytest.mark.parametrize(
    "code, state, reason",
    [
        ("portal-unreachable", "waiting-for-network", "portal-unreachable"),
        ("portal-unavailable", "waiting-for-network", "portal-unavailable"),
        ("too-many-tries", "waiting-for-network", "too-many-tries"),
        ("sign-in-needed", "failed", "sign-in-needed"),
    ],
)
def test_a_last_word_that_does_not_get_through_is_said_again(
    library: Library, code: str, state: str, reason: str
) -> None:
    put_images(library, [1, 2])
    target = Scripted([STORED, Said("refused")], proofs=[proven({})], settling=PortalError(code))
    with pytest.raises(PortalError, match=code):
        run(library, target)
    (row,) = library.uploads()
    assert (row.state, row.reason) == (state, reason)


def test_a_last_word_the_server_refuses_takes_nothing_from_what_it_proved(library: Library) -> None:
    put_images(library, [1, 2])
    target = Scripted([STORED, Said("refused")], proofs=[proven({})], settling=PortalError("conflict"))
    report = run(library, target)
    assert (report.state, report.stored, report.reason) == ("partial", 1, "conflict")


def test_the_servers_list_is_asked_for_with_patience_and_not_for_ever(library: Library) -> None:
    put_images(library, [1])
    assert run(library, Scripted(proofs=[GONE, GONE])).state == "complete"
    for proofs in ([GONE] * 3, [PortalError("portal-unavailable", retry_after=61)]):
        target = Scripted(proofs=list(proofs), url="http://127.0.0.1:10")
        upload = library.begin_upload(STUDY, target.url, "portal")
        with pytest.raises(PortalError):
            upload_study(upload, library, target, QuietJob(), limits=LIMITS)
        assert library.upload(upload).state == "waiting-for-network"
        assert target.proofs == []


@pytest.mark.parametrize("decision, state", [("pause_upload", "paused"), ("cancel_upload", "cancelled")])
def test_what_the_person_decides_meanwhile_ends_the_run_as_they_decided(
    library: Library, decision: str, state: str
) -> None:
    put_images(library, [1, 2])
    upload = library.begin_upload(STUDY, Scripted.url, "portal")
    target = Scripted()

    def ask(_order: Order) -> Standing:
        getattr(library, decision)(upload)
        return Standing()

    target.ask = ask  # type: ignore[method-assign]
    report = upload_study(upload, library, target, QuietJob(), limits=LIMITS)
    assert (report.state, report.stored, report.receipt) == (state, 0, None)
    assert library.study(STUDY).uploaded == "no"


def test_what_was_moved_to_the_bin_meanwhile_is_not_sent(library: Library) -> None:
    kept, binned = put_images(library, [1, 2])
    upload = library.begin_upload(STUDY, Scripted.url, "portal")
    library.delete([binned])
    target = Scripted()
    report = upload_study(upload, library, target, QuietJob(), limits=LIMITS)
    assert target.sent == [kept]
    assert report.stored == 1
    assert [one.code for one in report.left_out] == ["removed"]


class Noting(QuietJob):
    """A job that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[int, int, str]] = []

    def report(self, done: int, total: int, step: str) -> None:
        self.told.append((done, total, step))


def test_each_step_is_told_up_to_the_whole_and_never_beyond(library: Library) -> None:
    put_images(library, [1, 2])
    size = sum(item.size for item in library.upload_items(library.begin_upload(STUDY, Scripted.url, "portal")))
    job, upload = Noting(), library.begin_upload(STUDY, Scripted.url, "portal")
    upload_study(upload, library, Scripted(proofs=[GONE, proven()]), job, limits=LIMITS)
    steps = [step for _done, _total, step in job.told]
    assert steps[0] == "upload-ask"
    assert steps[-1] == "upload-prove"
    assert {total for _done, total, _step in job.told} == {size}
    done = [done for done, _total, _step in job.told]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == size


def test_two_contents_under_one_number_stay_also_where_nobody_flagged_them(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    [uid, _other] = put_images(library, [1, 2])
    put_images(library, [1], study_description="another content")
    known = Library.upload_items
    items = lambda self, upload: [replace(item, conflict=False) for item in known(self, upload)]  # noqa: E731
    monkeypatch.setattr(Library, "upload_items", items)
    target = Scripted(proofs=[proven({})])
    report = run(library, target)
    assert report.state == "partial"
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(uid, "conflict")] * 2
    assert uid not in target.sent
    assert len(target.sent) == 1


# -- the queue --


def test_the_queue_sends_its_own_kind_and_closes_what_it_reached(library: Library) -> None:
    put_images(library, [1])
    mine = library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")
    others = library.begin_upload(STUDY, "http://127.0.0.1:8", "dicomweb")
    target = Scripted()
    run_queue(library, lambda _url: target, QuietJob(), limits=LIMITS)
    assert (library.upload(mine).state, library.upload(others).state, target.closed) == ("complete", "waiting", 1)


def test_a_server_nobody_reaches_delays_or_ends_the_upload_by_the_reason(library: Library) -> None:
    put_images(library, [1])
    upload = library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")
    tries: list[PortalError] = [PortalError("portal-unreachable"), PortalError("sign-in-needed")]
    states_then: list[str] = []

    def connect(_row: object) -> Any:
        states_then.append(library.upload(upload).state)
        raise tries.pop(0)

    run_queue(library, connect, QuietJob(), limits=LIMITS, waits=Waits(first=0.0))
    row = library.upload(upload)
    assert (row.state, row.reason, states_then) == ("failed", "sign-in-needed", ["waiting", "waiting-for-network"])


def test_what_waits_for_the_network_says_when_it_is_tried_and_can_be_tried_at_once(library: Library) -> None:
    put_images(library, [1])
    upload = library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")
    servers: list[PortalError | Scripted] = [PortalError("portal-unreachable"), Scripted()]
    told: list[float] = []

    def connect(_row: object) -> Any:
        server = servers.pop(0)
        if isinstance(server, PortalError):
            raise server
        return server

    def watch(progress: Progress) -> None:
        if progress.next_try is not None:
            told.append(progress.next_try)
            assert library.upload(upload).reason == "portal-unreachable"
            library.note_going(upload, "waiting")  # “Try now”

    run_queue(library, connect, QuietJob(), limits=LIMITS, waits=Waits(first=900.0, longest=900.0), watch=watch)
    assert library.upload(upload).state == "complete"
    assert [200 < seconds <= 900 for seconds in told] == [True]


def test_what_cannot_even_be_noted_ends_the_run(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put_images(library, [1])
    library.begin_upload(STUDY, "http://127.0.0.1:9", "portal")

    def full(*_said: Any, **_more: Any) -> None:
        raise LibraryError("disk-full")

    monkeypatch.setattr(Library, "note_sent", full)
    monkeypatch.setattr(Library, "finish_upload", full)
    with pytest.raises(LibraryError, match="disk-full"):
        run_queue(library, lambda _url: Scripted(), QuietJob(), limits=LIMITS)


def test_who_could_not_be_reached_is_tried_later_each_time_and_as_the_server_asks_within_bounds() -> None:
    waits = Waits(first=4.0, longest=180.0)
    assert waits.is_due("u")
    for least, most in ((1, 4), (2, 8), (4, 16)):
        waits.put_off("u")
        assert least - 0.5 <= waits.seconds("u") <= most
        assert not waits.is_due("u")
    for _ in range(30):
        waits.put_off("u")
    assert 45 - 0.5 <= waits.seconds("u") <= 180
    waits.put_off("u", 1e9)
    assert 3599 <= waits.seconds("u") <= 3600
    assert waits.is_due("another")
    waits.over("u")
    assert waits.is_due("u")
    waits.put_off("u")
    assert waits.seconds("u") <= 4
