"""A series of mixed pictures through the sandboxed workers and the wheel: one kind after the other, each named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QIcon, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.lanes import NewestFirstLane
from core.qt import Bridge
from core.worker import WorkerPool, WorkerSpec
from dicom.decoder import Decoder
from dicom.source import Content, FileContent
from tests.unit.viewer.series_made import slice_bytes
from viewer.ui.viewer_panel import ViewerPanel


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ViewerPanel]:
    pool, bridge = WorkerPool(WorkerSpec("dicom.decode_tasks"), 2), Bridge()
    pool.start()
    lane = NewestFirstLane("viewing", bridge.post, threads=2)
    made = ViewerPanel(Decoder(pool), lane, lambda name: QIcon())
    made.resize(900, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()
    lane.close()
    bridge.close()
    pool.close()


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
    qtbot.waitUntil(lambda: not panel.desk.reading and panel.desk.loaded is not None, timeout=30_000)
    assert panel.strip.titles() == [f"1 · Images · b {weight} s/mm²" for weight in (0, 500, 1000)]
    for item, weight in zip(panel.desk.sets, (0, 500, 1000), strict=True):
        panel.desk.choose(item.key)
        seen = []
        for place in range(4):
            qtbot.waitUntil(lambda: panel.desk.loaded is not None, timeout=10_000)
            stage = panel.picture.stage
            seen.append(stage.value_at((stage.size[0] / 2, stage.size[1] / 2)))
            assert panel.desk.index == place
            wheel_down(panel)
        assert seen == [(weight // 10 + place, "") for place in range(4)]
