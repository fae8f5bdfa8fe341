"""While an exam is looked up the viewer says so, and the way back is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from core.errors import LibraryError
from tests.gui.app.test_several import controller, told
from tests.gui.app.test_the_right_study import wait

__all__ = ["controller"]


def test_the_viewer_says_at_once_that_an_exam_opens(controller: Controller, qtbot: QtBot) -> None:
    controller.shelf.preview.open.click()
    opening = controller.viewer.opening
    assert controller.window.place() == "viewer"
    assert opening.isVisible()
    assert opening.hasFocus()
    wait(qtbot, lambda: controller.viewer.currentWidget() is controller.viewer.panel)


def test_escape_leaves_an_exam_that_is_still_looked_up(controller: Controller, qtbot: QtBot) -> None:
    controller.shelf.preview.open.click()
    qtbot.keyClick(controller.viewer.opening, Qt.Key.Key_Down)
    qtbot.keyClick(controller.viewer.opening, Qt.Key.Key_Escape)
    assert controller.window.place() == "shelf"
    controller.shelf.preview.open.click()
    wait(qtbot, lambda: controller.viewer.currentWidget() is controller.viewer.panel)
    assert controller.viewer.opening.take_held() == []


def test_what_cannot_be_looked_up_leads_back_and_is_said(
    controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LibraryError("library-damaged")

    monkeypatch.setattr("app.actions.opening.from_shelf", refuse)
    controller.shelf.preview.open.click()
    wait(qtbot, lambda: bool(told(controller)))
    assert controller.window.place() == "shelf"
    assert not controller.viewer.opening.isVisible()
