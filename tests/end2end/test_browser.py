"""The browser that plays the recipient leaves nothing behind in the person's own folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.demo.browser import Browser, find_chromium
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
