"""What the table of contents lists and the disc does not hold is on the card before the import, and on the receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from core.ui.notice import Notice
from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.disc import Disc, listed_disc
from tests.discs.files import BERT
from tests.gui.app.test_whole_way import LONG, card, controller, engines, look_at

__all__ = ["controller", "engines"]


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    return listed_disc(tmp_path / "disc", 4)


def notices_of(controller: Controller) -> list[str]:
    """Give the title of each notice on the page."""
    return [notice.accessibleName() for notice in controller.discs.findChildren(Notice)]


def keep(controller: Controller, qtbot: QtBot, source: str) -> None:
    """Press the button with the keyboard, and wait until the import has ended."""
    button = controller.discs.cards[source].buttons["keep"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: card(controller, source).state == "kept", timeout=LONG)


def test_dead_files_are_told_on_the_card_and_the_receipt(controller: Controller, qtbot: QtBot, disc: Disc) -> None:
    disc.write("GOOD/A3", b"")
    disc.write("GOOD/A4", bytes(700))
    source = str(disc.folder)
    seen = look_at(controller, qtbot, source)
    (problem,) = seen.problems
    assert (problem.tone, problem.lost) == ("amber", True)
    assert "listed 4, here 2: image 3 is an empty file; image 4 holds nothing but zeros." in problem.means
    keep(controller, qtbot, source)
    assert card(controller, source).note.startswith("2 of 4 images are on your shelf")
    button = controller.discs.cards[source].buttons["receipt"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert "2 files are in the table of contents, but not here." in notices_of(controller)
    receipt = controller.discs.receipt
    assert receipt is not None
    told = [*receipt.receipt.problems, *receipt.receipt.lines]
    assert {receipt.receipt.tone, *(one.tone for one in told)} <= {"amber", "good", ""}  # half is here: no red cross
    assert receipt.receipt.tone == receipt.receipt.problems[0].tone == "amber"


def test_another_persons_name_in_the_table_is_on_the_card_before_the_import(
    controller: Controller, qtbot: QtBot, disc: Disc
) -> None:
    records = [image_record(path.replace("/", "\\"), known) for path, known in disc.good.items()]
    disc.write("DICOMDIR", dicomdir([person_tree(BERT, "T1", "S1", records)]))
    seen = look_at(controller, qtbot, str(disc.folder))
    assert seen.state == "ready"
    (problem,) = seen.problems
    said = problem.what.replace("\u2068", "").replace("\u2069", "")
    assert said.startswith("The table of contents names Bert SAMPLE")
    assert "4 files say Anna SAMPLE (born 4 May 1951" in said
