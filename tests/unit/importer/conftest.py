from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from library.shelf import Library
from tests.importer_tools import media_worker


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory, lasting_pools: list[WorkerPool]) -> Iterator[WorkerPool]:
    """A real, sandboxed media worker that may touch the tests' own folders."""
    with media_worker(tmp_path_factory.getbasetemp()) as pool:
        lasting_pools.append(pool)
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A shelf of one's own."""
    with Library.open(tmp_path / "shelf") as shelf:
        yield shelf
