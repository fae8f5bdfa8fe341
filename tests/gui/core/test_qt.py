"""Calls from threads are made in the Qt thread, all of them, in order."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QThread, Signal
from pytestqt.qtbot import QtBot

from core.lanes import Ended, Event, Lane
from core.qt import Bridge


def test_calls_are_made_in_the_qt_thread_in_the_order_they_were_posted(qtbot: QtBot) -> None:
    bridge = Bridge()
    made: list[tuple[int, bool]] = []

    def note(number: int) -> None:
        made.append((number, QThread.currentThread() is bridge.thread()))

    def post() -> None:
        for number in range(5000):
            bridge.post(lambda number=number: note(number))  # type: ignore[misc]

    thread = threading.Thread(target=post)
    thread.start()
    qtbot.waitUntil(lambda: len(made) == 5000)
    thread.join()
    assert made == [(number, True) for number in range(5000)]


def test_a_post_from_the_qt_thread_is_made_later_and_not_at_once(qtbot: QtBot) -> None:
    bridge, made = Bridge(), []
    bridge.post(lambda: made.append(1))
    assert made == []
    qtbot.waitUntil(lambda: made == [1])


@pytest.mark.qt_no_exception_capture
def test_a_call_that_raises_does_not_hold_back_the_others(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: raised.append(kind))
    bridge, made = Bridge(), []

    def fail() -> None:
        raise LookupError

    calls: list[Callable[[], None]] = [lambda: made.append(1), fail, lambda: made.append(2)]
    for call in calls:
        bridge.post(call)
    qtbot.waitUntil(lambda: made == [1, 2])
    assert raised == [LookupError]


def test_a_bridge_that_one_call_closes_makes_none_of_those_behind_it(qtbot: QtBot) -> None:
    bridge, made = Bridge(), []
    calls: list[Callable[[], None]] = [lambda: made.append(1), bridge.close, lambda: made.append(2)]
    for call in calls:
        bridge.post(call)
    ended: list[bool] = []
    Bridge(bridge).post(lambda: ended.append(True))
    qtbot.waitUntil(lambda: ended == [True])
    assert made == [1]


def test_a_closed_bridge_makes_no_calls(qtbot: QtBot) -> None:
    bridge, made = Bridge(), []
    bridge.post(lambda: made.append(1))
    bridge.close()
    bridge.post(lambda: made.append(2))
    other = Bridge()
    other.post(lambda: made.append(3))
    qtbot.waitUntil(lambda: made == [3])


def test_a_lane_tells_its_ends_through_the_bridge(qtbot: QtBot) -> None:
    bridge = Bridge()
    lane = Lane("test", bridge.post)
    told: list[Event[int]] = []
    lane.submit(lambda _: 42, told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert isinstance(told[1], Ended)
    assert told[1].result == 42
    assert lane.close()


def test_five_thousand_emits_from_python_do_not_abort(qtbot: QtBot) -> None:
    """A release of PySide6 aborted after some hundred emits of a bool on this Python; keep the pin honest."""

    class Source(QObject):
        told = Signal(bool, str, object)

    source, heard = Source(), []
    source.told.connect(lambda *values: heard.append(values))
    for number in range(5000):
        source.told.emit(number % 2 == 0, str(number), None)
    assert len(heard) == 5000
    assert heard[-1] == (False, "4999", None)
