"""A path on a drive that does not answer keeps the window from nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import scanning
from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from library.shelf import Library
from tests.gui.app.test_whole_way import end
from tests.gui.engines import QuietEngines


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    yield made
    end(made, qtbot)


def test_what_a_dropped_path_is_gets_known_later_where_its_drive_does_not_answer(
    controller: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked_in, is_folder = threading.Event(), set[str](), scanning.is_folder

    def slowly(path: str) -> bool:
        asked_in.add(threading.current_thread().name)
        answers.wait()
        return is_folder(path)

    monkeypatch.setattr(scanning, "is_folder", slowly)
    folder, file = tmp_path / "images.zip", tmp_path / "IM0001"
    folder.mkdir()
    file.write_bytes(b"no image")
    controller.add_paths([str(folder), str(file)])
    kind = lambda path: controller.discs_presenter.sources[str(path)].kind  # noqa: E731
    assert (kind(folder), kind(file)) == ("ZIP archive", "Folder")  # as its name says, until it is known
    answers.set()
    qtbot.waitUntil(lambda: (kind(folder), kind(file)) == ("Folder", "File"))
    assert threading.current_thread().name not in asked_in


def test_a_shelf_that_takes_long_to_close_does_not_halt_the_window(
    controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: controller.jobs._library is not None)
    answers, closed_in, close = threading.Event(), list[str](), Library.close

    def slowly(library: Library) -> None:
        closed_in.append(threading.current_thread().name)
        answers.wait()
        close(library)

    monkeypatch.setattr(Library, "close", slowly)
    controller.window.close()
    assert controller.window.isVisible()
    assert controller.window.windowTitle() == "Scanshelf is stopping…"
    answers.set()
    qtbot.waitUntil(lambda: not controller.window.isVisible())
    assert closed_in == ["closing"]
