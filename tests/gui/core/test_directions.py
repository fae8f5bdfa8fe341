"""Words in a window that reads from the right: numbers and full stops stay with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.language.isolates import isolated
from core.ui.parts import GAP, Button, button, label, paragraph, spaced


@pytest.fixture
def from_the_right(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.usefixtures("from_the_right")
def test_a_button_is_a_run_of_its_own(qtbot: QtBot) -> None:
    made = button("Choose a folder…")
    qtbot.addWidget(made)
    assert made.text() == isolated("Choose a folder…")
    made.setText("3 images")
    assert made.text() == isolated("3 images")
    assert made.accessibleName() == "Choose a folder…"


@pytest.mark.usefixtures("from_the_right")
def test_the_room_beside_an_icon_stays_beside_it(qtbot: QtBot) -> None:
    made = Button(spaced("Send"))
    qtbot.addWidget(made)
    assert made.text() == GAP + isolated("Send")


@pytest.mark.usefixtures("from_the_right")
def test_words_begin_at_the_side_the_window_reads_from(qtbot: QtBot) -> None:
    for text in ("412 images", "أحمد علي"):
        made = label(text)
        qtbot.addWidget(made)
        assert made.alignment() & Qt.AlignmentFlag.AlignRight
        assert made.alignment() & Qt.AlignmentFlag.AlignAbsolute


def test_a_window_that_reads_from_the_left_adds_nothing(qtbot: QtBot) -> None:
    made = button("Choose a folder…")
    qtbot.addWidget(made)
    assert made.text() == "Choose a folder…"
    assert paragraph("3 images") == "3 images"
