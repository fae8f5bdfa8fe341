"""A system that lets no worker begin is said at once, and the pool works again as soon as the system lets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="takes away what Linux counts")

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, os, resource, sys, threading
from core.errors import WorkerError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec

def ask(pool, file=None):
    try:
        return pool.call("echo", {}, job=QuietJob(), file=file).header or "answered"
    except WorkerError as error:
        return [error.code, error.facts.get("kind")]

def limit(name, to):
    before = resource.getrlimit(name)
    resource.setrlimit(name, (to, before[1]))
    return lambda: resource.setrlimit(name, before)

def memory():
    pages = int(open("/proc/self/statm").read().split()[0])
    return limit(resource.RLIMIT_AS, pages * resource.getpagesize() + (1 << 20))

def descriptors():
    used = [os.dup(0)]
    lift = limit(resource.RLIMIT_NOFILE, used[0] + int(sys.argv[2]))
    os.close(used[0])
    return lift

def processes():
    return limit(resource.RLIMIT_NPROC, 1)

if __name__ == "__main__":
    take = {"memory": memory, "descriptors": descriptors, "processes": processes}[sys.argv[1]]
    said = []
    pool = WorkerPool(WorkerSpec("tests.worker_tasks", arena_bytes=1 << 24))
    lift = take()
    said.append(ask(pool))  # nothing has begun yet: not even the thread that starts workers
    lift()
    said.append(ask(pool))
    pool.call("who", {}, job=QuietJob())
    lift = take()
    try:
        pool.call("die", {}, job=QuietJob())
    except WorkerError as error:
        said.append([error.code, error.facts.get("kind")])
    said.append(ask(pool))
    lift()
    said.append(ask(pool))
    pool.close()
    print(json.dumps(said))
"""


def run(tmp_path: Path, *command: str) -> list[object]:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(script), *command],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said: list[object] = json.loads(done.stdout)
    return said


@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize("what", [("memory",), *(("descriptors", str(left)) for left in range(8))], ids=" ".join)
def test_what_the_system_refuses_is_said_and_the_next_call_after_it_is_well(
    tmp_path: Path, what: tuple[str, ...]
) -> None:
    first, second, third, fourth, fifth = run(tmp_path, *what)
    assert (second, fifth) == ("answered", "answered")
    for refused in (first, third, fourth):
        assert refused == "answered" or refused[0] in {"worker-unavailable", "worker-died"}  # type: ignore[index]
    assert first != "answered"
    assert fourth != "answered" or what == ("memory",)  # what the first worker left behind may be enough
