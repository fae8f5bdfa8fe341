"""A press counts for what the hand was moved to, never for what came under it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.ui.not_ready import Veil
from core.ui.parts import button
from core.ui.steady import AIMING_SECONDS, RESTING_SECONDS, SteadyHand


class Bench:
    """Three buttons in a column, a clock, and a hand."""

    def __init__(self, application: QApplication) -> None:
        self.time, self.pressed = 100.0, list[str]()
        self.window = QWidget()
        self.column = QVBoxLayout(self.window)
        self.made = {name: self.put(name) for name in ("Open", "Send", "Bin")}
        self.steady = SteadyHand(application, lambda: self.time)

    def put(self, name: str, row: int = -1) -> QPushButton:
        made = button(name)
        made.clicked.connect(lambda: self.pressed.append(made.text()))
        self.column.insertWidget(row, made)
        return made

    def middle(self, name: str) -> QPoint:
        return self.made[name].geometry().center()

    def move(self, place: QPoint) -> None:
        QTest.mouseMove(self.window.windowHandle(), place)

    def press(self, place: QPoint) -> None:
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def pass_time(self, seconds: float) -> None:
        QApplication.processEvents()
        self.time += seconds


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Bench]:
    made = Bench(qapp)
    qtbot.addWidget(made.window)
    made.window.resize(300, 200)
    with qtbot.waitExposed(made.window):
        made.window.show()
    made.steady.watch(made.window)
    yield made
    made.steady.deleteLater()


def test_a_press_on_what_the_hand_went_to_counts(bench: Bench) -> None:
    for name in ("Open", "Send", "Open"):
        bench.move(bench.middle(name))
        bench.press(bench.middle(name))
        bench.pass_time(0.01 if name == "Send" else 1)
    assert bench.pressed == ["Open", "Send", "Open"]


def test_a_button_pushed_under_a_resting_hand_takes_no_press_for_a_moment(bench: Bench) -> None:
    place = bench.middle("Send")
    bench.move(place)
    bench.pass_time(5)
    bench.put("New", 0).setFixedHeight(bench.made["Open"].height())
    bench.window.resize(300, 270)
    bench.pass_time(0.2)
    shaking = place + QPoint(3, -2)
    bench.move(shaking)
    bench.press(shaking)
    assert bench.pressed == []
    bench.pass_time(RESTING_SECONDS)
    bench.press(shaking)
    assert len(bench.pressed) == 1


def test_another_meaning_under_the_finger_takes_no_second_press(bench: Bench) -> None:
    made, place = bench.made["Open"], bench.middle("Open")
    made.clicked.connect(lambda: made.setText("Stop"))
    bench.move(place)
    bench.press(place)
    for wait in (0.05, 0.5):
        bench.pass_time(wait)
        bench.press(place)
    assert bench.pressed == ["Open"]
    bench.pass_time(RESTING_SECONDS)
    bench.press(place)
    assert bench.pressed == ["Open", "Stop"]


def test_the_same_words_for_another_thing_are_another_meaning(bench: Bench) -> None:
    made, place = bench.made["Open"], bench.middle("Open")
    made.setAccessibleDescription("disc one")
    bench.move(bench.middle("Bin"))
    bench.move(place)
    bench.pass_time(1)
    made.setAccessibleDescription("disc two")
    bench.press(place)
    assert bench.pressed == []


def test_a_button_made_anew_for_the_same_thing_is_the_same(bench: Bench) -> None:
    old, place = bench.made["Open"], bench.middle("Open")
    old.setAccessibleDescription("disc one")
    bench.move(place)
    bench.pass_time(1)
    old.hide()
    old.deleteLater()
    bench.put("Open", 0).setAccessibleDescription("disc one")
    bench.pass_time(0.05)
    bench.press(place)
    assert bench.pressed == ["Open"]


def test_a_hand_on_its_way_does_not_hit_what_has_just_come_to_where_it_goes(bench: Bench) -> None:
    place = bench.middle("Open")
    bench.move(bench.middle("Bin") + QPoint(0, 20))
    old = bench.made["Open"]
    old.hide()
    bench.column.removeWidget(old)
    bench.put("Send to somebody", 0)
    bench.pass_time(0.1)
    bench.move(place)
    bench.press(place)
    assert bench.pressed == []
    bench.pass_time(AIMING_SECONDS)
    bench.press(place)
    assert bench.pressed == ["Send to somebody"]


def test_what_takes_no_press_is_seen_to_be_not_ready_and_then_ready(bench: Bench, qtbot: QtBot) -> None:
    place = bench.middle("Send")
    for name in ("Bin", "Send"):
        bench.move(bench.middle(name))
    bench.pass_time(5)
    assert veiled(bench) == []
    bench.put("New", 0).setFixedHeight(bench.made["Open"].height())
    bench.window.resize(300, 270)
    qtbot.waitUntil(lambda: len(veiled(bench)) == 1)
    (name,) = veiled(bench)
    before = {made.text(): made.geometry() for made in bench.window.findChildren(QPushButton)}
    bench.press(place)
    assert bench.pressed == []
    assert veiled(bench) == [name]
    bench.pass_time(RESTING_SECONDS)
    qtbot.waitUntil(lambda: veiled(bench) == [])
    assert {made.text(): made.geometry() for made in bench.window.findChildren(QPushButton)} == before
    bench.press(place)
    assert bench.pressed == [name]


def test_a_press_left_aside_at_the_end_of_a_way_is_answered_by_the_sign(bench: Bench, qtbot: QtBot) -> None:
    place = bench.middle("Open")
    bench.move(bench.middle("Bin") + QPoint(0, 20))
    bench.made["Open"].hide()
    bench.column.removeWidget(bench.made["Open"])
    bench.put("Send to somebody", 0)
    bench.pass_time(0.1)
    bench.move(place)
    bench.press(place)
    assert veiled(bench) == ["Send to somebody"]
    assert "moment" in bench.window.findChildren(Veil)[0].accessibleName()
    bench.pass_time(AIMING_SECONDS)
    qtbot.waitUntil(lambda: veiled(bench) == [])


def test_the_sign_goes_with_its_button_and_does_not_stay_where_the_hand_is_not(bench: Bench, qtbot: QtBot) -> None:
    place = bench.middle("Open")
    for name in ("Bin", "Open"):
        bench.move(bench.middle(name))
    bench.pass_time(1)
    bench.made["Open"].setText("Stop")
    bench.window.update()
    qtbot.waitUntil(lambda: veiled(bench) == ["Stop"])
    bench.move(bench.middle("Bin"))
    qtbot.waitUntil(lambda: veiled(bench) == [])
    bench.move(place)
    bench.pass_time(1)
    bench.made["Open"].setText("Open")
    qtbot.waitUntil(lambda: veiled(bench) == ["Open"])
    bench.made["Open"].deleteLater()
    qtbot.waitUntil(lambda: veiled(bench) == [])
    bench.press(bench.middle("Bin"))
    assert bench.pressed == ["Bin"]


def veiled(bench: Bench) -> list[str]:
    """Name the buttons that are seen to be not ready."""
    return [veil.button.text() for veil in bench.window.findChildren(Veil) if veil.isVisible()]
