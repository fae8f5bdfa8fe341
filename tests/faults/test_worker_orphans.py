"""Workers do not outlive the program, however it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

PROGRAM = """
import sys
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec

if __name__ == "__main__":
    pool = WorkerPool(WorkerSpec(tasks="tests.worker_tasks", arena_bytes=4096))
    pid = pool.call("who", {}, job=QuietJob()).header["pid"]
    print(pid, flush=True)
    if sys.argv[1] == "busy":
        pool.call("spin_politely", {}, job=QuietJob(), on_part=lambda *_: print("busy", flush=True))
    sys.stdin.read()
"""


@pytest.mark.parametrize("state, end", [("busy", "kill"), ("idle", "kill"), ("idle", "normal")])
def test_workers_end_with_the_program(tmp_path: Path, state: str, end: str) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    root = str(Path(__file__).parents[2])
    program = subprocess.Popen(
        [sys.executable, str(script), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": root, "PATH": ""},
    )
    with program:
        assert program.stdin is not None
        assert program.stdout is not None
        worker = psutil.Process(int(program.stdout.readline()))
        if state == "busy":
            assert program.stdout.readline() == "busy\n"
        if end == "kill":
            program.kill()
        else:
            program.stdin.close()
        psutil.wait_procs([worker], timeout=10)
        assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
        if end == "normal":
            assert program.wait(10) == 0
            assert program.stderr is not None
            assert program.stderr.read() == ""
