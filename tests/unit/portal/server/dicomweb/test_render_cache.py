"""The folder of drawn pictures is kept small, whatever happens to one file of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.server.dicomweb import render
from portal.server.dicomweb.render import RenderCache


def test_one_vanished_file_does_not_keep_the_others_from_being_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "MOST_CACHED", 3000)
    for number in range(6):
        kept = tmp_path / "aa" / f"aa{number}"
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(bytes(1000))
        os.utime(kept, (1_000_000 + number, 1_000_000 + number))
    (tmp_path / "aa" / "aa-gone").symlink_to(tmp_path / "nowhere")  # listed, and not there when it is asked for
    RenderCache(tmp_path)._prune(0)
    left = sorted(path.name for path in tmp_path.glob("aa/*") if path.exists())
    assert left == ["aa3", "aa4", "aa5"]
