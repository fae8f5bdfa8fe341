"""Long lists: a page at first, a few cards at a time, more when somebody gets to the end; nothing drawn twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app.window.appearance.style import Style
from portal.ui.card_list import AT_ONCE, PAGE, CardView
from portal.ui.entries import ActivityLine
from portal.ui.portal_panel import PortalPanel
from tests.gui.portal.conftest import LONG
from tests.gui.portal_screens import EXAMS, SHARES, WHO

REPOSITORY = Path(__file__).parents[3]
MANY = tuple(replace(SHARES[0], key=f"s{number}", for_whom=f"For Dr. {number}") for number in range(300))


@pytest.fixture
def panel(qtbot: QtBot, style: Style) -> PortalPanel:
    made = PortalPanel(style.icons)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show_home(WHO)
    made.show()
    return made


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the keys of the cards that are filled, in order."""
    keys: list[str] = []
    redraw = CardView.redraw

    def noted(self: CardView) -> None:  # type: ignore[type-arg]
        assert self.card is not None
        keys.append(self.card.key)
        redraw(self)

    monkeypatch.setattr(CardView, "redraw", noted)
    return keys


def test_a_long_list_begins_with_a_page_drawn_a_few_cards_at_a_time(
    panel: PortalPanel, qtbot: QtBot, drawn: list[str]
) -> None:
    panel.go_to("shared")
    panel.shared.show_shares(MANY)
    assert len(drawn) == AT_ONCE
    qtbot.waitUntil(lambda: len(panel.shared.list.views) == PAGE, timeout=LONG)
    assert panel.shared.list.more.said.text() == "20 of 300 are shown"
    assert drawn == [card.key for card in MANY[:PAGE]]


def test_looking_again_draws_nothing_where_nothing_changed(panel: PortalPanel, qtbot: QtBot, drawn: list[str]) -> None:
    panel.shared.show_shares(MANY)
    panel.exams.show_exams(EXAMS)
    lines = [ActivityLine("today", "You signed in")] * 3
    panel.activity.show_activity(lines, [])
    qtbot.waitUntil(lambda: len(panel.shared.list.views) == PAGE, timeout=LONG)
    drawn.clear()
    panel.shared.show_shares([replace(card) for card in MANY])
    panel.exams.show_exams([replace(card) for card in EXAMS])
    panel.activity.show_activity([replace(line) for line in lines], [])
    assert drawn == []
    panel.shared.show_shares([replace(MANY[0], opened="Opened 4 of 10 times"), *MANY[1:]])
    assert drawn == ["s0"]


def test_more_is_shown_at_the_end_of_a_list_and_for_the_button(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.go_to("shared")
    panel.shared.show_shares(MANY)
    views = panel.shared.list.views
    qtbot.waitUntil(lambda: len(views) == PAGE, timeout=LONG)
    panel.shared.list.more.button.click()
    qtbot.waitUntil(lambda: len(views) == 2 * PAGE, timeout=LONG)
    area = panel.shared.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=LONG)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: len(views) >= 3 * PAGE, timeout=LONG)


def test_what_was_shown_stays_when_something_new_comes_on_top(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.shared.show_shares(MANY)
    views = panel.shared.list.views
    qtbot.waitUntil(lambda: len(views) == PAGE, timeout=LONG)
    last = views[f"s{PAGE - 1}"]
    panel.shared.show_shares([replace(MANY[0], key="new"), *MANY])
    assert views[f"s{PAGE - 1}"] is last
    assert list(_in_order(panel))[:2] == ["new", "s0"]
    panel.shared.show_shares([])
    assert views == {}
    assert panel.shared.list.more.isHidden()


def test_a_new_line_of_activity_leaves_the_others_alone(panel: PortalPanel, drawn: list[str]) -> None:
    old = [ActivityLine("11:02", "Dr. Weiss opened it"), ActivityLine("11:01", "You shared it"), *TWICE]
    panel.activity.show_activity(old, [])
    before = dict(panel.activity.list.views)
    assert len(before) == 4
    drawn.clear()
    panel.activity.show_activity([ActivityLine("11:03", "Dr. Weiss downloaded it"), *old], [])
    assert panel.activity.list.views.items() >= before.items()
    assert len(drawn) == 2  # the new one, and the line above what was the first


def test_what_the_place_is_made_of_is_imported_before_it_is_gone_to() -> None:
    code = (
        "import sys; from app.window.places.portal.place import import_ahead; import_ahead(); there = set(sys.modules);"
        "import app.window.places.portal.presenters;"
        "import portal.ui.portal_panel, segno;"
        "print(sorted(set(sys.modules) - there), 'requests' in there, 'authlib' in there, 'keyring' in there)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert found.stdout.strip() == "[] False False False"


TWICE = [ActivityLine("11:00", "You signed in"), ActivityLine("11:00", "You signed in")]


def _in_order(panel: PortalPanel) -> Iterator[str]:
    places = {view: key for key, view in panel.shared.list.views.items()}
    column = panel.shared.list._column
    for place in range(column.count()):
        item = column.itemAt(place)
        widget = item.widget() if item is not None else None
        if isinstance(widget, CardView) and widget in places:
            yield places[widget]


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("percent", [100, 200])
def test_no_part_of_a_moment_is_cut_off(qtbot: QtBot, style: Style, percent: int) -> None:
    style.choose("light", percent)
    panel = PortalPanel(style.icons)
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.show_home(WHO)
    panel.show()
    panel.go_to("activity")
    panel.activity.show_activity([ActivityLine("22 November 2026, 09:26", "You signed in")], [])
    when = next(made for made in panel.activity.findChildren(QLabel) if "November" in made.text())
    qtbot.waitUntil(lambda: when.height() >= when.heightForWidth(when.width()) > 0, timeout=LONG)
    one_line = when.height() < 2 * when.fontMetrics().lineSpacing()
    assert one_line == (percent == 100)
    longest = max(when.fontMetrics().horizontalAdvance(word) for word in when.text().split())
    assert longest <= when.width()
    style.choose("light", 100)
