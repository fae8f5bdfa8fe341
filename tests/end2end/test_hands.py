"""Real keys and a real mouse on a real (if invisible) screen: nothing surprises the finger."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.end2end.program import TEST_FILES, on_screen
from tests.end2end.test_window import Screen, screen, wait_for

__all__ = ["screen"]
pytestmark = pytest.mark.alone
IMAGES = 120


@dataclass
class Window:
    """The program's window, seen through a file and touched through the screen."""

    screen: Screen
    report: Path

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.report.read_text(encoding="utf-8"))
        return found

    def wait(self, condition: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        wait_for(lambda: self.report.exists() and bool(condition(self.seen())), what)
        return self.seen()

    def press(self, button: str, *, times: int = 1, delay: int = 100) -> None:
        """Move to a button and press it; further presses come so many milliseconds later at the same place."""
        left, top, width, height = self.wait(lambda seen: button in seen["buttons"], button)["buttons"][button]
        self.screen.xdotool("mousemove", str(left + width // 2), str(top + height // 2))
        time.sleep(0.1)
        self.screen.xdotool("click", "--repeat", str(times), "--delay", str(delay), "1")

    def key(self, name: str) -> None:
        self.screen.xdotool("key", name)


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One exam of one person, large enough that putting it on the shelf takes a moment."""
    folder = tmp_path_factory.mktemp("disc")
    made = pydicom.dcmread(TEST_FILES / "CT_small.dcm")
    made.Rows = made.Columns = 256
    made.PixelData = bytes(256 * 256 * 2)
    for number in range(IMAGES):
        made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.77.{number}"
        made.InstanceNumber = number
        made.save_as(folder / f"{number:03}.dcm")
    return folder


@pytest.fixture
def window(screen: Screen, fresh_places: Path, tmp_path: Path, disc: Path) -> Iterator[Window]:
    settings = fresh_places / "settings"
    settings.mkdir(exist_ok=True)
    known = {"version": 1, "welcomed": True, "appearance": "light"}
    (settings / "settings.json").write_text(json.dumps(known), encoding="utf-8")
    places = (fresh_places / "shelf", settings, tmp_path / "seen.json", disc)
    with on_screen(screen.display, "tests.end2end.window_program", *places):
        yield Window(screen, tmp_path / "seen.json")


def keep_of(seen: dict[str, Any]) -> str:
    return next((name for name in seen["buttons"] if name.startswith("Put ") and "again" not in name), "")


def look_and_step_back(window: Window) -> dict[str, Any]:
    """The exam opens by itself; Esc leads to the disc it is on."""
    window.wait(lambda seen: seen["place"] == "viewer", "the exam in the viewer")
    window.screen.xdotool("mousemove", "760", "430", "click", "1")  # without a window manager nobody else activates it
    window.wait(lambda seen: seen["focus"] == "Viewport", "the keys in the picture")
    window.key("Escape")
    return window.wait(lambda seen: seen["place"] == "discs" and keep_of(seen), "the disc")


@pytest.mark.parametrize("delay", [450, 900])
def test_a_double_press_on_keep_never_stops_it_however_slow(window: Window, delay: int) -> None:
    before = look_and_step_back(window)
    window.press(keep_of(before), times=2, delay=delay)
    ended = window.wait(
        lambda seen: not seen["running"] and ("Receipt" in seen["buttons"] or seen["place"] == "shelf"), "the end"
    )
    assert not any("stopped" in words.casefold() for words in ended["words"])
    assert any(f"{IMAGES} images" in words for words in ended["words"])


def test_esc_leaves_a_receipt_and_a_job_moves_nothing(window: Window) -> None:
    before = look_and_step_back(window)
    window.press(keep_of(before))
    during = window.wait(lambda seen: seen["running"] or "Receipt" in seen["buttons"], "the beginning")
    after = window.wait(lambda seen: not seen["running"] and "Receipt" in seen["buttons"], "the receipt")
    fixed = ("My shelf", "Settings", "Help")
    assert len({tuple(map(tuple, (seen["buttons"][name] for name in fixed))) for seen in (before, during, after)}) == 1
    window.press("Receipt")
    window.wait(lambda seen: "Back" in seen["buttons"], "the receipt's page")
    window.key("Escape")
    window.wait(lambda seen: "Back" not in seen["buttons"] and seen["place"] == "discs", "the cards")
    window.key("F1")
    window.wait(lambda seen: seen["place"] == "help", "the help")
    window.key("Escape")
    window.wait(lambda seen: seen["place"] == "discs", "where one came from")
