"""One portal and one browser for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.workers.worker import WorkerPool
from tests.end2end.patient.patient import Patient, at_the_portal


@pytest.fixture(scope="module")
def anna(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Patient]:
    """The portal with Anna in it, and a browser nobody is signed in to."""
    with at_the_portal(tmp_path_factory.mktemp("desk"), portal_pool) as patient:
        yield patient
