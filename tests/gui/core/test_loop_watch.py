"""The watch sees which turn of the event loop is long, and by whose time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.qt import Bridge
from tests.gui import loop_watch
from tests.gui.loop_watch import LoopWatch, Turn, watching


def busy(watch: LoopWatch) -> Callable[[], None]:
    def work() -> None:
        until = time.thread_time() + 0.03
        while time.thread_time() < until:
            pass
        while not watch.sampled:
            time.sleep(0.001)

    return work


def idle(watch: LoopWatch) -> Callable[[], None]:
    def wait() -> None:
        time.sleep(0.03)
        while not watch.sampled:
            time.sleep(0.001)

    return wait


def places(watch: LoopWatch) -> list[str]:
    """Name what of the program was seen most at work in each long turn."""
    return [max(filter(None, turn.stacks), key=turn.stacks.__getitem__)[-1].rpartition(".")[2] for turn in watch.slow]


@pytest.mark.parametrize("kind, named", [(busy, ["work"]), (idle, [])])
def test_what_the_loop_delivers_counts_by_the_time_it_works_and_is_named(
    qtbot: QtBot, kind: Callable[[LoopWatch], Callable[[], None]], named: list[str]
) -> None:
    over: list[bool] = []
    with watching(20.0) as watch:
        bridge = Bridge()
        bridge.post(kind(watch))
        bridge.post(lambda: over.append(True))
        qtbot.waitUntil(lambda: bool(over))
    assert places(watch) == named


def test_a_timer_counts_and_what_the_test_does_itself_does_not(qtbot: QtBot) -> None:
    with watching(20.0) as watch:
        until = time.thread_time() + 0.03
        while time.thread_time() < until:
            QApplication.processEvents()
        qtbot.wait(1)
        assert not watch.slow
        QTimer.singleShot(0, busy(watch))
        qtbot.wait(1)
    assert places(watch) == ["work"]


def test_a_click_counts(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    with watching(20.0) as watch:
        button.clicked.connect(busy(watch))
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert places(watch) == ["work"]


def test_only_what_is_named_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "EXCEPTIONS", {"app.slow": "it is the first"})
    assert Turn(60, loop_watch.Counter({("app.begin", "app.slow"): 3, ("app.begin",): 2})).excepted
    assert not Turn(60, loop_watch.Counter({("app.begin", "app.slow"): 2, ("app.begin",): 2})).excepted
    assert not Turn(60, loop_watch.Counter()).excepted
