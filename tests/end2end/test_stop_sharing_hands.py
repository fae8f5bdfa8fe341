"""Stop sharing to its end, with real hands: what the owner's window says, and what the recipient's open page shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.demo.browsing.browser import Browser, find_chromium
from core.language.isolates import bare
from tests.end2end.program import on_screen, scanshelf_here
from tests.end2end.test_account_cli import anna, in_browser, own_settings, sent_study, server, token_file
from tests.end2end.test_hands import Window
from tests.end2end.test_window import Screen, screen
from tests.portal_tools import PortalProcess, SignedIn
from tests.tools import skip_or_fail

__all__ = ["anna", "own_settings", "screen", "server", "token_file"]  # fixtures
pytestmark = pytest.mark.alone
PRESSES, SEEN_WITHIN = 6, 3.0


def test_what_is_not_shared_any_more_leaves_the_recipients_screen_though_nobody_touches_it(
    server: PortalProcess,
    anna: SignedIn,
    token_file: Path,
    tmp_path: Path,
    fresh_places: Path,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    study = sent_study(tmp_path, server, token_file)
    in_browser(monkeypatch, "forms", anna)
    assert scanshelf_here("login", "--portal", server.url, "--json").status == 0
    share = scanshelf_here("share", "create", study, "--json", "--label", "Dr. Weiss").document
    shelf, settings = fresh_places / "shelf", fresh_places / "settings"
    file = settings / "settings.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps(known | {"version": 1, "welcomed": True, "look_at_discs": False}), encoding="utf-8")
    seen = tmp_path / "seen.json"
    with Browser() as browser, on_screen(screen.display, "tests.end2end.window_program", shelf, settings, seen):
        browser.open(share["url"])
        browser.type("#code", share["verification_code"])
        browser.click("#open")
        browser.wait_for("document.querySelector('#progress').dataset.done === 'yes'")
        window = Window(screen, seen)
        window.press("My portal")
        window.press("Shared (1)")
        press_until(window, "Stop sharing", lambda seen: "Cancel" in seen["buttons"], "the question")
        press_until(window, "Cancel", lambda seen: "Cancel" not in seen["buttons"], "nothing stopped")
        press_until(window, "Stop sharing", lambda seen: "Cancel" in seen["buttons"], "the question again")
        assert browser.evaluate("document.querySelector('#end').hidden")
        press_until(window, "Stop sharing", lambda seen: "Stopped" in seen["words"], "the end in the window")
        ended = window.seen()
        assert any(bare(said).startswith("You stopped sharing it on ") for said in ended["words"])
        browser.wait_for("!document.querySelector('#end').hidden", 60)
        assert "can no longer be seen" in browser.evaluate("document.querySelector('#end-words').textContent")
        assert "SAMPLE" not in browser.evaluate("document.documentElement.outerHTML")


def press_until(window: Window, button: str, happened: Callable[[dict[str, Any]], bool], what: str) -> None:
    """Press a button as a person does: again, where it took no press because it had come there just now."""
    for _ in range(PRESSES):
        window.press(button)
        deadline = time.monotonic() + SEEN_WITHIN
        while time.monotonic() < deadline:
            if happened(window.seen()):
                return
            time.sleep(0.05)
    raise AssertionError(f"pressed in vain for {what}")
