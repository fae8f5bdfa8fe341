"""The watch sees which turn of the event loop is long, and by whose time."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.qt import Bridge
from tests.gui import loop_watch
from tests.gui.loop_watch import LoopWatch, Turn, watching


def busy() -> None:
    until = time.thread_time() + 0.03
    while time.thread_time() < until:
        pass


def idle() -> None:
    time.sleep(0.03)


def places(watch: LoopWatch) -> list[str]:
    """Name what was at work in each long turn."""
    return [max(turn.stacks, key=lambda stack: turn.stacks[stack])[-1].rpartition(".")[2] for turn in watch.slow]


@pytest.mark.parametrize("work, named", [(busy, ["busy"]), (idle, [])])
def test_what_the_loop_delivers_counts_by_the_time_it_works_and_is_named(
    qtbot: QtBot, work: object, named: list[str]
) -> None:
    over: list[bool] = []
    with watching(20.0) as watch:
        bridge = Bridge()
        bridge.post(work)
        bridge.post(lambda: over.append(True))
        qtbot.waitUntil(lambda: bool(over))
    assert places(watch) == named


def test_a_timer_counts_and_what_the_test_does_itself_does_not(qtbot: QtBot) -> None:
    with watching(20.0) as watch:
        busy()
        qtbot.wait(1)
        busy()
        assert not watch.slow
        QTimer.singleShot(0, busy)
        qtbot.wait(1)
        QApplication.processEvents()
    assert places(watch) == ["busy"]


def test_a_click_counts(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.clicked.connect(busy)
    with watching(20.0) as watch:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert places(watch) == ["busy"]


def test_only_what_is_named_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "EXCEPTIONS", {"app.slow": "it is the first"})
    assert Turn(60, loop_watch.Counter({("app.begin", "app.slow"): 3, ("app.begin",): 2})).excepted
    assert not Turn(60, loop_watch.Counter({("app.begin", "app.slow"): 2, ("app.begin",): 2})).excepted
    assert not Turn(60, loop_watch.Counter()).excepted
