"""A disc's card says which exams are on it, by kind and day: what somebody with a stack of discs looks for first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.window.appearance.languages import English
from app.window.places.discs.exam_facts import exam_facts
from app.window.shell.controller import Controller
from importer.ui.summary import PersonLine, StudyLine
from tests.discs import Disc
from tests.gui.app.test_whole_way import controller, engines, look_at

__all__ = ["controller", "engines"]  # fixtures


def person(*studies: tuple[tuple[str, ...], str]) -> PersonLine:
    lines = tuple(StudyLine("", "", 1, kinds=kinds, day=day) for kinds, day in studies)
    return PersonLine("p", "Anna", "", "", "", lines, len(lines))


@pytest.mark.parametrize(
    "studies, said",
    [
        ([(("CT",), "20190312")], "CT · 12 March 2019"),
        ([(("CT", "Ultrasound"), "20200503"), (("CT",), "20190312")], "CT, Ultrasound · 12 March 2019 and 3 May 2020"),
        ([(("CT",), day) for day in ("20200503", "20170101", "20190312")], "CT · 1 January 2017 to 3 May 2020"),
        ([(("CT",), "20190312"), (("CT",), "")], "CT · 12 March 2019, no date"),
        ([((kind,), "20190312") for kind in "ABCDE"], "A, B, C and 2 other kinds · 12 March 2019"),
        ([(("CT",), "spring")], "CT · spring"),
        ([], ""),
    ],
)
def test_kinds_and_days_are_said_in_one_line(
    qapp: QApplication, studies: list[tuple[tuple[str, ...], str]], said: str
) -> None:
    translator = English(qapp)
    qapp.installTranslator(translator)
    assert exam_facts([person(*studies)]) == said
    assert exam_facts([person(*studies), person(*studies)]) == said


def test_the_card_of_a_disc_names_its_exams(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", number=1)
    disc.add_image("IM2", study="T2", number=1, modality="US", study_date="20200503")
    look_at(controller, qtbot, str(disc.folder))
    said = [label.text() for label in controller.discs.cards[str(disc.folder)].findChildren(QLabel)]
    assert "CT, Ultrasound · 12 March 2019 and 3 May 2020" in said
