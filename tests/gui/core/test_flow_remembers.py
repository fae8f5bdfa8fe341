"""Rows and columns reckon their height once for a width, and anew when a part of theirs changes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.ui.flow import FlowLayout
from core.ui.parts import button, label
from core.ui.steady_column import SteadyColumn

LONG = "several words that have to be broken into lines where there is little room "


@pytest.fixture
def card(qtbot: QtBot) -> tuple[QWidget, QLabel, FlowLayout]:
    """A card of words and a row of buttons."""
    widget = QWidget()
    qtbot.addWidget(widget)
    column = SteadyColumn(widget)
    words = label(LONG, "body")
    column.addWidget(words)
    flow = FlowLayout()
    for name in ("Open the report", "Download to my shelf", "What happened"):
        flow.addWidget(button(name))
    column.addLayout(flow)
    widget.resize(600, 200)
    widget.show()
    QApplication.processEvents()
    return widget, words, flow


def test_a_narrow_card_is_higher_whatever_was_asked_before(card: tuple[QWidget, QLabel, FlowLayout]) -> None:
    widget, _, _ = card
    layout = widget.layout()
    assert layout is not None
    wide, narrow = layout.totalHeightForWidth(600), layout.totalHeightForWidth(180)
    assert narrow > wide
    assert (layout.totalHeightForWidth(600), layout.totalHeightForWidth(180)) == (wide, narrow)


def test_more_words_or_another_button_make_it_higher(card: tuple[QWidget, QLabel, FlowLayout]) -> None:
    widget, words, flow = card
    layout = widget.layout()
    assert layout is not None
    before = layout.totalHeightForWidth(180)
    words.setText(LONG * 4)
    QApplication.processEvents()
    more_words = layout.totalHeightForWidth(180)
    assert more_words > before
    flow.addWidget(made := button("One more button of many words"))
    made.show()
    QApplication.processEvents()
    assert layout.totalHeightForWidth(180) > more_words
    made.hide()
    QApplication.processEvents()
    assert layout.totalHeightForWidth(180) == more_words


def test_turned_to_the_other_reading_side_the_buttons_stand_there(card: tuple[QWidget, QLabel, FlowLayout]) -> None:
    from PySide6.QtCore import Qt

    widget, _, flow = card
    first = flow.itemAt(0)
    assert first is not None
    left = first.geometry().x()
    widget.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert first.geometry().x() > left
    assert first.geometry().right() <= widget.width()
