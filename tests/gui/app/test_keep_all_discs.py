"""Several discs of one person each are kept with one press, each for its own person; the one with two stays."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from tests.discs import Disc
from tests.discs.files import ANNA, BERT
from tests.gui.app.test_whole_way import LONG, card, controller, engines, look_at

__all__ = ["controller", "engines"]  # fixtures


def test_each_disc_goes_to_its_own_person_and_what_is_asked_about_stays(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    annas, berts, both = (Disc(tmp_path / name) for name in ("annas", "berts", "both"))
    annas.add_image("IM1", ANNA, "T1", number=1)
    berts.add_image("IM1", BERT, "T2", number=1)
    both.add_image("IM1", ANNA, "T3", number=1)
    both.add_image("IM2", BERT, "T4", number=1)
    for disc in (annas, berts, both):
        look_at(controller, qtbot, str(disc.folder))
    offered = controller.discs.keep_all
    assert offered.isVisibleTo(controller.discs)
    assert "both" in offered.left.text()
    offered.keep.click()
    for disc in (annas, berts):
        source = str(disc.folder)
        qtbot.waitUntil(lambda source=source: card(controller, source).state == "kept", timeout=LONG)
    assert controller.discs.chooser is None
    assert card(controller, str(both.folder)).state == "ready"
    kept = {(row.patient_name, row.study_description) for row in controller.jobs.library().studies()}
    assert kept == {(ANNA.patient_name, "Sample study T1"), (BERT.patient_name, "Sample study T2")}
    assert not offered.isVisibleTo(controller.discs)
