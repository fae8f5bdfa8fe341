"""What matters in the questions of "My portal" is in sight without scrolling, also on a small screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.window.appearance.style import Style
from core.ui.question import OF_THE_SCREEN, Question
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.share_dialog import ShareDialog
from tests.gui.portal.conftest import LONG
from tests.gui.portal_screens import NEW_SHARE, SHARE

HEIGHT = round(760 * OF_THE_SCREEN)  # what a screen of 1280 x 800 leaves below a task bar


def shown(qtbot: QtBot, dialog: Question, width: int) -> QScrollArea:
    """Show a dialog as large as it is on such a screen; gives the part that would scroll."""
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.setFixedSize(width, HEIGHT)  # the screen of a test is narrower
    area = dialog.findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: dialog.size().height() == HEIGHT, timeout=LONG)
    return area


def says(dialog: QWidget, words: str) -> QLabel:
    """Give the label that says this."""
    return next(label for label in dialog.findChildren(QLabel) if words in label.text())


def is_whole(part: QWidget) -> bool:
    """Tell whether nothing of it is cut off."""
    return part.visibleRegion().boundingRect() == QRect(QPoint(0, 0), part.size())


def test_link_codes_and_their_copies_are_in_sight_at_once(qtbot: QtBot, style: Style) -> None:
    dialog = NewShareDialog(style.icons, NEW_SHARE)
    area = shown(qtbot, dialog, dialog.narrowest)
    dialog.copies["code"].click()
    qtbot.waitUntil(dialog.said.isVisible, timeout=LONG)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0, timeout=LONG)
    for text in (NEW_SHARE.url, NEW_SHARE.verification_code, NEW_SHARE.share_code):
        assert is_whole(says(dialog, text))
    for made in dialog.copies.values():
        assert is_whole(made)
    assert [dialog.copies[name].accessibleName() for name in ("code", "share-code")] == [
        "Copy the code",
        "Copy the share code",
    ]


@pytest.mark.parametrize("height", [HEIGHT, 480])
def test_the_warning_of_a_share_stands_above_its_button_whatever_scrolls(
    qtbot: QtBot, style: Style, height: int
) -> None:
    dialog = ShareDialog(style.icons, SHARE)
    area = shown(qtbot, dialog, dialog.narrowest)
    dialog.setFixedSize(dialog.width(), height)
    warning = says(dialog, "Share only with people you trust.")
    assert not area.isAncestorOf(warning)
    qtbot.waitUntil(lambda: is_whole(warning) and is_whole(dialog.share), timeout=LONG)
    if height == HEIGHT:
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0, timeout=LONG)


@pytest.mark.long
def test_what_is_typed_into_is_in_sight_at_large_text(qtbot: QtBot, style: Style) -> None:
    style.choose("light", 200)
    try:
        dialog = ShareDialog(style.icons, SHARE)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.focusWidget() is dialog.whom
        qtbot.waitUntil(lambda: is_whole(dialog.whom), timeout=LONG)
    finally:
        style.choose("light", 100)
