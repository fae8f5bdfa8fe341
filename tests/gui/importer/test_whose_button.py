"""A button that keeps images says whose they are and how many."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from core.language.isolates import isolated
from importer.ui.card import CardView, keep_words
from importer.ui.summary import DiscCard, PersonLine


def person(short: str, images: int) -> PersonLine:
    return PersonLine(short, short, "born 4 May 1951", "", "", (), images, short=short)


MARTHA = isolated("Martha")


@pytest.mark.parametrize(
    "persons, said",
    [
        ([person("Martha", 12)], f"Put {MARTHA}'s 12 images on my shelf"),
        ([person("Martha", 1)], f"Put {MARTHA}'s 1 image on my shelf"),
        ([person("Martha", 1200)], f"Put {MARTHA}'s 1,200 images on my shelf"),
        ([person("أحمد", 3)], f"Put {isolated('أحمد')}'s 3 images on my shelf"),
        ([person("", 1)], "Put 1 image on my shelf"),
        ([person("", 12)], "Put 12 images on my shelf"),
        ([person("Martha", 12), person("Karl", 1)], "Put 13 images of 2 persons on my shelf"),
        ([], "Put on my shelf"),
    ],
)
def test_it_says_whose_and_how_many(persons: list[PersonLine], said: str) -> None:
    assert keep_words(persons) == said


def test_a_disc_of_several_persons_asks_whose_first(qtbot: QtBot) -> None:
    view = CardView(lambda *_: QIcon())
    qtbot.addWidget(view)
    view.show_card(DiscCard("d", "CD", "CD", "disc-3", "ready", (person("Martha", 12), person("Karl", 1)), 2, 13))
    assert view.buttons["keep"].text() == "Choose whose images to keep…"
    view.show_card(DiscCard("d", "CD", "CD", "disc-3", "ready", (person("Martha", 12),), 1, 12))
    assert view.buttons["keep"].text() == f"Put {MARTHA}'s 12 images on my shelf"
