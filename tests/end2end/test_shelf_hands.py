"""My shelf in a real window, with real keys and a real mouse: what is chosen is seen, and only that is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from library.shelf import Library
from tests.end2end.program import on_screen
from tests.end2end.test_window import Screen, screen, wait_for
from tests.gui.app.test_several import fill

__all__ = ["screen"]
pytestmark = pytest.mark.alone

CHOSEN = (0xE8, 0xEB, 0xD5)  # the ground of a chosen row, as the screen has it: blue, green, red
NEARLY = 20  # under the mouse it is a little darker


class Gestures:
    """What a person at the window can do and see."""

    def __init__(self, screen: Screen, home: Path) -> None:
        self.screen, self._shelf, self._settings = screen, home / "shelf", home / "settings" / "settings.json"

    def key(self, *keys: str) -> None:
        self.screen.xdotool("key", *keys)

    def click(self, place: tuple[int, int], button: str = "1", holding: str = "") -> None:
        held, let_go = (["keydown", holding], ["keyup", holding]) if holding else ([], [])
        self.screen.xdotool("mousemove", *map(str, place), *held, "click", button, *let_go)

    def bands(self) -> list[tuple[int, int]]:
        """Give top and bottom of what is seen to be chosen in the list, rows that touch as one."""
        list_ = self.screen.pixels()[170:, 170:620].astype(int)
        ground = (np.abs(list_ - CHOSEN) < NEARLY).all(axis=2).sum(axis=1) > 300
        edges = np.flatnonzero(np.diff(np.concatenate(([False], ground, [False])).astype(int)))
        return [(int(top) + 170, int(bottom) + 170) for top, bottom in edges.reshape(-1, 2) if bottom - top > 2]

    def wait_for_chosen(self, height: int) -> None:
        """Wait until so many lines of pixels are seen to be chosen, or nearly."""
        wait_for(lambda: abs(sum(b - t for t, b in self.bands()) - height) < 8, f"{height} chosen lines of pixels")

    def on_shelf(self) -> set[str]:
        with Library.open(self._shelf, read_only=True) as library:
            return {row.key for row in library.studies()}

    def wait_for_shelf(self, *uids: str) -> None:
        wait_for(lambda: self.on_shelf() == set(uids), f"{uids} on the shelf")

    def order(self) -> str:
        return str(json.loads(self._settings.read_text(encoding="utf-8")).get("shelf_order", ""))


@pytest.fixture
def hands(screen: Screen, fresh_places: Path) -> Iterator[Gestures]:
    """The program, open at a shelf with three exams of one person and one of another."""
    fill(fresh_places / "shelf")
    settings = fresh_places / "settings"
    settings.mkdir(exist_ok=True)
    known = {"version": 1, "welcomed": True, "place": "shelf", "look_at_discs": False, "appearance": "light"}
    (settings / "settings.json").write_text(json.dumps(known), encoding="utf-8")
    with on_screen(screen.display, "app"):
        made = Gestures(screen, fresh_places)
        wait_for(lambda: bool(screen.xdotool("search", "--name", "Scanshelf")), "the window")
        wait_for(lambda: len(made.bands()) == 1, "the first study to be chosen")
        yield made


def test_hands_choose_bin_bring_back_search_and_sort(hands: Gestures) -> None:
    ((top, bottom),) = hands.bands()
    row = bottom - top

    def line(number: int) -> tuple[int, int]:
        """Point at a study counted from the first that is chosen: a notice above moves them all."""
        return 330, hands.bands()[0][0] + number * row + row // 2

    hands.click(line(0))
    hands.click(line(2), holding="ctrl")
    hands.wait_for_chosen(2 * row)

    hands.key("Delete")
    hands.wait_for_shelf("2.2", "3.1")
    hands.wait_for_chosen(0)
    hands.key("Delete", "Delete", "Return")
    hands.key("ctrl+z")
    hands.wait_for_shelf("2.1", "2.2", "2.3", "3.1")
    hands.wait_for_chosen(2 * row)

    hands.click(line(0))
    hands.wait_for_chosen(row)
    hands.key("shift+Down")
    hands.wait_for_chosen(2 * row)
    hands.key("ctrl+a")
    hands.wait_for_chosen(3 * row)

    hands.click(line(1), button="3")  # on one of the three that are chosen
    hands.key("Up", "Return")
    hands.wait_for_shelf("3.1")
    hands.key("ctrl+z")
    hands.wait_for_shelf("2.1", "2.2", "2.3", "3.1")
    hands.wait_for_chosen(3 * row)

    hands.key("ctrl+f")
    hands.screen.xdotool("type", "ultrasound 1 January 2018")
    hands.wait_for_chosen(row)
    hands.key("Return", "Menu")  # into the list; the menu of what is chosen, the only one that is left
    hands.key("Up", "Return")
    hands.wait_for_shelf("2.1", "2.3", "3.1")
    hands.key("ctrl+z")
    hands.wait_for_chosen(row)

    x, y = line(-1)
    wait_for(lambda: hands.order() in {"", "name"}, "the order by name")
    hands.click((x, y - row))  # the head of the column
    wait_for(lambda: hands.order() == "-when", "the newest first")
