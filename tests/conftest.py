"""Every test gets its own settings and shelf, no window on the screen, and must leave nothing running behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools import corpus_folder

if TYPE_CHECKING:
    from tests.portal_tools import Portal

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GRACE_SECONDS = 3.0
PORTAL_THREADS = ("AnyIO worker thread", "asyncio_", "proof", "keeper of ")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of this suite that are no business of the project file."""
    config.addinivalue_line("markers", "shared_workers: uses workers that outlive the test (a wider fixture ends them)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests of real files where the corpus is absent."""
    if item.get_closest_marker("corpus") and corpus_folder() is None:
        pytest.skip("the corpus of real files is absent (SCANSHELF_CORPUS)")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("the corpus of real files is absent (SCANSHELF_CORPUS)")
    return folder


@pytest.fixture(autouse=True)
def fresh_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point settings, shelf, logs and caches of this test into a folder of its own, which is returned."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SCANSHELF_CONFIG_DIR", str(home / "settings"))
    monkeypatch.setenv("SCANSHELF_LIBRARY", str(home / "shelf"))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A real portal of this test alone, on loopback, with a clock that can be turned."""
    from tests.portal_tools import running_portal  # fastapi and SQLAlchemy, for the tests that ask

    with running_portal(tmp_path / "portal") as running:
        yield running


@pytest.fixture(scope="session")
def shared_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A real portal of all tests that make accounts of their own there, leave its clock alone and count nothing else.

    Persons are invited without a Patient ID: with one they would be the same person in every test.
    """
    from tests.portal_tools import running_portal

    with running_portal(tmp_path_factory.mktemp("shared") / "portal") as running:
        yield running


def _children() -> set[int]:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return set()
    found: set[int] = set()
    for task in tasks.iterdir():
        try:
            found.update(int(pid) for pid in (task / "children").read_text().split())
        except OSError:  # the thread just ended
            continue
    return {pid for pid in found if not _is_helper(pid)}


def _is_helper(pid: int) -> bool:
    """Say whether a child is Python's own resource tracker (one a process, to its end) or already ended."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except OSError:
        return True
    return b"multiprocessing.resource_tracker" in command or state == "Z"


def _threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread) and not thread.name.startswith(("pytest", "pydevd"))
    }


def _ours_only(threads: set[threading.Thread], children: set[int]) -> None:
    """Count what the shared portal's loop and pool began as what was there before."""
    threads.update(thread for thread in _threads() if thread.name.startswith(PORTAL_THREADS))
    children.update(_children())


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest, fresh_places: Path) -> Iterator[None]:
    """Fail a test that leaves threads or child processes behind."""
    threads, children = _threads(), _children()
    yield
    if request.node.get_closest_marker("shared_workers"):
        return
    if "shared_portal" in request.fixturenames:  # its threads and workers come when they are needed
        _ours_only(threads, children)
    deadline = time.monotonic() + GRACE_SECONDS
    while (_threads() - threads or _children() - children) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = sorted(thread.name for thread in _threads() - threads)
    assert not left, f"threads left running: {left}"
    left_children = sorted(_children() - children)
    assert not left_children, f"child processes left running: {left_children}"
