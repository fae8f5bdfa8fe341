"""A fresh shelf for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.shelf import Library
from tests.unit.library.material import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf", clock=clock) as opened:
        yield opened
