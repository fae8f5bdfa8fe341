"""A viewer with drawn studies, and one with real workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from core.lanes import NewestFirstLane
from core.qt import Bridge
from core.workers.worker import WorkerPool
from dicom.decoding.decoder import Decoder
from tests.gui.viewer.phantom_study import PhantomDecoder
from viewer.ui.viewer_panel import ViewerPanel


@dataclass
class Bench:
    """The panel and what it works with."""

    panel: ViewerPanel
    decoder: PhantomDecoder
    bot: QtBot

    def open(self, contents: list, title: str = "Anna MUELLER") -> None:  # type: ignore[type-arg]
        """Open a study and wait until its first picture is there."""
        self.panel.show_study(title, contents)
        self.bot.waitUntil(lambda: not self.panel.position.study.reading, timeout=5000)
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        """Wait until the wanted frame is shown."""
        self.bot.waitUntil(lambda: self.shows_wanted(), timeout=5000)

    def shows_wanted(self) -> bool:
        """Tell whether the wanted frame is on the screen."""
        wanted, shown = self.panel.position.frame, self.panel.picture.presentation.frame
        return wanted is not None and shown is not None and shown.shown.key == wanted.key

    def do(self, name: str) -> None:
        """Trigger an action as its button does."""
        self.panel.commands[name].trigger()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    """A shown panel, 900 × 640."""
    bridge = Bridge()
    lane = NewestFirstLane("viewing", bridge.post, threads=2)
    decoder = PhantomDecoder()
    panel = ViewerPanel(decoder, lane, lambda name: QIcon())
    panel.resize(900, 640)
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()  # without a window manager nobody else does
    with qtbot.waitActive(panel):
        pass
    panel.picture.setFocus()
    yield Bench(panel, decoder, qtbot)
    panel.stop()
    lane.close()
    bridge.close()


@pytest.fixture
def decoder(decode_pool: WorkerPool) -> Decoder:
    """Sandboxed workers."""
    decode_pool.start()
    return Decoder(decode_pool)


@pytest.fixture
def panel(qtbot: QtBot, decoder: Decoder) -> Iterator[ViewerPanel]:
    """A shown panel that reads real files."""
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
