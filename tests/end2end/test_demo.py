"""The demo as people start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.end2end.program import ROOT, Said, instances, scanshelf

STEPS = ["disc", "scan", "import", "again", "list", "verify", "view", "two-persons", "window"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """Play it once with screenshots, keeping everything in a folder with a space and an umlaut in its name."""
    folder = tmp_path_factory.mktemp("demo") / "Démo ü"
    return folder, scanshelf("demo", "--keep", folder, "--screenshots", folder / "screens", "--json", timeout=400)


def test_every_step_is_told_with_its_figures_and_none_is_wrong(kept: tuple[Path, Said]) -> None:
    _folder, said = kept
    assert said.status == 0, said.words
    assert said.document["wrong"] == []
    steps = {step["name"]: step["figures"] for step in said.document["steps"]}
    assert list(steps) == STEPS
    assert steps["scan"] | {"listed": 63, "instances": 63, "missing": 1, "unlisted": 1} == steps["scan"]
    assert (steps["import"]["imported"], steps["import"]["damaged"]) == (63, 1)
    assert (steps["again"]["imported"], steps["again"]["already"]) == (0, 63)
    assert (steps["view"]["frames"], steps["view"]["pages"]) == (90, 2)
    assert "disc lists 63 images; 63 kept" in said.words


def test_the_pictures_are_pictures(kept: tuple[Path, Said]) -> None:
    _folder, said = kept
    pictures = [Path(path) for step in said.document["steps"] for path in step["pictures"]]
    assert {path.name for path in pictures} >= {"ct.png", "hand.png", "heart.png", "report-1.png", "report-2.png"}
    for path in pictures:
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
        assert pixels.std() > 10, path


def test_the_screenshots_show_each_step_in_the_window(kept: tuple[Path, Said]) -> None:
    folder, said = kept
    assert said.document["steps"][-1]["figures"]["imported"] == 63
    names = [path.stem.partition("-")[2] for path in sorted((folder / "screens").iterdir())]
    for name in ("first-start", "disc", "receipt", "shelf", "viewer-ct", "viewer-us", "viewer-doc"):
        assert name in names
    for name in ("two-persons-question", "six-scripts-shelf", "dark-shelf", "large-shelf"):
        assert name in names
    sizes = {
        cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR).shape for path in (folder / "screens").iterdir()
    }
    assert len(sizes) == 1


def test_the_kept_disc_and_shelf_serve_the_other_commands(kept: tuple[Path, Said]) -> None:
    folder, _said = kept
    scan = scanshelf("scan", folder / "sample disc", "--json")
    assert (scan.status, len(instances(scan.document))) == (1, 63)
    assert {problem["code"] for problem in scan.document["problems"]} >= {"missing", "unlisted", "dicomdir"}
    listed = scanshelf("list", "--library", folder / "shelf", "--json")
    assert [study["instances"] for study in listed.document["studies"]] == [63, 8]
    verified = scanshelf("verify", "--library", folder / "shelf", "--json")
    assert (verified.status, verified.document["problems"]) == (0, [])


def test_it_can_be_played_again_in_the_same_folder(kept: tuple[Path, Said]) -> None:
    folder, _said = kept
    again = scanshelf("demo", "--keep", folder, "--json")
    assert (again.status, again.document["wrong"]) == (0, [])


def test_nothing_is_left_where_nothing_shall_be_kept(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "SCANSHELF_LIBRARY": str(tmp_path / "not this one")}
    command = [sys.executable, "-m", "app", "demo", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["wrong"] == []
    assert list(tmp_path.iterdir()) == []


def test_a_changed_figure_makes_it_fail(tmp_path: Path) -> None:
    (tmp_path / "sample disc").mkdir()
    (tmp_path / "sample disc" / "STRAY.TXT").write_text("not put there by the generator")
    said = scanshelf("demo", "--keep", tmp_path, "--json")
    assert said.status == 1
    assert any(trouble.startswith("scan: entries") for trouble in said.document["wrong"])
