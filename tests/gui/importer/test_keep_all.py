"""Several discs are kept with one press, those alone about which there is no question; the others are named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from core.language.isolates import bare
from importer.ui.discs_panel import DiscsPanel
from importer.ui.keep_all import without_question
from importer.ui.summary import DiscCard, PersonLine, ProblemLine

ANNA = PersonLine("a", "Anna MUELLER", "born 4 May 1951", "woman", "ID 4711", (), 3, short="Anna", sure=True)
BERT = replace(ANNA, key="b", name="Bert MUELLER", short="Bert")


def disc(name: str, *persons: PersonLine) -> DiscCard:
    return DiscCard(name, name, "CD", "disc-3", "ready", persons or (ANNA,), 1, 3)


@pytest.fixture
def panel(qtbot: QtBot) -> DiscsPanel:
    made = DiscsPanel(lambda *_: QIcon())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    "card",
    [
        disc("CD", ANNA, BERT),
        disc("CD", replace(ANNA, sure=False)),
        disc("CD", replace(ANNA, alike="Perhaps the same person as Anna MULLER.")),
        disc("CD", replace(ANNA, variants=("1 image does not say: birth date.",))),
        disc("CD", replace(ANNA, deleted=True)),
        replace(disc("CD"), persons=()),
        replace(disc("CD"), problems=(ProblemLine("", "1 file lies in a recycle bin.", "", ""),)),
        *(replace(disc("CD"), state=state) for state in ("found", "looking", "importing", "kept", "unreadable")),
    ],
)
def test_what_has_a_question_is_not_kept_with_the_others(card: DiscCard) -> None:
    assert without_question(disc("CD"))
    assert not without_question(card)


def test_each_is_asked_for_by_itself_and_the_others_are_named(panel: DiscsPanel, qtbot: QtBot) -> None:
    asked: list[str] = []
    panel.keep_requested.connect(asked.append)
    panel.show_card(disc("ONE"))
    assert not panel.keep_all.isVisible()  # its own button does it
    panel.show_card(disc("TWO", BERT))
    panel.show_card(disc("BOTH", ANNA, BERT))
    assert panel.keep_all.isVisible()
    assert "2" in panel.keep_all.keep.text()
    assert "BOTH" in bare(panel.keep_all.left.text())
    panel.keep_all.keep.click()
    assert sorted(asked) == ["ONE", "TWO"]


def test_it_stays_in_its_place_until_all_that_it_began_is_done(panel: DiscsPanel) -> None:
    for name in ("ONE", "TWO"):
        panel.show_card(disc(name))
    panel.keep_all.keep.click()
    for name in ("ONE", "TWO"):
        panel.show_card(replace(disc(name), state="importing"))
    assert panel.keep_all.isVisible()  # what lies below does not move under the finger
    assert not panel.keep_all.keep.isEnabled()
    panel.show_card(replace(disc("ONE"), state="kept"))
    assert panel.keep_all.isVisible()
    panel.show_card(replace(disc("TWO"), state="kept"))
    assert not panel.keep_all.isVisible()


def test_a_disc_that_is_taken_out_is_not_offered_any_more(panel: DiscsPanel) -> None:
    for name in ("ONE", "TWO"):
        panel.show_card(disc(name))
    panel.remove_card("TWO")
    assert not panel.keep_all.isVisible()
