"""Who asks a layout for its parts keeps none of them: Qt frees them, and their wrappers stay in PySide's book.

The next widget that comes to lie at the same address is then taken for the part, and the program ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from app.window.appearance.style import Style
from core.ui.notice import Notice
from core.ui.notice_stack import NoticeStack
from core.ui.parts import clear, label
from importer.ui.discs_panel import DiscsPanel
from importer.ui.summary import DiscCard
from portal.ui.portal_panel import PortalPanel
from tests.gui.layout_faults import outlived_parts
from tests.gui.portal_screens import SHARES, WHO


def _notices(style: Style, qtbot: QtBot) -> QWidget:
    stack = NoticeStack()
    qtbot.addWidget(stack)
    for number in range(4):
        stack.add(Notice(style.icons, "amber", f"Notice {number}"))
    for notice in stack.notices()[1:]:
        stack.take(notice)
    return stack


def _discs(style: Style, qtbot: QtBot) -> QWidget:
    panel = DiscsPanel(style.icons)
    qtbot.addWidget(panel)
    panel.show()
    for number in range(4):
        panel.show_card(DiscCard(f"d{number}", f"DISC_{number}", "CD", "disc-3", "looking"))
    qtbot.waitUntil(lambda: not panel._ordering.isActive())
    for number in range(3):
        panel.remove_card(f"d{number}")
    return panel


def _shares(style: Style, qtbot: QtBot) -> QWidget:
    panel = PortalPanel(style.icons)
    qtbot.addWidget(panel)
    panel.show_home(WHO)
    cards = tuple(replace(SHARES[0], key=str(number)) for number in range(3))
    panel.shared.show_shares(cards)
    panel.shared.show_shares(cards[1:])
    panel.shared.show_shares(cards[2:])
    return panel


def _cleared(style: Style, qtbot: QtBot) -> QWidget:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    for word in ("one", "two"):
        column.addWidget(label(word))
    clear(column)
    return holder


@pytest.mark.parametrize("filled", [_notices, _discs, _shares, _cleared])
def test_no_wrapper_of_a_part_outlives_the_part(
    filled: Callable[[Style, QtBot], QWidget], style: Style, qtbot: QtBot, qapp: QApplication
) -> None:
    kept = filled(style, qtbot)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert Shiboken.isValid(kept)
    assert outlived_parts() == []
