"""The demo as people start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from app.demo.browsing.browser import browser_starts
from tests.end2end.program import ROOT, Said, instances, scanshelf
from tests.tools import needs_tool

pytestmark = pytest.mark.long

STEPS = ["disc", "scan", "import", "again", "list", "verify", "view", "heal", "two-persons"]
STEPS += ["sign-in", "send", "share", "doctor", "activity", "window"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """Play it once with screenshots, keeping everything in a folder with a space and an umlaut in its name."""
    folder = tmp_path_factory.mktemp("demo") / "Démo ü"
    return folder, scanshelf("demo", "--keep", folder, "--screenshots", folder / "screens", "--json", timeout=1000)


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
    assert (steps["heal"]["imported"], steps["heal"]["already"], steps["heal"]["damaged"]) == (1, 62, 0)
    assert "disc lists 63 images; 63 kept" in said.words
    assert "image 57 completed from the second disc" in said.words
    assert "63 of 63 images are whole" in said.words


def test_it_goes_on_to_the_account_and_into_the_doctors_browser(kept: tuple[Path, Said]) -> None:
    needs_tool("chromium")
    folder, said = kept
    steps = {step["name"]: step for step in said.document["steps"]}
    assert steps["sign-in"]["figures"] == {"user_name": "martha.sample", "browser": "Chromium"}
    sent = steps["send"]["figures"]
    assert (sent["instances"], sent["stored"], sent["proven"], sent["left"]) == (63, 63, 63, 0)
    assert steps["share"]["figures"] == {"status": "active", "accesses": 10}
    assert "with the code" in said.words
    assert "in a letter to dr.made-up@example.org" in said.words
    assert len(list((folder / "mailbox").glob("*.eml"))) >= 2
    assert steps["doctor"]["figures"] == {"images": 62, "of": 62, "browser": "Chromium"}  # and one document
    assert steps["activity"]["figures"]["status"] == "Viewed, 1 of 10"
    assert "63 of 63 images are there" in said.words
    assert "with the code: 62 of 62 images" in said.words
    assert {Path(path).name for path in steps["doctor"]["pictures"]} >= {"recipient.png", "recipient phone.png"}


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
    names = [path.stem.partition("-")[2] for path in sorted((folder / "screens").glob("*.png"))]
    for name in ("first-start", "disc", "receipt", "second-receipt", "shelf", "viewer-ct", "viewer-us", "viewer-doc"):
        assert name in names
    for name in ("empty-portal", "portal-signed-in", "portal-send", "portal-sending", "portal-exams", "portal-share"):
        assert name in names
    for name in ("portal-share-link", "portal-shared", "portal-activity", "dark-portal"):
        assert name in names
    assert (folder / "screens" / "browser" / "recipient.png").exists() == (browser_starts())
    for name in ("two-persons-question", "six-scripts-shelf", "dark-shelf", "large-shelf"):
        assert name in names
    sizes = {
        cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR).shape for path in (folder / "screens").glob("*.png")
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


@pytest.fixture(name="tmp_path")
def fixture_tmp_path() -> Iterator[Path]:
    """A folder whose own path is short, so that the browser's lies in it."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder), "SCANSHELF_LIBRARY": str(folder / "not this one"), **more}


def play(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "demo", "--json"]
    return subprocess.run(
        command, cwd=ROOT, env=surroundings(folder, **more), capture_output=True, text=True, timeout=1000, check=False
    )


@contextmanager
def started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a demo as a terminal does, in a process group of its own."""
    command = [sys.executable, "-m", "app", "demo", "--json"]
    environment = surroundings(folder)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def processes_at_work(folder: Path) -> list[int]:
    """List the processes that were told of this folder: the portal, the workers, the browser."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "environ"]):
        told = [*(process.info["cmdline"] or []), (process.info["environ"] or {}).get("TMPDIR", "")]
        if any(str(folder) in word for word in told):
            found.append(process.info["pid"])
    return found


def test_nothing_is_left_where_nothing_shall_be_kept(tmp_path: Path) -> None:
    done = play(tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["wrong"] == []
    assert list(tmp_path.iterdir()) == []
    assert processes_at_work(tmp_path) == []


def test_a_long_temporary_folder_keeps_no_browser_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_tool("chromium")
    folder = tmp_path / ("x" * 90)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert browser_starts()
    assert list(folder.iterdir()) == []


def test_without_a_browser_the_same_way_is_gone_over_http(tmp_path: Path) -> None:
    done = play(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    steps = {step["name"]: step["figures"] for step in json.loads(done.stdout)["steps"]}
    assert (steps["sign-in"]["browser"], steps["doctor"]["browser"]) == ("none", "none")
    assert (steps["doctor"]["images"], steps["activity"]["status"]) == (62, "Viewed, 1 of 10")
    assert "over HTTP, since there is no Chromium here" in done.stderr


@pytest.mark.sweep(keep=1)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_the_portal_runs_it_leaves_no_process_and_no_file(tmp_path: Path, number: int) -> None:
    with started(tmp_path) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "signed in as" in line:
                break
        assert processes_at_work(tmp_path)
        os.killpg(process.pid, number)
        said = process.stderr.read()
    assert process.returncode == 3, said
    assert "Stopped." in said
    assert processes_at_work(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_changed_figure_makes_it_fail(tmp_path: Path) -> None:
    (tmp_path / "sample disc").mkdir()
    (tmp_path / "sample disc" / "STRAY.TXT").write_text("not put there by the generator")
    said = scanshelf("demo", "--keep", tmp_path, "--json")
    assert said.status == 1
    assert any(trouble.startswith("scan: entries") for trouble in said.document["wrong"])
