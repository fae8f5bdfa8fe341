"""Every wall around a worker holds, for root and for an ordinary user, and what older systems leave open is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.faults.walls import ARGUMENT, HARMLESS, NAMES, THREADS, TOKEN
from tests.wall_attempts import ATTEMPTS, MAYBE_ABSENT, ONLY_ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")

ROOT = Path(__file__).parents[2]
NOBODY = 65534
OUTSIDE = """
import json, socket, sys
from tests.sandbox_tasks import attempt
wanted, given = json.load(sys.stdin)
pair = socket.socketpair()  # as a worker has one end of
tried = {name: attempt({"name": name, "argument": given.get(name, "")}, None) for name in wanted}
json.dump({name: found["result"] for name, found in tried.items()}, sys.stdout)
"""
PROBE = "import psutil, ctypes, socket; import tests.faults.walls"


def run(*command: str, user: int | None = None, python: str = sys.executable, **options: str) -> str:
    """Run a program of this suite with a token in its environment and a secret on its command line."""
    variables = {
        "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCANSHELF_TRY_TOKEN": TOKEN,
    }
    done = subprocess.run(
        [python, *command, ARGUMENT],
        env=variables,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        **options,  # type: ignore[call-overload]
    )
    assert done.stdout, done.stderr
    return str(done.stdout)


def walls(*options: str, user: int | None = None, python: str = sys.executable) -> dict[tuple[str, str], str]:
    """Try every wall; gives those that did not hold, and says all results (`pytest -rP` shows them)."""
    found = json.loads(run("-m", "tests.faults.walls", "--json", *options, user=user, python=python))
    for name, worker, result, holds, known in found:
        print(f"{name:45} {worker:8} {'holds' if holds else 'left open' if known else 'GIVES WAY'} ({result})")  # noqa: T201
    assert len(found) == 2 * len(set(ATTEMPTS) - HARMLESS) + 2 * 22
    return {(name, worker): result for name, worker, result, holds, _ in found if not holds}


@pytest.fixture(name="other_python", scope="module")
def _other_python() -> str:
    """A Python that an ordinary user may run, with what this suite needs."""
    if os.geteuid() != 0:
        pytest.skip("this suite runs as an ordinary user already")
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            run("-c", f"{PROBE}; print('yes')", user=NOBODY, python=python)
        except (OSError, AssertionError):
            continue
        return python
    pytest.skip("there is no Python that an ordinary user may run")


def test_every_wall_holds() -> None:
    left = walls()
    assert {name for name, _ in left} <= (THREADS if os.geteuid() == 0 else THREADS | NAMES)
    assert {worker for _, worker in left} <= {"media"}


def test_every_wall_holds_for_an_ordinary_user(other_python: str) -> None:
    left = walls(user=NOBODY, python=other_python)
    assert {name for name, _ in left} <= THREADS | NAMES
    assert {worker for _, worker in left} <= {"media"}


@pytest.mark.parametrize("layer, opens", [("namespace", NAMES), ("landlock", set())])
def test_a_system_without_one_layer_leaves_open_what_the_page_says(layer: str, opens: set[str]) -> None:
    left = walls("--without", layer)
    assert {name for name, _ in left} - THREADS == opens
    assert {worker for _, worker in left} <= {"media"}


def test_each_attempt_gets_through_where_there_is_no_wall(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    given = dict.fromkeys(ATTEMPTS, str(tmp_path / "file"))
    given |= {"watch_folder": str(tmp_path), "find_in_environment": TOKEN, "find_in_arguments": ARGUMENT}
    wanted = [name for name in ATTEMPTS if os.geteuid() == 0 or name not in ONLY_ROOT]
    results = json.loads(run("-c", OUTSIDE, input=json.dumps([wanted, given])))
    assert {name for name, result in results.items() if result != "done"} <= MAYBE_ABSENT
