"""Worker processes answer, are held to their limits, are replaced, and cannot take the parent with them."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.errors import Cancelled, DicomError, LibraryError, WorkerError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec

SPEC = WorkerSpec(tasks="tests.worker_tasks", arena_bytes=1 << 16, memory_bytes=256 << 20)


@pytest.fixture(name="pool")
def _pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(SPEC)
    yield pool
    pool.close()


class Bytes:
    """What a call works on."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size = len(content)
        self.hashed = 0

    def digest(self) -> str:
        """Hash the bytes."""
        self.hashed += 1
        return hashlib.sha256(self._content).hexdigest()


class Unreadable:
    """Bytes on a disc that was pulled out."""

    size = 3

    def digest(self) -> str:
        """Find that they are gone."""
        raise OSError(errno.EIO, "gone")


def worker_pid(pool: WorkerPool) -> int:
    return int(pool.call("who", {}, job=QuietJob()).header["pid"])


def test_an_answer_brings_back_header_and_bytes(pool: WorkerPool) -> None:
    answer = pool.call("echo", {"name": "Jos\u00e9\udcff"}, job=QuietJob(), data=b"bytes")
    assert (answer.header, bytes(answer.data)) == ({"name": "Jos\u00e9\udcff"}, b"bytes")


@pytest.mark.parametrize("size", [0, 1, SPEC.arena_bytes, SPEC.arena_bytes + 1, 10 * SPEC.arena_bytes + 77])
def test_bytes_of_any_size_go_there_and_back(pool: WorkerPool, size: int) -> None:
    data = os.urandom(size)
    assert pool.call("echo", {}, job=QuietJob(), data=data).data == data


def test_an_array_is_taken_as_its_bytes(pool: WorkerPool) -> None:
    array = np.arange(40_000, dtype=np.uint16).reshape(100, 400)
    assert bytes(pool.call("echo", {}, job=QuietJob(), data=array).data) == array.tobytes()


