"""A window that could only look at the shelf can change it once the window that had it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.ui.notice import Notice
from library.shelf import Library
from tests.gui.engines import QuietEngines

LONG = 20_000


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Library]:
    """The shelf as another window holds it."""
    held = Library.open(tmp_path / "shelf")
    yield held
    held.close()


@pytest.fixture
def second(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Library
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True, place="shelf")
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    qtbot.waitUntil(lambda: "can be read but not changed" in said(made), timeout=LONG)
    yield made
    made.window.close()
    qtbot.waitUntil(lambda: not made.window.isVisible(), timeout=LONG)
    made.window.deleteLater()


def said(controller: Controller) -> str:
    notices = [notice for notice in controller.window.findChildren(Notice) if not notice.isHidden()]
    return "\n".join(words.text() for notice in notices for words in notice.findChildren(QLabel))


def press_again(controller: Controller) -> None:
    next(made for made in controller.window.findChildren(QPushButton) if made.text() == "Try again").click()


def test_while_the_other_window_is_open_it_stays_as_it_is_and_says_what_to_do(second: Controller, qtbot: QtBot) -> None:
    waits = second._waits_to_write
    assert waits is not None
    press_again(second)
    qtbot.waitUntil(lambda: not waits._asking, timeout=LONG)
    assert second.jobs.library().read_only
    assert "Close the other Scanshelf window" in said(second)


@pytest.mark.parametrize("pressed", [True, False])
def test_once_the_other_window_is_closed_the_shelf_can_be_changed(
    second: Controller, first: Library, qtbot: QtBot, pressed: bool
) -> None:
    first.close()
    if pressed:
        press_again(second)
    else:
        assert second._waits_to_write is not None
        second._waits_to_write._timer.timeout.emit()
    qtbot.waitUntil(lambda: "can be changed here again" in said(second), timeout=LONG)
    assert "can be read but not changed" not in said(second)
    library = second.jobs.library()
    assert not library.read_only
    assert library.begin_import("folder", "DISC", "/disc")
    assert second._waits_to_write is None
