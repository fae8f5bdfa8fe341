"""The panel with real workers on a real disc's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QIcon, QImage
from pytestqt.qtbot import QtBot

from app.demo.sample_disc import make_sample_disc
from core.job import QuietJob
from core.lanes import NewestFirstLane
from core.qt import Bridge
from core.worker import WorkerPool, WorkerSpec
from dicom.decoder import Decoder
from dicom.display import default_voi, to_grey8
from dicom.source import Content, FileContent
from viewer.ui.viewer_panel import ViewerPanel


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Content]:
    disc = make_sample_disc(tmp_path_factory.mktemp("disc"))
    found = sorted(path for path in disc.folder.rglob("*") if path.is_file() and path.suffix in ("", ".DCM"))
    return [FileContent(str(path), str(path)) for path in found if path.name != "DICOMDIR"]


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    pool = WorkerPool(WorkerSpec("dicom.decode_tasks"), 2)
    pool.start()
    yield Decoder(pool)
    pool.close()


@pytest.fixture
def panel(qtbot: QtBot, decoder: Decoder) -> Iterator[ViewerPanel]:
    bridge = Bridge()
    lane = NewestFirstLane("viewing", bridge.post, threads=2)
    made = ViewerPanel(decoder, lane, lambda name: QIcon())
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()
    lane.close()
    bridge.close()


def test_every_series_of_the_sample_disc_is_shown(
    qtbot: QtBot, panel: ViewerPanel, decoder: Decoder, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.desk.reading, timeout=30_000)
    kinds = {item.kind for item in panel.desk.sets}
    assert {"stack", "clip", "document"} <= kinds
    for item in panel.desk.sets:
        panel.desk.choose(item.key)
        if item.kind != "other":
            qtbot.waitUntil(lambda: panel.desk.loaded is not None, timeout=10_000)
            assert not panel.picture.image().isNull()
    shown = [item.key for item in panel.desk.sets if item.kind != "other"]
    qtbot.waitUntil(lambda: all(panel.strip.has_picture(key) for key in shown), timeout=20_000)


def test_the_screen_shows_what_the_decoder_and_the_display_pipeline_say(
    qtbot: QtBot, panel: ViewerPanel, decoder: Decoder, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.desk.reading, timeout=30_000)
    panel.desk.go_to(7)
    qtbot.waitUntil(lambda: panel.desk.loaded is not None, timeout=10_000)
    panel.resize(2000, 1400)
    panel.commands["actual"].trigger()
    frame = panel.desk.frame
    assert frame is not None
    stored, said = decoder.frame(frame.ref, QuietJob()), frame.description
    expected = to_grey8(stored.pixels, said, 0, default_voi(stored.pixels, said, 0))
    image = panel.picture.image().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    assert np.array_equal(rows[:, : image.width()], expected)


def test_scrolling_goes_on_while_frames_are_still_coming(
    qtbot: QtBot, panel: ViewerPanel, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.desk.reading, timeout=30_000)
    for _ in range(40):
        panel.commands["next-image"].trigger()
    assert panel.desk.index == 40
    qtbot.waitUntil(lambda: panel.desk.loaded is not None, timeout=10_000)
    assert panel.picture.stage.frame is panel.desk.loaded


def test_a_folder_of_nonsense_is_named_and_nothing_breaks(qtbot: QtBot, panel: ViewerPanel, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear doctor")
    (tmp_path / "empty").write_bytes(b"")
    contents: list[Content] = [FileContent(str(path), str(path)) for path in tmp_path.iterdir()]
    contents.append(FileContent(str(tmp_path / "gone"), "gone"))
    panel.show_study("x", contents)
    qtbot.waitUntil(lambda: not panel.desk.reading, timeout=30_000)
    assert len(panel.desk.errors) == 3
    assert panel.picture.notice is not None
