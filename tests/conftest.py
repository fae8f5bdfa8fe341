"""Every test gets its own settings and shelf, no window on the screen, and must leave nothing running behind."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools import corpus_folder

if TYPE_CHECKING:
    from core.workers.worker import WorkerPool
    from tests.portal_tools import Portal
    from tests.postgres_server import Postgres

# Windows of two test processes would take the keys from each other.
if os.environ.get("PYTEST_XDIST_WORKER") or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A thousand programs are started here: what one of them compiled is there for the next, whatever the shell says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

GRACE_SECONDS = 3.0
PORTAL_THREADS = ("AnyIO worker thread", "asyncio_", "proof")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of this suite that are no business of the project file."""
    config.addinivalue_line("markers", "shared_workers: uses workers that outlive the test (a wider fixture ends them)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long what a sweep goes through after its first parameters."""
    seen: Counter[str] = Counter()
    for item in items:
        if sweep := item.get_closest_marker("sweep"):
            function = item.nodeid.partition("[")[0]
            seen[function] += 1
            if seen[function] > sweep.kwargs["keep"]:
                item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """Let no search for garbage go over ten thousand tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all tests' homes: beside each other pytest would count thousands of them again for each test."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def fresh_places(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point settings, shelf, logs and caches of this test into a folder of its own, which is returned."""
    home = Path(tempfile.mkdtemp(dir=homes))
    monkeypatch.setenv("SCANSHELF_CONFIG_DIR", str(home / "settings"))
    monkeypatch.setenv("SCANSHELF_LIBRARY", str(home / "shelf"))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home


@pytest.fixture(scope="session")
def lasting_pools() -> list[WorkerPool]:
    """The pools of the whole session: a worker of theirs that had to be replaced outlives the test that cost it."""
    return []


@pytest.fixture(scope="session")
def decode_pool(lasting_pools: list[WorkerPool]) -> Iterator[WorkerPool]:
    """Decode workers for tests that are not about workers: they know nothing from one task to the next."""
    from core.workers.worker import WorkerPool, WorkerSpec

    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 2)
    lasting_pools.append(pool)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def portal_pool(decode_pool: WorkerPool) -> WorkerPool:
    """The workers of all portals of this session, begun before the first image comes."""
    decode_pool.start()
    return decode_pool


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL of the whole session."""
    from tests.postgres_server import running_postgres

    with running_postgres() as server:
        yield server


@contextmanager
def _database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Give a database on PostgreSQL where the test is one `on_postgres`, and `None` for SQLite."""
    if getattr(request, "param", os.environ.get("SCANSHELF_TESTS_ON", "sqlite")) == "sqlite":
        yield None
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new_database()
    yield url
    server.drop(url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let tests that are marked `on_postgres` have their portal on SQLite and once more on PostgreSQL."""
    fixtures = [name for name in ("portal", "shared_portal") if name in metafunc.fixturenames]
    marked = metafunc.definition.get_closest_marker("on_postgres")
    if marked is not None and fixtures:
        both = ("sqlite", pytest.param("postgres", marks=() if marked.kwargs.get("short") else pytest.mark.long))
        metafunc.parametrize(
            fixtures[0], both, indirect=True, scope="function" if fixtures[0] == "portal" else "session"
        )


@pytest.fixture
def portal(request: pytest.FixtureRequest, tmp_path: Path, portal_pool: WorkerPool) -> Iterator[Portal]:
    """A real portal of this test alone, on loopback, with a clock that can be turned."""
    from tests.portal_tools import running_portal

    folder = tmp_path / "portal"
    with _database(request) as database, running_portal(folder, workers=portal_pool, database=database) as running:
        yield running


@pytest.fixture(scope="session")
def shared_portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool
) -> Iterator[Portal]:
    """A real portal of all tests that make accounts of their own there, leave its clock alone and count nothing else.

    Persons are invited without a Patient ID: with one they would be the same person in every test.
    """
    from tests.portal_tools import running_portal

    folder = tmp_path_factory.mktemp("shared") / "portal"
    with _database(request) as database, running_portal(folder, workers=portal_pool, database=database) as running:
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


def _left(
    request: pytest.FixtureRequest, threads: set[threading.Thread], children: set[int]
) -> tuple[list[str], list[int]]:
    """Name what a test began and did not end; what all portals share comes when it is needed, and stays."""
    left, left_children = _threads() - threads, _children() - children
    if "shared_portal" in request.fixturenames:
        left = {thread for thread in left if not thread.name.startswith(PORTAL_THREADS)}
    for pool in request.getfixturevalue("lasting_pools"):
        left.discard(pool._keeper)
        left_children -= _pool_children(pool)
    return sorted(thread.name for thread in left), sorted(left_children)


def _pool_children(pool: WorkerPool) -> set[int]:
    with pool._changed:
        return {worker.pid for worker in pool._workers}


@pytest.fixture(autouse=True)
def nothing_left_running(
    request: pytest.FixtureRequest, fresh_places: Path, lasting_pools: list[WorkerPool]
) -> Iterator[None]:
    """Fail a test that leaves threads or child processes behind."""
    threads, children = _threads(), _children()
    yield
    if request.node.get_closest_marker("shared_workers"):
        return
    deadline = time.monotonic() + GRACE_SECONDS
    while any(left := _left(request, threads, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left[0], f"threads left running: {left[0]}"
    assert not left[1], f"child processes left running: {left[1]}"
