"""A worker that a hostile file has taken over gets nowhere. Each attempt is shown to work outside the sandbox."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import WorkerError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

SPEC = WorkerSpec(tasks="tests.sandbox_tasks", arena_bytes=1 << 16)
WITHOUT_FILES = ("read", "list_folder", "write", "append", "make_link", "remove", "cut", "change_mode", "touch")
NETWORK = ("connect_tcp", "send_udp", "listen")
PROCESSES = (
    "fork",
    "spawn",
    "execute",
    "clone",
    "signal_parent",
    "trace",
    "set_up_ring",
    "type_into_terminal",
    "aim_signals",
    "slow_parent",
)


@pytest.fixture(name="places")
def _places(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return what each attempt works on; afterwards, the files are as they were and nobody has called."""
    secret = tmp_path / ".ssh" / "id_ed25519"
    secret.parent.mkdir()
    secret.write_text("secret")
    new = str(tmp_path / "new")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        places = {name: str(secret) for name in WITHOUT_FILES}
        places |= {"list_folder": str(secret.parent), "write": new, "make_link": new}
        places |= {"connect_tcp": str(server.getsockname()[1]), "send_udp": str(receiver.getsockname()[1])}
        yield places


@pytest.fixture(name="worker")
def _worker() -> Iterator[WorkerPool]:
    pool = WorkerPool(SPEC)
    yield pool
    pool.close()


def attempt(pool: WorkerPool, name: str, argument: str = "") -> str:
    return str(pool.call("attempt", {"name": name, "argument": argument}, job=QuietJob()).header["result"])


def attempt_outside(name: str, argument: str) -> str:
    program = """import json, sys
from tests.sandbox_tasks import attempt
print(json.dumps(attempt(json.load(sys.stdin), None)))"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps({"name": name, "argument": argument}),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return str(json.loads(done.stdout)["result"])


@pytest.mark.parametrize("name", [*WITHOUT_FILES, *NETWORK, *PROCESSES])
def test_the_attempt_works_outside_the_sandbox(places: dict[str, str], name: str) -> None:
    assert attempt_outside(name, places.get(name, "")) == "done"


def test_a_decode_worker_is_refused_all_of_it(worker: WorkerPool, places: dict[str, str], tmp_path: Path) -> None:
    names = [*WITHOUT_FILES, *NETWORK, *PROCESSES]
    results = {name: attempt(worker, name, places.get(name, "")) for name in names}
    assert {name: result for name, result in results.items() if result not in ("EPERM", "EACCES")} == {}
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".ssh", "id_ed25519"]
    assert Path(places["read"]).read_text() == "secret"


def test_a_decode_worker_starts_no_thread(worker: WorkerPool) -> None:
    with pytest.raises(WorkerError):
        attempt(worker, "start_thread")


def test_a_media_worker_starts_threads_but_not_by_the_call_whose_flags_are_hidden(media_worker: WorkerPool) -> None:
    assert attempt(media_worker, "start_thread") == "done"
    assert attempt(media_worker, "clone3") == "ENOSYS"


def test_both_linux_layers_and_the_limits_are_active_here(worker: WorkerPool) -> None:
    layers = worker.layers(QuietJob())
    assert {"seccomp", "limits"} <= set(layers)
    if "landlock" not in layers:
        pytest.skip("Landlock is absent in this kernel")


@pytest.fixture(name="folders")
def _folders(tmp_path: Path) -> dict[str, Path]:
    folders = {name: tmp_path / name for name in ("disc", "incoming", "elsewhere")}
    for folder in folders.values():
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "file").write_text("content")
    return folders


@pytest.fixture(name="media_worker")
def _media_worker(folders: dict[str, Path]) -> Iterator[WorkerPool]:
    spec = WorkerSpec(
        tasks="tests.sandbox_tasks",
        readable=(str(folders["disc"]),),
        writable=(str(folders["incoming"]),),
        arena_bytes=1 << 16,
    )
    pool = WorkerPool(spec)
    yield pool
    layers = pool.layers(QuietJob())
    pool.close()
    if "landlock" not in layers:
        pytest.skip("Landlock is absent in this kernel")


def test_a_media_worker_reads_the_disc_and_writes_incoming(media_worker: WorkerPool, folders: dict[str, Path]) -> None:
    assert attempt(media_worker, "read", str(folders["disc"] / "sub" / "file")) == "done"
    assert attempt(media_worker, "list_folder", str(folders["disc"])) == "done"
    assert attempt(media_worker, "write", str(folders["incoming"] / "new")) == "done"
    assert (folders["incoming"] / "new").read_text() == "stolen"
    assert attempt(media_worker, "remove", str(folders["incoming"] / "new")) == "done"


def test_a_media_worker_does_not_touch_the_disc_or_anything_else(
    media_worker: WorkerPool, folders: dict[str, Path], places: dict[str, str]
) -> None:
    for name in ("write", "append", "make_link", "remove", "cut", "change_mode", "touch"):
        target = "new" if name in ("write", "make_link") else "file"
        for folder in ("disc", "elsewhere"):
            result = attempt(media_worker, name, str(folders[folder] / "sub" / target))
            assert result in ("EPERM", "EACCES", "ENOENT", "EROFS"), (name, folder)
    for path in (str(folders["elsewhere"] / "sub" / "file"), "/etc/passwd"):
        assert attempt(media_worker, "read", path) in ("EACCES", "ENOENT")
    for name in (*NETWORK, *PROCESSES):
        assert attempt(media_worker, name, places.get(name, "")) == "EPERM"


def test_a_source_that_is_one_file_can_be_read_alone(folders: dict[str, Path]) -> None:
    file = folders["disc"] / "sub" / "file"
    pool = WorkerPool(WorkerSpec(tasks="tests.sandbox_tasks", readable=(os.fspath(file),), arena_bytes=1 << 16))
    try:
        assert attempt(pool, "read", str(file)) == "done"
        assert attempt(pool, "list_folder", str(file.parent)) in ("EACCES", "EPERM", "ENOENT")
    finally:
        pool.close()
