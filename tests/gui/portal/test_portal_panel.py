"""The place "My portal" shows plain data in words and sends wishes on; its questions ask before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.window.appearance.style import Style
from core.ui.confirm import Confirm
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.practice_dialog import PracticeDialog
from portal.ui.dialogs.qr import qr_image
from portal.ui.dialogs.send_dialog import SendDialog
from portal.ui.dialogs.share_dialog import ShareDialog
from portal.ui.dialogs.until_dialog import UntilDialog
from portal.ui.entries import Found
from portal.ui.portal_panel import PortalPanel
from tests.gui.portal_screens import (
    ACTIVITY,
    EXAMS,
    LOCAL,
    NEW_SHARE,
    ROWS,
    SENDING,
    SHARE,
    SHARES,
    STRANGER,
    UNCLEAR,
    WHO,
    question,
)


@pytest.fixture
def panel(qtbot: QtBot, style: Style) -> PortalPanel:
    made = PortalPanel(style.icons)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def texts(widget: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_nobody_is_asked_for_an_account_before_an_address_is_typed(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_welcome()
    assert "Does your practice offer a portal?" in texts(panel)
    assert "Nothing is sent anywhere." in texts(panel)
    qtbot.keyClicks(panel.welcome.address, " portal.weiss.example ")
    with qtbot.waitSignal(panel.welcome.check_requested) as told:
        qtbot.keyClick(panel.welcome.address, Qt.Key.Key_Return)
    assert told.args == ["portal.weiss.example"]


def test_a_portal_that_answers_is_named_before_anybody_signs_in(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_welcome()
    panel.welcome.show_found(Found("Portal of Dr. Weiss", ("030 123456",), "https://portal.weiss.example"))
    assert "030 123456" in texts(panel)
    with qtbot.waitSignal(panel.welcome.sign_in_requested) as told:
        panel.welcome.sign_in.click()
    assert told.args == ["https://portal.weiss.example"]
    panel.welcome.another.click()
    assert panel.welcome.address.isVisible()


def test_the_practice_portal_is_named_wherever_it_is_one(panel: PortalPanel) -> None:
    panel.show_home(LOCAL)
    assert "what you share reaches nobody else" in texts(panel)
    panel.show_home(WHO)
    assert "what you share reaches nobody else" not in texts(panel)


def test_a_practices_exam_without_its_report_cannot_be_shared(panel: PortalPanel) -> None:
    panel.show_home(WHO)
    panel.exams.show_exams(EXAMS)
    views = panel.exams.list.views
    assert "share" in views["e1"].buttons
    assert "share" not in views["e2"].buttons
    assert "Report is Unavailable" in texts(views["e2"])
    assert "report" in views["e3"].buttons


def test_an_exam_sends_its_wishes(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.exams.show_exams(EXAMS)
    for name, signal in (
        ("share", panel.exams.share_requested),
        ("download", panel.exams.download_requested),
        ("activity", panel.exams.activity_requested),
        ("report", panel.exams.report_requested),
    ):
        with qtbot.waitSignal(signal) as told:
            panel.exams.list.views["e3"].buttons[name].click()
        assert told.args == ["e3"]


def test_a_share_says_whom_for_how_often_and_until_when(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.go_to("shared")
    panel.shared.show_shares(SHARES)
    view = panel.shared.list.views["s1"]
    for words in ("For Dr. Weiss", "Viewed", "Opened 3 of 10 times", "Until 22 December 2026"):
        assert words in texts(view)
    with qtbot.waitSignal(panel.shared.edit_requested) as told:
        view.buttons["edit"].click()
    assert told.args == ["s1", "2026-12-22"]
    assert set(panel.shared.list.views["s4"].buttons) == set()  # revoked: nothing more can be done


def test_looking_again_leaves_the_keyboard_where_it_was(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.go_to("shared")
    panel.shared.show_shares(SHARES)
    view = panel.shared.list.views["s1"]
    with qtbot.waitActive(panel):
        panel.activateWindow()
    QApplication.processEvents()  # parts that were just added are shown by the next one
    view.buttons["stop"].setFocus()
    before = view.buttons["stop"]
    panel.shared.show_shares(SHARES)
    assert view.buttons["stop"] is before
    panel.shared.show_shares((replace(SHARES[0], opened="Opened 4 of 10 times"), *SHARES[1:]))
    assert view.buttons["stop"] is not before
    assert view.buttons["stop"].hasFocus()


def test_progress_moves_the_bar_and_keeps_the_buttons(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.go_to("sending")
    panel.sending.show_sending(SENDING)
    view = panel.sending.list.views["u1"]
    pause = view.buttons["pause"]
    panel.sending.show_sending((replace(SENDING[0], note="300 of 386 images", share=0.78), *SENDING[1:]))
    assert view.buttons["pause"] is pause
    assert "300 of 386 images" in texts(view)
    with qtbot.waitSignal(panel.sending.action_requested) as told:
        pause.click()
    assert told.args == ["u1", "pause"]


def test_what_happened_can_be_asked_of_one_exam(panel: PortalPanel) -> None:
    panel.show_home(WHO)
    panel.go_to("activity")
    panel.activity.show_activity(ACTIVITY, [("e1", "CT of the chest")])
    assert "You signed in" in texts(panel.activity)
    panel.activity.choose("e1")
    assert "You signed in" not in texts(panel.activity)
    assert len(panel.activity.shown()) == 4


def test_arrow_keys_go_along_the_lists(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    with qtbot.waitActive(panel):
        panel.activateWindow()
    QApplication.processEvents()  # parts that were just added are shown by the next one
    panel.tabs.take_focus()
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(panel.tab_changed) as told:
        qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert told.args == ["sending"]
    assert panel.tab() == "sending"


def test_nothing_is_sent_without_the_tick(qtbot: QtBot, style: Style) -> None:
    dialog = SendDialog(style.icons, question("same", ROWS))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "383 of 386 images" in texts(dialog)
    assert not dialog.send.isEnabled()
    dialog.consent.setChecked(True)
    assert dialog.send.isEnabled()
    assert dialog.person_confirmed() is None


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot, style: Style) -> None:
    dialog = SendDialog(style.icons, question("same", ROWS))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.consent.setChecked(True)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.send, Qt.Key.Key_Return)


def test_perhaps_another_person_shows_both_and_needs_a_reason(qtbot: QtBot, style: Style) -> None:
    dialog = SendDialog(style.icons, question("perhaps", UNCLEAR))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Anna SCHMIDT" in texts(dialog)
    assert "Anna MUELLER" in texts(dialog)
    dialog.consent.setChecked(True)
    assert not dialog.send.isEnabled()
    dialog.reason.setText("my name before I married")
    assert dialog.send.isEnabled()
    assert dialog.person_confirmed() == "my name before I married"


def test_where_nothing_agrees_it_says_so_before_it_asks_for_a_reason(qtbot: QtBot, style: Style) -> None:
    dialog = SendDialog(style.icons, question("perhaps", STRANGER))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "look like another person's images" in texts(dialog)


def test_another_persons_images_cannot_be_sent(qtbot: QtBot, style: Style) -> None:
    dialog = SendDialog(style.icons, question("other", STRANGER))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "These images are not sent" in texts(dialog)
    assert not dialog.send.isVisible()


def test_a_share_is_asked_for_with_careful_defaults(qtbot: QtBot, style: Style) -> None:
    dialog = ShareDialog(style.icons, SHARE)
    qtbot.addWidget(dialog)
    dialog.show()
    choice = dialog.choice()
    assert (choice.days, choice.accesses, choice.allow_download) == (30, 10, False)
    assert "only with people you trust" in texts(dialog)
    dialog.images.setChecked(False)
    dialog.report.setChecked(False)
    assert not dialog.share.isEnabled()
    dialog.report.setChecked(True)
    with qtbot.waitSignal(dialog.made):
        dialog.share.click()
    assert not dialog.share.isEnabled()
    dialog.show_problem("What", "means", "do")
    assert dialog.share.isEnabled()


def test_link_and_codes_are_copied_one_by_one(qtbot: QtBot, style: Style) -> None:
    dialog = NewShareDialog(style.icons, NEW_SHARE)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "The codes are shown only now." in texts(dialog)
    for name, text in (("link", NEW_SHARE.url), ("code", "XD9FTP"), ("share-code", "7KQ4M2-XD9FTP")):
        dialog.copies[name].click()
        assert QApplication.clipboard().text() == text
    assert dialog.said.text().strip()
    assert not dialog.said.visibleRegion().isEmpty()  # in sight, not below the codes


def test_the_answer_to_a_press_moves_no_button(qtbot: QtBot, style: Style) -> None:
    dialog = NewShareDialog(style.icons, NEW_SHARE)
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    buttons = [made for made in dialog.findChildren(QPushButton) if made.isVisible()]
    before = [(made.text(), made.mapTo(dialog, QPoint(0, 0))) for made in buttons]
    dialog.say("Saved as invitation.pdf")
    QApplication.processEvents()
    assert [(made.text(), made.mapTo(dialog, QPoint(0, 0))) for made in buttons] == before


def test_a_sign_in_kept_elsewhere_than_in_the_keyring_is_said_loudly(panel: PortalPanel) -> None:
    assert not panel.warning.isVisible()
    panel.show_home(replace(WHO, warning="SCANSHELF_KEYRING=file: kept in a plain file"))
    assert panel.warning.isVisible()
    assert "kept in a plain file" in texts(panel)


def test_the_square_of_dots_has_its_quiet_border() -> None:
    image = qr_image(NEW_SHARE.url, 200)
    assert isinstance(image, QImage)
    assert image.width() >= 150
    white = {image.pixelColor(x, 0).lightness() for x in range(image.width())}
    assert white == {255}


def test_until_stays_within_what_the_portal_allows(qtbot: QtBot, style: Style) -> None:
    dialog = UntilDialog("s1", "2026-12-22", 365, "2026-11-22")
    qtbot.addWidget(dialog)
    assert dialog.date.maximumDate().toString("yyyy-MM-dd") == "2027-11-22"
    assert dialog.date.minimumDate().toString("yyyy-MM-dd") == "2026-11-22"
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.save.click()
    assert told.args == ["s1", "2026-12-22"]


def test_a_practice_portal_needs_a_whole_name(qtbot: QtBot, style: Style) -> None:
    dialog = PracticeDialog([])
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.start.isEnabled()
    dialog.given.setText("Anna")
    dialog.family.setText("Mueller")
    assert dialog.start.isEnabled()
    assert dialog.person() == ("Mueller^Anna", "19600101", "")


def test_before_the_end_for_good_the_way_back_has_the_keyboard(qtbot: QtBot, style: Style) -> None:
    dialog = Confirm("Stop?", ("Copies cannot be recalled.",), "Stop sharing")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.no.isDefault()
    assert not dialog.yes.isDefault()


def in_front(qtbot: QtBot, panel: PortalPanel) -> None:
    with qtbot.waitActive(panel):
        panel.activateWindow()
    QApplication.processEvents()  # parts that were just added are shown by the next one


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_second_press_on_pause_stops_nothing(panel: PortalPanel, qtbot: QtBot, key: Qt.Key) -> None:
    card = replace(SENDING[0], actions=("pause", "stop"))
    panel.show_home(WHO)
    panel.go_to("sending")
    panel.sending.show_sending([card, replace(card, key="another")])
    in_front(qtbot, panel)
    asked: list[tuple[str, str]] = []
    panel.sending.action_requested.connect(lambda upload, what: asked.append((upload, what)))
    panel.sending.action_requested.connect(
        lambda upload, _: panel.sending.show_sending(
            [replace(card, key=upload, actions=("resume", "stop")), replace(card, key="another")]
        )
    )
    panel.sending.list.views[card.key].buttons["pause"].setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert asked == [(card.key, "pause")]


def test_a_share_that_leaves_the_list_hands_the_keys_to_no_other(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.go_to("shared")
    panel.shared.show_shares(SHARES)
    in_front(qtbot, panel)
    first = next(card for card in SHARES if card.can_stop)
    panel.shared.list.views[first.key].buttons["stop"].setFocus()
    panel.shared.show_shares([card for card in SHARES if card is not first])
    assert not isinstance(QApplication.focusWidget(), QPushButton)


def test_until_when_is_asked_for_a_named_share(panel: PortalPanel, qtbot: QtBot) -> None:
    dialog = UntilDialog("s1", "2026-01-02", 30, "2026-01-01", panel)
    dialog.say_whom("Dr. Weiss")
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Shared with Dr. Weiss" in texts(dialog)


def test_what_came_after_a_share_is_offered_and_not_added(panel: PortalPanel, qtbot: QtBot) -> None:
    panel.show_home(WHO)
    panel.go_to("shared")
    panel.shared.show_shares(SHARES)
    qtbot.waitUntil(lambda: "1 more exam of the same day came later and is not part of this share." in texts(panel))
    with qtbot.waitSignal(panel.shared.later_requested) as told:
        panel.shared.list.views["s1"].buttons["later"].click()
    assert told.args == ["s1"]
    assert "later" not in panel.shared.list.views["s2"].buttons


@pytest.mark.parametrize("width", [1000, 640, 420])
def test_a_card_that_ends_by_itself_puts_no_button_where_another_one_was(panel: PortalPanel, width: int) -> None:
    panel.show_home(WHO)
    under_way = replace(SENDING[0], actions=("pause", "stop"))
    panel.resize(width, 700)
    panel.go_to("sending")
    panel.sending.show_sending([under_way])
    view = panel.sending.list.views[under_way.key]
    before = columns(view.buttons.values())
    assert set(view.buttons) == {"pause", "stop"}
    panel.sending.show_sending([replace(under_way, running=False, actions=("again",))])
    (again,) = columns(view.buttons.values())
    assert set(view.buttons) == {"again"}
    assert view.buttons["again"].isVisible()
    assert all(right <= again[0] for _, right in before)


def columns(buttons: Iterable[QPushButton]) -> list[tuple[int, int]]:
    """Tell from where to where across the screen buttons lie, wherever they stand in their column."""
    QApplication.processEvents()
    lefts = [(made.mapToGlobal(QPoint(0, 0)).x(), made.width()) for made in buttons]
    return [(left, left + width) for left, width in lefts]


@pytest.mark.long
def test_a_list_that_is_gone_to_is_in_sight_in_a_low_window_of_large_text(qtbot: QtBot, style: Style) -> None:
    style.choose("light", 200)
    try:
        panel = PortalPanel(style.icons)
        qtbot.addWidget(panel)
        panel.resize(830, 530)
        panel.show_home(LOCAL)
        panel.tell("loss", "The portal gave an answer that Scanshelf does not understand.", "Nothing has changed.", "-")
        panel.shared.show_shares(SHARES)
        panel.show()
        qtbot.waitUntil(lambda: panel._home.verticalScrollBar().maximum() > 0)
        panel.go_to("shared")
        panel.tabs.choose(0)
        panel.go_to("shared")
        view = panel.shared.list.views["s1"]
        room = panel._home.viewport().rect()
        assert room.contains(panel.tabs.mapTo(panel._home.viewport(), panel.tabs.rect().center()))
        shown = view.mapTo(panel._home.viewport(), QPoint(0, 0)).y()
        assert shown < room.height() - 6 * panel.fontMetrics().lineSpacing()
        notice = panel.tell("loss", "The invitation was not saved.")
        QApplication.processEvents()
        assert room.contains(notice.mapTo(panel._home.viewport(), QPoint(0, 0)))
    finally:
        style.choose("light", 100)
