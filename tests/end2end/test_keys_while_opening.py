"""Keys pressed while an exam opens: none is lost, and none goes to another exam."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from tests.end2end.program import TEST_FILES, on_screen, scanshelf_here
from tests.end2end.test_hands import Window
from tests.end2end.test_window import Screen, screen

__all__ = ["screen"]

EXAMS = {"1.2.826.0.1.88.1": "20240102", "1.2.826.0.1.88.2": "20230102"}
SERIES, IMAGES = 3, 12


def fill(folder: Path) -> None:
    """Make two exams of one person, each of several series."""
    made = pydicom.dcmread(TEST_FILES / "CT_small.dcm")
    for exam, date in EXAMS.items():
        made.StudyInstanceUID, made.StudyDate = exam, date
        for series in range(1, SERIES + 1):
            made.SeriesInstanceUID, made.SeriesNumber = f"{exam}.{series}", series
            for number in range(1, IMAGES + 1):
                made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"{exam}.{series}.{number}"
                made.InstanceNumber = number
                made.ImagePositionPatient = [0, 0, 5 * number]
                made.save_as(folder / f"{exam}.{series}.{number}.dcm")


@pytest.fixture
def window(screen: Screen, fresh_places: Path, tmp_path: Path) -> Iterator[Window]:
    """The program, open at a shelf whose newest exam is chosen."""
    disc = tmp_path / "disc"
    disc.mkdir()
    fill(disc)
    assert scanshelf_here("import", "--library", fresh_places / "shelf", disc).status == 0
    settings = fresh_places / "settings"
    settings.mkdir(exist_ok=True)
    known = {"version": 1, "welcomed": True, "place": "shelf", "look_at_discs": False, "appearance": "light"}
    (settings / "settings.json").write_text(json.dumps(known), encoding="utf-8")
    with on_screen(
        screen.display, "tests.end2end.window_program", fresh_places / "shelf", settings, tmp_path / "seen.json"
    ):
        made = Window(screen, tmp_path / "seen.json")
        made.wait(lambda seen: seen["place"] == "shelf" and "Open" in seen["enabled"], "the shelf")
        yield made


def choose(window: Window, key: str, exam: str) -> None:
    """Go to an exam by a key, and wait until it is seen to be chosen."""
    window.wait(lambda seen: seen["place"] == "shelf" and seen["focus"] == "ShelfTable", "the keys in the list")
    window.key(key)
    year = EXAMS[exam][:4]
    window.wait(lambda seen: any(words.startswith(f"2 January {year}") for words in seen["words"]), f"{exam} chosen")


def open_and_press(window: Window, *keys: str) -> None:
    """Open what is chosen, and press further keys before anything can be there."""
    window.screen.xdotool("key", "--delay", "1", "Return", *keys)


def wait_for_picture(window: Window, series: str, image: int) -> None:
    window.wait(lambda seen: seen["place"] == "viewer" and seen["shown"] == [series, image], f"{series}, {image}")


def test_keys_reach_the_exam_that_opens_and_no_other(window: Window) -> None:
    newest, older = EXAMS
    window.screen.xdotool("mousemove", "330", "600", "click", "1")  # into the list, where it is empty
    choose(window, "Down", older)
    choose(window, "Up", newest)
    open_and_press(window, "Page_Down", "Down", "Down")
    wait_for_picture(window, f"{newest}.2", 3)
    window.key("Escape")
    choose(window, "Down", older)
    open_and_press(window, "End")
    wait_for_picture(window, f"{older}.1", IMAGES)
    window.key("Escape")
    choose(window, "Up", newest)
    open_and_press(window, "Page_Down", "Escape", "Down", "Return")
    wait_for_picture(window, f"{older}.1", 1)
