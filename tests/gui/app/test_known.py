"""A disc's card says what of it seems to be on the shelf already, and follows the shelf."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from tests.gui.app.test_the_right_study import controller, settled, wait

__all__ = ["controller"]


def said(controller: Controller) -> str:
    return "\n".join(label.text() for label in controller.discs.findChildren(QLabel))


def test_a_disc_that_was_here_before_is_known(controller: Controller, qtbot: QtBot) -> None:
    (source,) = controller.discs_presenter.sources
    assert "seem to be on your shelf already" not in said(controller)  # it was just put there, and says that
    controller.window.go_to("discs")
    controller.discs_presenter.look_at(source)
    wait(qtbot, lambda: controller.discs.cards[source].card.state == "ready")
    assert "By number and size all 9 seem to be on your shelf already." in said(controller)
    study = controller.shelf.table.chosen_study()
    images = controller.jobs.library().study(study).instances
    controller.shelf_presenter.bin((study,))
    settled(controller, qtbot)
    card = f"0 new of 9. By number and size {9 - images} seem to be on your shelf already. {images} lie in your bin."
    wait(qtbot, lambda: card in said(controller))
    controller.undo.undo_newest()
    settled(controller, qtbot)
    wait(qtbot, lambda: "By number and size all 9 seem" in said(controller))
