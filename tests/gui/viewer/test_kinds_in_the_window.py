"""A series of mixed pictures through the sandboxed workers and the wheel: one kind after the other, each named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dicom.source import Content, FileContent
from tests.unit.viewer.series_made import slice_bytes
from viewer.ui.viewer_panel import ViewerPanel


def wheel_down(panel: ViewerPanel) -> None:
    middle = QPointF(panel.picture.rect().center())
    no_buttons, no_keys, no_phase = (
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
    )
    turn = QWheelEvent(
        middle, panel.picture.mapToGlobal(middle), QPoint(), QPoint(0, -120), no_buttons, no_keys, no_phase, False
    )
    QApplication.sendEvent(panel.picture, turn)


def test_the_wheel_goes_through_one_kind_and_the_strip_names_each(
    qtbot: QtBot, panel: ViewerPanel, tmp_path: Path
) -> None:
    weights, contents = (1000, 0, 500), list[Content]()
    for place in range(4):
        for kind, weight in enumerate(weights):
            path, number = tmp_path / f"{place}{kind}", 3 * place + kind + 1
            private = [(0x00190010, "LO", "SIEMENS MR HEADER"), (0x0019100C, "IS", str(weight))]
            pixels = np.full((16, 16), weight // 10 + place, np.uint16)
            path.write_bytes(slice_bytes(number, 3.0 * place, uid=f"2.25.{number}", private=private, pixels=pixels))
            contents.append(FileContent(str(path), path.name))
    panel.show_study("x", contents)
    qtbot.waitUntil(lambda: not panel.position.study.reading and panel.position.loaded is not None, timeout=30_000)
    assert panel.strip.titles() == [f"1 · Images · b {weight} s/mm²" for weight in (0, 500, 1000)]
    for item, weight in zip(panel.position.study.sets, (0, 500, 1000), strict=True):
        panel.position.choose(item.key)
        seen = []
        for place in range(4):
            qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=10_000)
            presentation = panel.picture.presentation
            seen.append(presentation.value_at((presentation.size[0] / 2, presentation.size[1] / 2)))
            assert panel.position.index == place
            wheel_down(panel)
        assert seen == [(weight // 10 + place, "") for place in range(4)]


def test_small_numbers_keep_one_window_and_a_hand_changes_them_gently(
    qtbot: QtBot, panel: ViewerPanel, tmp_path: Path
) -> None:
    ramp, contents = np.tile(np.arange(256, dtype=np.uint16) * 100, (200, 1)), list[Content]()
    said = {"RescaleSlope": "5.949e-08", "RescaleIntercept": "0", "Modality": "PT", "Units": "BQML"}
    for place in range(4):
        path = tmp_path / f"{place}"
        pixels = ramp if place else ramp * 0
        path.write_bytes(slice_bytes(place + 1, 3.0 * place, uid=f"2.25.{place + 1}", pixels=pixels, **said))
        contents.append(FileContent(str(path), path.name))
    panel.show_study("x", contents)
    qtbot.waitUntil(lambda: not panel.position.study.reading and panel.position.set_window is not None, timeout=30_000)
    presentation, windows = panel.picture.presentation, []
    for place in (0, 1, 2, 3, 0, 2):
        panel.position.go_to(place)
        qtbot.waitUntil(
            lambda: presentation.frame is not None and presentation.frame is panel.position.loaded, timeout=10_000
        )
        windows.append(presentation.voi)
    assert set(windows) == {panel.position.set_window}
    panel.commands["actual"].trigger()
    before = greys(panel)
    assert np.abs(before.astype(int)[100] - np.arange(256)).max() <= 4
    drag(panel, QPoint(6, 0))
    after = greys(panel)
    assert 0 < np.abs(after.astype(int) - before).max() <= 6
    assert any(line.text.startswith("Width 0.0015") for line in panel.picture.texts.bottom_left)
    assert any(line.text.endswith(" Bq/ml") for line in panel.picture.texts.bottom_left)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow, timeout=5_000)
    QTest.keyClick(panel.picture, Qt.Key.Key_0)
    assert np.array_equal(greys(panel), before)


def greys(panel: ViewerPanel) -> np.ndarray:
    image = panel.picture.image().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()


def drag(panel: ViewerPanel, by: QPoint) -> None:
    start = panel.picture.rect().center()
    QTest.mousePress(panel.picture, Qt.MouseButton.LeftButton, pos=start)
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(start + by), panel.picture.mapToGlobal(QPointF(start + by)),
        Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(panel.picture, move)
    QTest.mouseRelease(panel.picture, Qt.MouseButton.LeftButton, pos=start + by)
