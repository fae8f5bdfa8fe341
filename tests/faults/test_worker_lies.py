"""A worker that was taken over can say what it likes: the parent believes, runs and waits for nothing."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Iterator

import pytest

from core import worker_handle
from core.errors import WorkerError
from core.job import QuietJob
from core.worker import WorkerPool, WorkerSpec


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
}


@pytest.fixture(name="pool")
def _pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(WorkerSpec(tasks="tests.worker_tasks", arena_bytes=1 << 16))
    yield pool
    pool.close()


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


def test_facts_cannot_pass_for_the_code(pool: WorkerPool) -> None:
    lie = said(
        kind="error", **{"class": "WorkerError", "code": "task-failed", "facts": {"code": "x", "self": 1, "y": 2}}
    )
    with pytest.raises(WorkerError) as caught:
        pool.call("write_to_every_pipe", {"bytes": lie.hex()}, job=QuietJob())
    assert caught.value.code == "task-failed"
