"""docs/walkthrough.md is true: every promise is played again, and each has its picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.workers.worker import WorkerPool
from tests.end2end.walkthrough.lines import LINES, page
from tests.end2end.walkthrough.play import play
from tests.tools import REPOSITORY

PICTURES = REPOSITORY / "docs" / "screenshots" / "walkthrough"
MOST_BYTES = 60_000


def test_every_promise_has_its_line_and_its_picture_and_none_is_large() -> None:
    assert [line.number for line in LINES] == list(range(1, 35))
    assert {line.file for line in LINES} == {path.name for path in PICTURES.glob("*.png")}
    assert [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > MOST_BYTES] == []
    assert [path.name for path in PICTURES.glob("*.png") if is_empty(path)] == []
    assert (REPOSITORY / "docs" / "walkthrough.md").read_text("utf-8") == page()


def is_empty(path: Path) -> bool:
    """Say whether nothing but the frame of a page is on a picture."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("L"))
    rows = (pixels != pixels[-1:, -1:]).any(axis=1)
    return bool(rows.mean() < 0.2)


@pytest.mark.long
@pytest.mark.shared_workers
def test_every_promise_is_played_again(tmp_path: Path, portal_pool: WorkerPool) -> None:
    assert play(tmp_path / "pictures", tmp_path, portal_pool) == []
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {line.file for line in LINES}
