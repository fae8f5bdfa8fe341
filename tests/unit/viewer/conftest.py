"""What the tests of pictures share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder with one real, sandboxed worker; for modules marked `shared_workers`."""
    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
    yield Decoder(pool)
    pool.close()
