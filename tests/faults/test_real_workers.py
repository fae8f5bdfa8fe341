"""The program's own workers: both kinds are shut in, start with nothing of the window, and hold nothing open."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.job import QuietJob
from core.sandbox import landlock
from core.workers.worker import WorkerPool, WorkerSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(name="worker", params=["dicom.decoding.decode_tasks", "importer.media_tasks"])
def _worker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[psutil.Process, list[str]]]:
    folders = (str(tmp_path),) if request.param == "importer.media_tasks" else ()
    before = {child.pid for child in psutil.Process().children()}
    pool = WorkerPool(WorkerSpec(request.param, readable=folders, writable=folders))
    layers = pool.layers(QuietJob())
    started = [child for child in psutil.Process().children() if child.pid not in before]
    yield next(child for child in started if "spawn_main" in " ".join(child.cmdline())), layers
    pool.close()


def test_every_layer_of_the_sandbox_is_closed(worker: tuple[psutil.Process, list[str]]) -> None:
    process, layers = worker
    offered = landlock.version(ctypes.CDLL(None, use_errno=True)) > 0
    assert set(layers) - {"namespace"} == {"seccomp", "limits"} | ({"landlock"} if offered else set())
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


def test_nothing_of_the_window_is_loaded(worker: tuple[psutil.Process, list[str]]) -> None:
    maps = Path(f"/proc/{worker[0].pid}/maps").read_text()
    assert [line for line in maps.splitlines() if "PySide6" in line or "libQt" in line] == []


def test_there_is_one_thread_so_that_the_sandbox_holds_all(worker: tuple[psutil.Process, list[str]]) -> None:
    assert worker[0].num_threads() == 1


def test_no_file_is_open(worker: tuple[psutil.Process, list[str]]) -> None:
    targets = [str(descriptor.readlink()) for descriptor in Path(f"/proc/{worker[0].pid}/fd").iterdir()]
    harmless = {"/dev/null", "/dev/urandom", "/memfd:scanshelf (deleted)"}
    assert [target for target in targets if target.startswith("/") and target not in harmless] == []
    assert len([target for target in targets if target.startswith("socket:")]) == 1
