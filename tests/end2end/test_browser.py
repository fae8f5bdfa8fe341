"""The browser that plays the recipient starts where it can, and leaves nothing behind in the person's own folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.demo.browsing.browser import Browser, BrowserError, browser_starts, find_chromium
from tests.tools import skip_or_fail


def test_it_writes_into_its_own_profile_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    with Browser() as browser:
        browser.open("data:text/html,<p id=here>here</p>")
        browser.wait_for("document.querySelector('#here')")
    assert list(tmp_path.iterdir()) == []


def browser_like(folder: Path, condition: str) -> str:
    """Make a program that is Chromium when the condition holds of its words, and ends at once otherwise."""
    real = find_chromium()
    if real is None:
        skip_or_fail("chromium is not installed")
    program = folder / "chromium"
    program.write_text(f'#!/bin/sh\ncase "$*" in {condition}) exec {real} "$@" --no-sandbox;; esac\nexit 1\n')
    program.chmod(0o755)
    return str(program)


def test_where_there_is_no_sandbox_it_starts_without(tmp_path: Path) -> None:
    with Browser(browser_like(tmp_path, "*--no-sandbox*")) as browser:
        assert browser.evaluate("1 + 1") == 2


def test_one_that_never_starts_is_told_from_one_that_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = browser_like(tmp_path, "never")
    with pytest.raises(BrowserError, match="ended"), Browser(program):
        pass
    assert browser_starts()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not browser_starts()
