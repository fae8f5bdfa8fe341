"""The place "Discs & drives" says what is there and sends wishes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.window.appearance.style import Style
from importer.ui.discs_panel import DiscsPanel
from importer.ui.drop_target import DropTarget
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, Receipt, ReceiptLine, StudyLine

CHEST, KNEE = StudyLine("12 March 2019", "CT of the chest", 386, "0.0"), StudyLine("1 May 2020", "Knee", 2, "0.1")
ANNA = PersonLine("a" * 12, "Anna MUELLER", "born 4 May 1951", "woman", "ID 4711", (CHEST,), 386)
TWIN = PersonLine(
    "b" * 12, "Anna MÜLLER", "born 5 April 1951", "woman", "ID 12", (KNEE,), 2, "Perhaps the same person."
)
READY = DiscCard("d1", "DISC_1", "CD", "disc-3", "ready", (ANNA,), 1, 386, "201 MB")
PATHS = "A/1", "A/2"
LOST = ProblemLine(
    "amber", "3 files cannot be read.", "All others are fine.", "Wipe the disc.", "x", 3, PATHS, lost=True
)


@pytest.fixture
def panel(qtbot: QtBot, style: Style) -> DiscsPanel:
    made = DiscsPanel(style.icons)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def texts(widget: QWidget) -> str:
    QApplication.processEvents()  # parts that were just added are shown by the next one
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_an_empty_place_says_what_to_do_first(panel: DiscsPanel) -> None:
    assert "Put in a disc or a USB stick" in texts(panel)
    assert "drop a folder" in texts(panel)


def test_a_card_names_the_person_and_counts(panel: DiscsPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.count_changed) as told:
        panel.show_card(READY)
    assert told.args == [1]
    assert "Anna MUELLER" in texts(panel)
    assert "1 exam · 386 images · 201 MB" in texts(panel)


def test_the_buttons_of_a_card_send_its_source(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(READY)
    buttons = panel.cards["d1"].buttons
    with qtbot.waitSignal(panel.keep_requested) as told:
        buttons["keep"].click()
    assert told.args == ["d1"]
    with qtbot.waitSignal(panel.look_requested) as told:
        buttons["look"].click()
    assert told.args == ["d1", "0.0"]


def test_with_several_studies_look_asks_which(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(replace(READY, persons=(replace(ANNA, studies=(CHEST, KNEE)),), studies=2))
    menu = panel.cards["d1"].buttons["look"].menu()
    assert len(menu.actions()) == 2
    with qtbot.waitSignal(panel.look_requested) as told:
        menu.actions()[1].trigger()
    assert told.args == ["d1", "0.1"]


def test_progress_moves_the_bar_and_leaves_the_card_alone(panel: DiscsPanel) -> None:
    looking = replace(READY, state="looking", persons=(), note="Reading: 1 of 10 files", share=0.1)
    panel.show_card(looking)
    stop = panel.cards["d1"].buttons["stop"]
    panel.show_card(replace(looking, note="Reading: 5 of 10 files", share=0.5))
    assert panel.cards["d1"].buttons["stop"] is stop
    assert "5 of 10" in texts(panel)
    assert panel.cards["d1"].findChild(QProgressBar).value() == 500


def test_an_unknown_end_shows_a_bar_without_one(panel: DiscsPanel) -> None:
    panel.show_card(replace(READY, state="looking", note="Reading"))
    assert panel.cards["d1"].findChild(QProgressBar).maximum() == 0


def test_a_problem_says_three_things_and_can_be_copied(panel: DiscsPanel) -> None:
    panel.show_card(replace(READY, problems=(LOST,)))
    assert "3 files cannot be read." in texts(panel)
    assert "All others are fine. Wipe the disc." in texts(panel)
    copy = next(b for b in panel.findChildren(QPushButton) if b.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[-1] == "A/2"


def test_what_was_lost_can_be_tried_again(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(replace(READY, state="kept", problems=(LOST,)))
    with qtbot.waitSignal(panel.keep_requested):
        panel.cards["d1"].buttons["resume"].click()


def test_a_picture_of_the_disc_is_shown(panel: DiscsPanel) -> None:
    panel.show_card(READY)
    image = QImage(64, 32, QImage.Format.Format_Grayscale8)
    image.fill(200)
    panel.set_thumbnail("d1", image)
    shown = [label.pixmap() for label in panel.cards["d1"].findChildren(QLabel) if not label.pixmap().isNull()]
    assert shown[-1].width() == 94


def test_a_removed_card_leaves_the_empty_place(panel: DiscsPanel) -> None:
    panel.show_card(READY)
    panel.remove_card("d1")
    assert "Put in a disc or a USB stick" in texts(panel)


def test_a_drop_hands_on_local_paths_only(panel: DiscsPanel, qtbot: QtBot) -> None:
    target = panel.findChild(DropTarget)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a disc"), QUrl("https://example.org/x")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(panel.dropped) as told:
        target.dropEvent(event)
    assert told.args == [["/tmp/a disc"]]


def test_nobody_is_chosen_beforehand(panel: DiscsPanel) -> None:
    panel.ask_persons("d1", (ANNA, TWIN))
    assert panel.chooser is not None
    assert panel.chooser.chosen() == []
    assert not panel.chooser.keep.isEnabled()
    panel.chooser.reject()


def test_each_person_is_shown_with_what_tells_them_apart(panel: DiscsPanel) -> None:
    panel.ask_persons("d1", (ANNA, TWIN))
    assert panel.chooser is not None
    said = texts(panel.chooser)
    for part in ("Anna MUELLER", "born 4 May 1951 · woman · ID 4711", "CT of the chest", "Perhaps the same person."):
        assert part in said
    panel.chooser.reject()


def test_the_ticked_persons_are_sent(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.ask_persons("d1", (ANNA, TWIN))
    assert panel.chooser is not None
    panel.chooser.boxes[TWIN.key].click()
    assert panel.chooser.keep.text() == "Put 2 images on my shelf"
    with qtbot.waitSignal(panel.persons_chosen) as told:
        panel.chooser.keep.click()
    assert told.args == ["d1", [TWIN.key]]
    assert panel.chooser is None


def test_ticking_moves_no_other_button_of_the_question(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.ask_persons("d1", (ANNA, TWIN))
    chooser = panel.chooser
    assert chooser is not None
    with qtbot.waitExposed(chooser):
        chooser.show()
    others = [each for each in chooser.findChildren(QPushButton) if each is not chooser.keep]
    before = [each.geometry() for each in others]
    for box in chooser.boxes.values():
        box.click()
        QCoreApplication.processEvents()
        assert [each.geometry() for each in others] == before
    chooser.reject()


def test_a_receipt_counts_and_leads_back(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(READY)
    lines = (ReceiptLine(412, "images are listed"), ReceiptLine(409, "kept and checked", "good"))
    panel.show_receipt(Receipt("d1", "DISC_1", "409 of 412 images are on your shelf", "loss", lines, (LOST,), "{}"))
    assert panel.receipt is not None
    assert "409 of 412 images are on your shelf" in texts(panel)
    panel.receipt.copy()
    assert "    409  kept and checked" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(panel.shelf_requested):
        next(b for b in panel.findChildren(QPushButton) if b.text() == "Show on my shelf").click()
    panel.receipt.back.click()
    assert panel.receipt is None
    assert "DISC_1" in texts(panel)


def test_a_name_never_becomes_markup(panel: DiscsPanel) -> None:
    panel.show_card(replace(READY, persons=(replace(ANNA, name="<b>Bold</b> & Co"),)))
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in panel.findChildren(QLabel) if "Bold" in label.text()
    )


def in_front(qtbot: QtBot, widget: QWidget) -> None:
    with qtbot.waitActive(widget):
        widget.activateWindow()
    QApplication.processEvents()  # parts that were just added are shown by the next one


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_second_press_lands_on_no_other_button(panel: DiscsPanel, qtbot: QtBot, key: Qt.Key) -> None:
    panel.show_card(replace(READY, source_id="d2"))
    panel.show_card(READY)
    in_front(qtbot, panel)
    asked: list[str] = []
    for signal in (panel.keep_requested, panel.stop_requested, panel.remove_requested, panel.shelf_requested):
        signal.connect(asked.append)
    panel.keep_requested.connect(lambda source: panel.show_card(replace(READY, source_id=source, state="importing")))
    panel.cards["d1"].buttons["keep"].setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert asked == ["d1"]
    panel.show_card(replace(READY, state="kept"))
    qtbot.keyClick(QApplication.focusWidget(), key)
    assert asked == ["d1"]


def test_a_double_click_on_keep_does_not_stop_it_at_once(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(READY)
    in_front(qtbot, panel)
    asked: list[str] = []
    panel.stop_requested.connect(asked.append)
    panel.keep_requested.connect(lambda source: panel.show_card(replace(READY, state="importing")))
    qtbot.mouseClick(panel.cards["d1"].buttons["keep"], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    stop = panel.cards["d1"].buttons["stop"]  # where the hand still is: Qt hands it the second half
    where = QPointF(stop.rect().center())
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        left, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(stop, QMouseEvent(kind, where, stop.mapToGlobal(where), left, left, no_key))
    assert asked == []
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert asked == ["d1"]


def test_a_card_that_goes_away_hands_the_keys_to_no_other_card(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(replace(READY, source_id="d2"))
    panel.show_card(READY)
    in_front(qtbot, panel)
    panel.cards["d1"].buttons["keep"].setFocus()
    panel.remove_card("d1")
    assert not isinstance(QApplication.focusWidget(), QPushButton)


STATES = ("found", "looking", "ready", "importing", "kept", "empty", "unreadable")


@pytest.mark.parametrize("width, text_size", [(900, 100), (700, 100), (700, 200), (480, 200)])
@pytest.mark.parametrize("problems", [(), (LOST,)])
def test_stop_is_never_where_another_button_of_a_card_was(
    panel: DiscsPanel, style: Style, width: int, text_size: int, problems: tuple[ProblemLine, ...]
) -> None:
    style.choose("light", text_size)
    panel.resize(width, 700)
    stops, others = [], []
    for state in STATES:
        note = "Getting ready" if state in {"looking", "importing"} else ""
        panel.show_card(replace(READY, state=state, note=note, problems=problems))  # type: ignore[arg-type]
        QApplication.processEvents()
        view = panel.cards["d1"]
        for name, made in view.buttons.items():
            place = QRect(made.mapTo(view, QPoint(0, 0)), made.size())
            (stops if name == "stop" else others).append((state, name, place))
    style.choose("light", 100)
    assert [state for state, _, _ in stops] == ["looking", "importing"]
    assert [(one[:2], other[:2]) for one in stops for other in others if one[2].intersects(other[2])] == []


def test_escape_and_back_leave_a_receipt_where_it_was_opened(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(replace(READY, state="kept"))
    with qtbot.waitActive(panel):
        panel.activateWindow()
    for leave in (lambda: panel.step_back(), lambda: panel.receipt and panel.receipt.back.click()):
        QApplication.processEvents()
        panel.cards["d1"].buttons["receipt"].setFocus()
        panel.show_receipt(Receipt("d1", "DISC_1", "386 of 386 images", "good", (), (), "{}"))
        leave()
        assert panel.receipt is None
        assert QApplication.focusWidget() is panel.cards["d1"].buttons["receipt"]
    assert not panel.step_back()


def test_what_was_just_chosen_comes_to_sight_wherever_the_list_stood(panel: DiscsPanel) -> None:
    for number in range(8):
        panel.show_card(replace(READY, source_id=f"d{number}"))
    bar = panel.cards["d0"].window().findChildren(QScrollArea)[0].verticalScrollBar()
    QApplication.processEvents()
    bar.setValue(bar.maximum())
    panel.show_card(replace(READY, source_id="new"))
    panel.bring_to_sight("new")
    QApplication.processEvents()
    new = panel.cards["new"]
    assert not new.visibleRegion().isEmpty()
    assert new.mapTo(panel, QPoint(0, 0)).y() >= 0
    panel.bring_to_sight("d0")
    assert not panel.cards["d0"].visibleRegion().isEmpty()
    panel.bring_to_sight("gone")


def test_the_keys_go_down_the_page_as_the_eyes_do(panel: DiscsPanel) -> None:
    for number in (1, 2):
        panel.show_card(replace(READY, source_id=f"d{number}", title=f"DISC_{number}", state="looking"))
    for number in (1, 2):
        panel.show_card(replace(READY, source_id=f"d{number}", title=f"DISC_{number}"))
    panel.set_thumbnail("d1", QImage(8, 8, QImage.Format.Format_RGB32))
    QApplication.processEvents()  # the layout follows
    chain: list[QWidget] = [panel]
    while (following := chain[-1].nextInFocusChain()) is not panel:
        chain.append(following)
    places = [
        made.mapTo(panel, QPoint(0, 0)).toTuple()[::-1]
        for made in chain
        if isinstance(made, QPushButton) and made.isVisibleTo(panel)
    ]
    assert len(places) == 8  # three of each card and two below
    assert places == sorted(places)


def test_a_press_into_a_window_that_is_behind_leaves_the_keys_on_no_stop(panel: DiscsPanel, qtbot: QtBot) -> None:
    panel.show_card(READY)
    panel.activateWindow()
    panel.cards["d1"].buttons["keep"].setFocus()
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is other)
    panel.show_card(replace(READY, state="importing", note="Getting ready"))
    assert panel.focusWidget() is panel.cards["d1"]
