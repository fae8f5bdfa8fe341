"""The watch sees which call halts the window, and by whose time."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from core.qt import Bridge
from tests.gui.loop_watch import watched


def busy() -> None:
    until = time.thread_time() + 0.03
    while time.thread_time() < until:
        pass


def test_a_call_that_works_long_is_named_and_one_that_waits_is_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    over: list[bool] = []
    with watched(20.0, monkeypatch) as watch:
        bridge = Bridge()
        bridge.post(busy)
        bridge.post(lambda: over.append(True))
        qtbot.waitUntil(lambda: bool(over))
    assert [what.rpartition(".")[2] for what, _ in watch.slow] == ["busy"]
