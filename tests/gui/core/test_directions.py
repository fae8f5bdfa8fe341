"""Words in a window that reads from the right: numbers and full stops stay with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.language.isolates import isolated
from core.ui.elided import Elided
from core.ui.parts import GAP, Button, button, label, margins, paragraph, spaced
from portal.ui.dialogs.until_dialog import UntilDialog
from viewer.ui.picture.caption_painter import CaptionPainter, LineCache
from viewer.ui.style import Colours


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


@pytest.mark.usefixtures("from_the_right")
def test_one_line_begins_there_too_and_margins_lie_where_it_begins(qtbot: QtBot) -> None:
    made = Elided()
    qtbot.addWidget(made)
    assert made.alignment() & Qt.AlignmentFlag.AlignRight
    assert made.alignment() & Qt.AlignmentFlag.AlignAbsolute
    assert margins(1, 2, 3, 4) == QMargins(3, 2, 1, 4)


def test_a_window_that_reads_from_the_left_adds_nothing(qtbot: QtBot) -> None:
    made = button("Choose a folder…")
    qtbot.addWidget(made)
    assert made.text() == "Choose a folder…"
    assert paragraph("3 images") == "3 images"


@pytest.mark.parametrize("from_right", [False, True])
def test_a_name_from_the_right_turns_nothing_around_it(qapp: QApplication, qtbot: QtBot, from_right: bool) -> None:
    name, words = isolated("\u05d3\u05d9\u05e1\u05e7"), "22 November 2025, 10:24"
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight)
    try:
        drawn = []
        for made in (label(f"{name} {words}"), label(f"{name} {words}", selectable=True)):
            qtbot.addWidget(made)
            made.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
            made.resize(made.sizeHint().expandedTo(QSize(400, 40)))
            drawn.append(made.grab().toImage())
        assert drawn[0] == drawn[1]
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.usefixtures("from_the_right")
def test_a_day_is_read_in_the_order_of_its_words(qtbot: QtBot) -> None:
    dialog = UntilDialog("s", "2026-12-22", 365, "2026-11-22")
    qtbot.addWidget(dialog)
    assert dialog.date.layoutDirection() == dialog.date.locale().textDirection()


@pytest.mark.usefixtures("qapp")
def test_words_instead_of_a_picture_keep_their_full_stop() -> None:
    drawn = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        QGuiApplication.setLayoutDirection(direction)
        canvas = QImage(400, 200, QImage.Format.Format_RGB32)
        canvas.fill(0)
        painter = QPainter(canvas)
        painter.setLayoutDirection(direction)
        CaptionPainter(painter, canvas.rect(), QGuiApplication.font(), Colours(), LineCache()).notice(
            "3 images.", "Wait."
        )
        painter.end()
        drawn.append(canvas)
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert drawn[0] == drawn[1]


def test_text_without_a_name_is_copied_as_it_is(qtbot: QtBot) -> None:
    made = label("https://portal.example/s/1", selectable=True)
    qtbot.addWidget(made)
    assert made.text() == "https://portal.example/s/1"
