"""A worker that was taken over can say what it likes: the parent believes, runs and waits for nothing."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Iterator

import psutil
import pytest

from core.errors import Cancelled, DicomError, WorkerError
from core.job import QuietJob
from core.workers import worker_handle
from core.workers.worker import WorkerPool, WorkerSpec


def framed(content: bytes) -> bytes:
    return struct.pack("!i", len(content)) + content


def said(**message: object) -> bytes:
    return framed(json.dumps(message).encode())


class Trap:
    """Would run code in whoever unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('unpickled')",)


LIES = {
    "noise": b"\xff" * 64,
    "a message without end": struct.pack("!i", 1 << 30),
    "half a message": struct.pack("!i", 100) + b"{",
    "no JSON": framed(b"{nonsense"),
    "no UTF-8": framed(b"\xfe\xfe\xfe"),
    "no object": framed(b"[1, 2]"),
    "endless brackets": framed(b"[" * 200_000),
    "a pickle": framed(pickle.dumps(Trap())),
    "an unknown kind": said(kind="surprise"),
    "an end without a header": said(kind="end", size=0),
    "more bytes than memory": said(kind="end", header={}, size=1 << 50, here=10),
    "a negative size": said(kind="end", header={}, size=-1),
    "a size in words": said(kind="end", header={}, size="many"),
    "a piece larger than announced": said(kind="end", header={}, size=10, here=1 << 16),
    "a piece beyond the arena": said(kind="end", header={}, size=1 << 20, here=1 << 20),
    "an empty piece": said(kind="end", header={}, size=10, here=0),
    "bytes that never come": said(kind="end", header={}, size=1 << 17, here=1 << 16) + said(kind="surprise"),
    "a stop nobody asked for": said(kind="cancelled"),
    "an acknowledgement of nothing": said(kind="ack"),
    "a size that is yes": said(kind="end", header={}, size=True, here=True),
    "a size with a fraction": said(kind="end", header={}, size=1.0, here=1.0),
    "a gigabyte in pieces of one byte": said(kind="end", header={}, size=1 << 30, here=1),
    "a first piece smaller than it could be": said(kind="end", header={}, size=1 << 17, here=(1 << 16) - 1),
    "later pieces of one byte": said(kind="end", header={}, size=1 << 17, here=1 << 16) + said(kind="more", here=1),
    "more than one answer may hold": said(kind="end", header={}, size=(1 << 20) + 1, here=1 << 16),
    "a million brackets": framed(b'{"kind": "end", "header": {"a": [' + b"[]," * 1_400_000 + b"0]}}"),
    "brackets in brackets": framed(b'{"kind": "end", "header": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}"),
    "a message of no length": framed(b""),
    "a negative length": struct.pack("!i", -1) + struct.pack("!Q", 1 << 40),
    "one byte and then nothing": b"\0",
}


@pytest.fixture(name="pool")
def _pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(WorkerSpec(tasks="tests.worker_tasks", arena_bytes=1 << 16, answer_bytes=1 << 20))
    yield pool
    pool.close()


@pytest.mark.sweep(keep=8)
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_costs_the_worker_its_place(pool: WorkerPool, lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_handle, "_STALL_SECONDS", 1)
    with pytest.raises(WorkerError) as caught:
        pool.call("write_to_every_pipe", {"bytes": LIES[lie].hex()}, job=QuietJob())
    assert caught.value.code == "worker-died"
    assert pool.call("echo", {"still": "well"}, job=QuietJob()).header == {"still": "well"}


@pytest.mark.parametrize(
    "error",
    [
        {"class": "SystemExit", "code": "x", "facts": {}},
        {"class": "DicomError", "code": "made-up", "facts": {}},
        {"class": "DicomError", "code": "decode-failed", "facts": "none"},
        {"class": ["DicomError"], "code": {"decode": "failed"}},
    ],
)
def test_an_unknown_error_is_only_a_failed_task(pool: WorkerPool, error: dict[str, object]) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("write_to_every_pipe", {"bytes": said(kind="error", **error).hex()}, job=QuietJob())
    assert caught.value.code == "task-failed"


@pytest.mark.long
def test_sixty_megabytes_of_json_cost_the_parent_next_to_nothing(pool: WorkerPool) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(WorkerError) as caught:
        pool.call("say_much", {"piece": "[],", "times": 20_000_000}, job=QuietJob())
    assert caught.value.code == "worker-died"
    assert psutil.Process().memory_info().rss - before < 200 << 20


def test_a_message_that_trickles_is_given_up_at_its_deadline(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_handle, "_STALL_SECONDS", 1)
    with pytest.raises(WorkerError) as caught:
        pool.call("trickle", {"seconds": 0.02}, job=QuietJob(), cpu_seconds=3600.0)
    assert caught.value.code == "worker-died"


def test_stop_acts_in_the_middle_of_a_message_that_trickles(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_handle, "_STALL_SECONDS", 3600)
    job = QuietJob()
    with pytest.raises(Cancelled):
        pool.call("trickle", {"seconds": 0.02}, job=job, on_part=lambda *_: job.stop(), cpu_seconds=3600.0)
    assert pool.call("echo", {"still": "well"}, job=QuietJob()).header == {"still": "well"}


def test_parts_without_end_are_given_up(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_handle, "_MOST_TEXT", 1 << 20)
    with pytest.raises(WorkerError) as caught:
        pool.call("parts", {"count": 1 << 40}, job=QuietJob(), on_part=lambda *_: None)
    assert caught.value.code == "worker-died"


def test_an_honest_answer_that_is_too_much_is_told_and_kills_nobody(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("answer_much", {"values": 2_000_001}, job=QuietJob())
    assert caught.value.code == "task-failed"


def test_a_thousand_threads_end_the_worker(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("start_threads", {"count": 1000}, job=QuietJob())
    assert caught.value.code in {"worker-memory", "task-failed"}


def test_facts_are_few_short_and_plain(pool: WorkerPool) -> None:
    facts: dict[str, object] = {f"fact {number}": "x" * 5000 for number in range(50)}
    lie = said(kind="error", **{"class": "DicomError", "code": "decode-failed", "facts": {"frame": [[1]]} | facts})
    with pytest.raises(DicomError) as caught:
        pool.call("write_to_every_pipe", {"bytes": lie.hex()}, job=QuietJob())
    assert len(caught.value.facts) <= 20
    assert {len(str(fact)) for fact in caught.value.facts.values()} == {1000}


def test_facts_cannot_pass_for_the_code(pool: WorkerPool) -> None:
    lie = said(
        kind="error", **{"class": "WorkerError", "code": "task-failed", "facts": {"code": "x", "self": 1, "y": 2}}
    )
    with pytest.raises(WorkerError) as caught:
        pool.call("write_to_every_pipe", {"bytes": lie.hex()}, job=QuietJob())
    assert caught.value.code == "task-failed"
