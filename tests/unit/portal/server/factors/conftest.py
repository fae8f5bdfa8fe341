"""One portal a file, and the same desktop as in the tests of signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.workers.worker import WorkerPool
from tests.portal_tools import Portal, running_portal
from tests.unit.portal.server.oauth.conftest import desktop as desktop


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """Give a portal whose clock goes forward only: persons of one test have nothing to do with those of another."""
    with running_portal(tmp_path_factory.mktemp("factors") / "portal", workers=portal_pool) as running:
        yield running