def test_an_open_file_is_passed_over_and_stays_open_here(pool: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with (tmp_path / "file").open("rb") as file:
        assert pool.call("read_file", {}, job=QuietJob(), file=file.fileno()).data == b"content"
        assert pool.call("read_file", {}, job=QuietJob(), file=file.fileno()).data == b"content"
        assert file.read() == b"content"


def test_many_open_files_leave_no_descriptor_behind(pool: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    seen = set()
    for _ in range(20):
        with (tmp_path / "file").open("rb") as file:
            seen.add(pool.call("read_file", {}, job=QuietJob(), file=file.fileno()).header["file"])
    assert len(seen) == 1


def test_parts_arrive_in_order_in_the_calling_thread(pool: WorkerPool) -> None:
    got: list[tuple[int, int, int]] = []

    def keep(header: dict[str, int], data: bytearray) -> None:
        got.append((header["number"], len(data), threading.get_ident()))
        assert set(data) <= {header["number"]}

    size = SPEC.arena_bytes + 5
    pool.call("parts", {"count": 5, "size": size}, job=QuietJob(), on_part=keep)
    assert got == [(number, size, threading.get_ident()) for number in range(5)]


def test_parts_without_bytes_are_as_many_as_were_sent(pool: WorkerPool) -> None:
    got: list[int] = []
    pool.call("parts", {"count": 5000}, job=QuietJob(), on_part=lambda header, _: got.append(header["number"]))
    assert got == list(range(5000))


def test_a_worker_has_no_qt(pool: WorkerPool) -> None:
    modules = pool.call("who", {}, job=QuietJob()).header["modules"]
    assert not [name for name in modules if name.startswith(("PySide6", "shiboken6"))]


def test_a_known_error_arrives_as_it_was_raised(pool: WorkerPool) -> None:
    with pytest.raises(DicomError) as caught:
        pool.call("fail", {"kind": "known"}, job=QuietJob())
    assert (caught.value.code, caught.value.facts) == ("decode-failed", {"frame": 3})


@pytest.mark.parametrize("kind, name", [("value", "ValueError"), ("panic", "PanicException")])
def test_any_other_error_is_named_by_its_class_alone(pool: WorkerPool, kind: str, name: str) -> None:
    pid = worker_pid(pool)
    with pytest.raises(WorkerError) as caught:
        pool.call("fail", {"kind": kind}, job=QuietJob())
    assert (caught.value.code, caught.value.facts["kind"]) == ("task-failed", name)
    assert "nobody should see" not in repr(caught.value)
    assert worker_pid(pool) == pid


def test_an_error_nobody_foresaw_is_blamed_on_the_item_in_hand(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("fail", {"kind": "value", "item": 17}, job=QuietJob())
    assert (caught.value.code, caught.value.facts["item"]) == ("task-failed", 17)


def test_taking_too_much_memory_is_refused_and_the_worker_lives_on(pool: WorkerPool) -> None:
    pid = worker_pid(pool)
    with pytest.raises(WorkerError) as caught:
        pool.call("fail", {"kind": "memory", "bytes": 2 * SPEC.memory_bytes}, job=QuietJob())
    assert caught.value.code == "worker-memory"
    assert worker_pid(pool) == pid


def test_a_worker_that_died_is_replaced_and_the_call_made_once_more(pool: WorkerPool) -> None:
    pid = worker_pid(pool)
    reading, writing = os.pipe()
    os.write(writing, b"x")
    os.close(writing)
    try:
        answer = pool.call("die", {}, job=QuietJob(), file=reading)
    finally:
        os.close(reading)
    assert answer.header == {"survived": True}
    assert worker_pid(pool) != pid


def test_what_killed_two_workers_is_refused_without_running(pool: WorkerPool) -> None:
    bad = Bytes(b"bad")
    with pytest.raises(WorkerError) as caught:
        pool.call("die", {"item": 12}, job=QuietJob(), subject=bad)
    assert (caught.value.code, caught.value.facts) == ("worker-died", {"item": 12})
    pid = worker_pid(pool)
    with pytest.raises(WorkerError) as again:
        pool.call("die", {"item": 12}, job=QuietJob(), subject=Bytes(b"bad"))
    assert again.value.facts == {"item": 12}
    assert worker_pid(pool) == pid


@pytest.mark.parametrize("other", [b"other", b"dab", b""], ids=["size", "bytes", "nothing"])
def test_other_bytes_are_not_refused_for_what_killed_two_workers(pool: WorkerPool, other: bytes) -> None:
    with pytest.raises(WorkerError):
        pool.call("die", {}, job=QuietJob(), subject=Bytes(b"bad"))
    assert pool.call("echo", {}, job=QuietJob(), subject=Bytes(other)).header == {}


def test_nothing_is_hashed_but_what_has_the_size_of_a_killer(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError):
        pool.call("die", {}, job=QuietJob(), subject=Bytes(b"bad"))
    large = Bytes(b"large")
    pool.call("echo", {}, job=QuietJob(), subject=large)
    assert large.hashed == 0


def test_only_what_killed_a_worker_is_remembered(pool: WorkerPool) -> None:
    for number in range(50):
        pool.call("echo", {}, job=QuietJob(), subject=Bytes(b"harmless %d" % number))
    assert len(pool._deaths) == 0


def test_what_survives_the_second_try_is_not_to_blame_for_the_first(pool: WorkerPool) -> None:
    for _ in range(3):
        reading, writing = os.pipe()
        os.write(writing, b"x")
        os.close(writing)
        try:
            assert pool.call("die", {}, job=QuietJob(), file=reading, subject=Bytes(b"innocent")).header
        finally:
            os.close(reading)
    assert len(pool._deaths) == 0


def test_bytes_that_cannot_be_read_again_are_only_not_remembered(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("die", {}, job=QuietJob(), subject=Unreadable())
    assert caught.value.code == "worker-died"
    assert len(pool._deaths) == 0


def test_parts_are_never_delivered_twice(pool: WorkerPool) -> None:
    got: list[int] = []
    with pytest.raises(WorkerError):
        pool.call(
            "parts", {"count": 3, "then": "die"}, job=QuietJob(), on_part=lambda header, _: got.append(header["number"])
        )
    assert got == [0, 1, 2]


def test_cpu_time_is_bounded(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.call("spin", {"item": "a/b\udcff"}, job=QuietJob(), cpu_seconds=0.2)
    assert caught.value.code == "decode-timeout"
    assert str(caught.value.facts["item"]).startswith("a/b")


def test_the_cpu_clock_starts_anew_with_each_item(pool: WorkerPool) -> None:
    assert pool.call("items", {"count": 8, "seconds": 0.1}, job=QuietJob(), cpu_seconds=0.5).header == {}


def test_a_worker_that_hangs_without_using_cpu_is_killed() -> None:
    pool = WorkerPool(replace(SPEC, idle_seconds=0.3))
    try:
        with pytest.raises(WorkerError) as caught:
            pool.call("hang", {}, job=QuietJob())
    finally:
        pool.close()
    assert caught.value.code == "decode-timeout"


@pytest.mark.parametrize("task, same_worker", [("spin", False), ("hang", False), ("spin_politely", True)])
def test_a_stopped_job_ends_the_call(pool: WorkerPool, task: str, same_worker: bool) -> None:
    pid = worker_pid(pool)
    job = QuietJob()
    timer = threading.Timer(0.1, job.stop)
    timer.start()
    with pytest.raises(Cancelled):
        pool.call(task, {}, job=job)
    timer.join()
    assert (worker_pid(pool) == pid) is same_worker


@pytest.mark.parametrize("error", [LookupError(), LibraryError("no-space")], ids=["bug", "known"])
def test_an_error_in_the_parts_receiver_ends_the_task_and_is_raised(pool: WorkerPool, error: Exception) -> None:
    pid = worker_pid(pool)

    def refuse(header: dict[str, int], data: bytearray) -> None:
        raise error

    with pytest.raises(type(error)):
        pool.call("parts", {"count": 100_000, "size": 10}, job=QuietJob(), on_part=refuse)
    assert worker_pid(pool) == pid


def test_a_job_stopped_while_waiting_for_a_free_worker_is_cancelled(pool: WorkerPool) -> None:
    first, second = QuietJob(), QuietJob()
    started = threading.Event()

    def occupy() -> None:
        with pytest.raises(Cancelled):
            pool.call("spin_politely", {}, job=first, on_part=lambda *_: started.set())

    thread = threading.Thread(target=occupy)
    thread.start()
    started.wait()
    second.stop()
    with pytest.raises(Cancelled):
        pool.call("echo", {}, job=second)
    first.stop()
    thread.join()


def test_many_threads_share_the_workers() -> None:
    pool = WorkerPool(SPEC, size=2)
    answers: list[bytes] = []

    def ask(number: int) -> None:
        data = bytes([number]) * 70_000
        answers.extend(bytes(pool.call("echo", {}, job=QuietJob(), data=data).data) for _ in range(20))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert sorted(set(answers)) == [bytes([number]) * 70_000 for number in range(6)]
    assert len(answers) == 120


def test_no_more_workers_begin_than_are_asked_at_once() -> None:
    pool = WorkerPool(SPEC, size=3)
    before = set(multiprocessing.active_children())
    assert worker_pid(pool) == worker_pid(pool)
    assert len(set(multiprocessing.active_children()) - before) == 1
    held, go_on = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        held.set()
        go_on.wait()
        raise Cancelled

    def ask() -> None:
        with pytest.raises(Cancelled):
            pool.call("spin_politely", {}, job=QuietJob(), on_part=hold)

    thread = threading.Thread(target=ask)
    thread.start()
    held.wait()
    assert worker_pid(pool) == worker_pid(pool)
    assert len(set(multiprocessing.active_children()) - before) == 2
    go_on.set()
    thread.join()
    pool.close()


def test_a_closed_pool_leaves_no_process_and_says_so(pool: WorkerPool) -> None:
    process = psutil.Process(worker_pid(pool))
    pool.close()
    assert not process.is_running()
    with pytest.raises(WorkerError) as caught:
        pool.call("echo", {}, job=QuietJob())
    assert caught.value.code == "worker-unavailable"


def test_a_worker_that_died_while_idle_is_replaced_and_nothing_is_blamed_for_it(pool: WorkerPool) -> None:
    for _ in range(3):
        pid = worker_pid(pool)
        process = next(child for child in multiprocessing.active_children() if child.pid == pid)
        process.kill()
        process.join()
        assert pool.call("echo", {}, job=QuietJob(), subject=Bytes(b"innocent")).header == {}


def test_a_busy_worker_that_somebody_kills_is_buried_and_its_job_tried_once_more(pool: WorkerPool) -> None:
    first = psutil.Process(worker_pid(pool))
    job, answers = QuietJob(), []
    waits, goes_on = os.pipe()

    def ask() -> None:
        answers.append(pool.call("wait_for_byte", {"first": first.pid}, job=job, file=waits).header)

    thread = threading.Thread(target=ask)
    thread.start()
    os.kill(first.pid, signal.SIGKILL)
    os.write(goes_on, b"x")
    thread.join()
    os.close(waits)
    os.close(goes_on)
    assert answers == [{"same": False}]
    assert worker_pid(pool) != first.pid
    first.wait(10)  # raises where a zombie is left


@pytest.mark.long
def test_a_worker_whose_caller_is_held_up_is_buried_when_the_pool_closes(pool: WorkerPool) -> None:
    pid = worker_pid(pool)
    held, go_on = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        held.set()
        go_on.wait()

    def ask() -> None:
        with pytest.raises(WorkerError):
            pool.call("spin_politely", {}, job=QuietJob(), on_part=hold)

    thread = threading.Thread(target=ask)
    thread.start()
    held.wait()
    pool.close()
    assert not psutil.pid_exists(pid)
    go_on.set()
    thread.join()
    assert pool._workers == set()


def test_a_worker_that_nobody_asks_goes_and_another_comes_at_the_next_call() -> None:
    pool = WorkerPool(replace(SPEC, linger_seconds=0.01))
    try:
        for _ in range(3):
            psutil.Process(worker_pid(pool)).wait(10)
        assert pool.call("echo", {"still": "well"}, job=QuietJob()).header == {"still": "well"}
    finally:
        pool.close()


def test_closing_in_the_middle_of_a_call_ends_the_call(pool: WorkerPool) -> None:
    started = threading.Event()
    codes: list[str] = []

    def occupy() -> None:
        with pytest.raises(WorkerError) as caught:
            pool.call("spin_politely", {}, job=QuietJob(), on_part=lambda *_: started.set())
        codes.append(caught.value.code)

    thread = threading.Thread(target=occupy)
    thread.start()
    started.wait()
    pool.close()
    thread.join()
    assert codes == ["worker-died"]


def test_tasks_that_cannot_be_imported_make_the_pool_unavailable_and_do_not_start_for_ever() -> None:
    pool = WorkerPool(WorkerSpec(tasks="tests.there_is_no_such_module"))
    try:
        with pytest.raises(WorkerError) as caught:
            pool.call("echo", {}, job=QuietJob())
    finally:
        pool.close()
    assert (caught.value.code, caught.value.facts["kind"]) == ("worker-unavailable", "ModuleNotFoundError")
