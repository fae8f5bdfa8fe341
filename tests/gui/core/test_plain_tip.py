"""What a disc or a portal is called is drawn letter by letter, in labels and in tooltips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import Qt as QtOfGui
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.ui.parts import label, plain_tip
from viewer.ui.controls.status_line import StatusLine

NASTY = [
    "<img src='http://elsewhere.example/seen.png'>",
    "<b>Anna</b>",
    "<a href='file:///etc/passwd'>Anna</a>",
    "Anna &amp; Bert",
    "<qt><table><tr><td>x",
    "<!DOCTYPE html><p>x",
    "x < y and <i>z</i>\nsecond line",
]


def shown_by_qt(tip: str) -> str:
    """Give what a tooltip shows, as Qt decides on it."""
    if not QtOfGui.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


@pytest.mark.parametrize("text", [*NASTY, "CT Head", "", "Müller & Söhne", "a < b"])
def test_a_tooltip_shows_every_letter_of_a_foreign_text(qtbot: QtBot, text: str) -> None:
    assert shown_by_qt(plain_tip(text)) == text


def test_what_needs_no_care_stays_as_it_is() -> None:
    assert plain_tip("CT Head, 12 March 2026") == "CT Head, 12 March 2026"


@pytest.mark.parametrize("text", NASTY)
def test_a_label_never_draws_a_foreign_text_as_rich(qtbot: QtBot, text: str) -> None:
    made = label(text)
    qtbot.addWidget(made)
    assert made.textFormat() == Qt.TextFormat.PlainText
    assert made.text() == text


@pytest.mark.parametrize("text", NASTY)
def test_the_line_below_the_picture_says_it_letter_by_letter(qtbot: QtBot, text: str) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    line = StatusLine(holder)
    line.show_news(text)
    assert line.news() == text
    assert shown_by_qt(line._news.toolTip()) == text


def test_the_shelfs_tooltips_say_names_letter_by_letter(qtbot: QtBot) -> None:
    from library.ui.entries import ShelfPerson, ShelfStudy
    from library.ui.shelf_model import ShelfModel

    study = ShelfStudy("p:s", "2024", NASTY[0], "CT", 3, "", "")
    model = ShelfModel()
    model.show_persons([ShelfPerson("p", NASTY[2], "born 1951", (study,))])
    person = model.index(0, 0, QModelIndex())
    assert NASTY[2] in shown_by_qt(model.data(person, Qt.ItemDataRole.ToolTipRole))
    row = model.index(0, 1, person)
    assert NASTY[0] in shown_by_qt(model.data(row, Qt.ItemDataRole.ToolTipRole))
