"""The viewer and the page a share opens have one table of keys, and both helps name them."""

from __future__ import annotations

import re

import pytest

from app.window.places.viewer.keys import viewer_keys
from tests.tools import REPOSITORY
from viewer.tools.table import ACTIONS
from viewer.viewport.window_list import OWN_WINDOW_KEY, PRESET_KEYS

PAGE = REPOSITORY / "portal" / "server"
DEEDS = {  # an action of the viewer, and what the page does for it
    "previous-image": "viewer.step(-1)",
    "next-image": "viewer.step(1)",
    "back-ten": "viewer.step(-10)",
    "forward-ten": "viewer.step(10)",
    "first-image": "viewer.go(0)",
    "last-image": "viewer.go(Infinity)",
    "previous-series": "viewer.turnSeries(-1)",
    "next-series": "viewer.turnSeries(1)",
    "zoom-in": "viewer.enlarge(1.25)",
    "zoom-out": "viewer.enlarge(0.8)",
    "fit": "viewer.viewport.fit()",
    "actual": "viewer.viewport.actual()",
    "reset": "viewer.reset()",
    "invert": "viewer.invert()",
    "flip-horizontal": "viewer.mirror()",
    "flip-vertical": "viewer.flip()",
    "rotate-left": "viewer.turn(-1)",
    "rotate-right": "viewer.turn(1)",
    "cine": "viewer.play()",
    "tool-window": 'viewer.setMode("window")',
    "tool-pan": 'viewer.setMode("move")',
    "brighter": "viewer.drag(0, DRAG)",
    "darker": "viewer.drag(0, -DRAG)",
    "softer": "viewer.drag(DRAG, 0)",
    "harder": "viewer.drag(-DRAG, 0)",
    "move-left": "viewport.move(-MOVE, 0)",
    "move-right": "viewport.move(MOVE, 0)",
    "move-up": "viewport.move(0, -MOVE)",
    "move-down": "viewport.move(0, MOVE)",
}
NAMES = {"Up": "ArrowUp", "Down": "ArrowDown", "Left": "ArrowLeft", "Right": "ArrowRight", "PgUp": "PageUp"}
NAMES |= {"PgDown": "PageDown"}


def on_the_page() -> dict[tuple[str, str], str]:
    """Read what each key does on the page, by its modifiers."""
    source = (PAGE / "assets" / "recipient" / "controls" / "keys.js").read_text(encoding="utf-8")
    found: dict[tuple[str, str], str] = {}
    for held, name in (("", "plain"), ("Shift", "shifted"), ("Ctrl+Shift", "moves")):
        table = source[source.index(f"  {name}() {{") :]
        for key, deed in re.findall(r'^      "?([^\s":]+)"?: \(\) => (.*),$', table[: table.index("\n  }\n")], re.M):
            found[held, key] = deed.removeprefix("this.")
    return found


def in_the_viewer() -> dict[tuple[str, str], str]:
    keys: dict[tuple[str, str], str] = {}
    for spec in ACTIONS:
        for written in (*spec.keys, *spec.everywhere):
            held, _, key = written.rpartition("+") if len(written) > 1 else ("", "", written)
            key = NAMES.get(key, key.lower() if len(key) == 1 else key)
            keys[held, key] = spec.name
    return keys


def test_each_key_the_page_has_does_what_it_does_in_the_viewer() -> None:
    page, viewer = on_the_page(), in_the_viewer()
    own = {("", "?"), ("Shift", "?"), ("Shift", "+"), ("", "0")}  # help; plus where it needs Shift; the file's window
    assert len(page) > 20
    wrong = {key: deed for key, deed in page.items() if key not in own and not deed.endswith(DEEDS[viewer[key]])}
    assert wrong == {}


@pytest.mark.parametrize("action", DEEDS)
def test_each_key_of_a_deed_both_can_do_is_on_the_page(action: str) -> None:
    page = on_the_page()
    keys = [key for key, name in in_the_viewer().items() if name == action]
    assert keys
    assert [key for key in keys if not page.get(key, "").endswith(DEEDS[action])] == []


def test_both_helps_name_the_keys() -> None:
    page = (PAGE / "recipient" / "viewer.html").read_text(encoding="utf-8").lower()
    named = " ".join(keys for keys, _ in viewer_keys()).lower()
    assert f"{PRESET_KEYS[0]} - {PRESET_KEYS[-1]}, {OWN_WINDOW_KEY}" in named
    for words in ("↑ ↓", "← →", "page up, page down", "+ −", "home, end"):
        assert words in named
        assert words in page
    for letter in "fabsirchv":
        assert re.search(rf"\b{letter}\b", named)
        assert re.search(rf"<dt>[^<]*\b{letter}\b", page)
