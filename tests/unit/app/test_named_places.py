"""A folder or file that is named and not there is told as that, never as an exam that left the shelf."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.places import names_a_place
from tests.end2end.program import scanshelf_here


def test_a_path_is_a_path_whether_it_is_there_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "disc").mkdir()
    assert names_a_place("disc")
    assert names_a_place(str(tmp_path / "gone"))
    assert names_a_place(f"media{os.sep}cdrom")
    assert not names_a_place("1.2.840.113619.2")
    assert not names_a_place("abc123:1.2.840.113619.2")


def test_view_says_of_a_path_that_is_not_there_what_scan_says_of_it(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    seen, scanned = scanshelf_here("view", gone), scanshelf_here("scan", gone)
    assert (seen.status, seen.words) == (scanned.status, scanned.words)
    assert "not there" in seen.words
    assert "bin" not in seen.words
