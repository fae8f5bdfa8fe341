"""Several exams at once, right-click menus, the Delete key, sorting, and a bin that can be emptied: always as seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.ui.confirm import Confirm
from core.ui.notice import Notice
from library.shelf import Library
from library.ui.entries import Order
from tests.gui.app.test_the_right_study import LEFT, on_shelf, settled, shown_rows, undo_button, wait
from tests.gui.app.test_whole_way import end
from tests.gui.engines import QuietEngines
from tests.unit.library.material import incoming, put

CTRL, SHIFT, PLAIN = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
ANNA, KARL = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
STUDIES = (
    *(("2.1", ANNA, "20190312", "CT", "Adler^Anna"), ("2.2", ANNA, "20180101", "US", "Adler^Anna")),
    *(("2.3", ANNA, "20170101", "MR", "Adler^Anna"), ("3.1", KARL, "20240506", "CT", "Weber^Karl")),
)


def fill(folder: Path) -> None:
    """Put three exams of Anna Adler and one of Karl Weber on a shelf."""
    with Library.open(folder) as library:
        run = library.begin_import("folder", "Disc", "/media/disc")
        for uid, person, date, modality, name in STUDIES:
            said = {"patient_name": name, "study_date": date, "modality": modality, "study_description": f"Exam {uid}"}
            uids = {"study_instance_uid": uid, "series_instance_uid": f"{uid}.1", "sop_instance_uid": f"{uid}.1.1"}
            put(library, [incoming(library, uid.encode(), person=person, **uids, **said)], run)
        library.save_receipt(run, {"end": "complete", "imported": 4, "planned": 4})


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    fill(tmp_path / "shelf")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    made.window.go_to("shelf")
    wait(qtbot, lambda: made.shelf.preview.is_ready())
    with qtbot.waitActive(frame.window):
        frame.window.activateWindow()
    made.shelf.table.setFocus()
    yield made
    end(made, qtbot)


def key_of(uid: str) -> str:
    return next(f"{person}:{one}" for one, person, *_ in STUDIES if one == uid)


def click(controller: Controller, qtbot: QtBot, uid: str, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    table = controller.shelf.table
    place = table.visualRect(table.shelf.find(key_of(uid))).center()
    qtbot.mouseClick(table.viewport(), LEFT, modifier, pos=place)


def chosen(controller: Controller) -> list[str]:
    return [key.partition(":")[2] for key in controller.shelf.table.chosen_studies()]


def said(controller: Controller) -> str:
    QApplication.processEvents()
    labels = controller.shelf.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible()).replace("\u2068", "").replace("\u2069", "")


def told(controller: Controller) -> str:
    notices = controller.window.findChildren(Notice)
    return " ".join(one.accessibleName() for one in notices).replace("\u2068", "").replace("\u2069", "")


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "").replace("\u2002", "")


def test_clicks_with_keys_choose_several(controller: Controller, qtbot: QtBot) -> None:
    click(controller, qtbot, "2.1")
    click(controller, qtbot, "2.3", CTRL)
    assert chosen(controller) == ["2.1", "2.3"]
    click(controller, qtbot, "2.1")
    click(controller, qtbot, "2.3", SHIFT)
    assert chosen(controller) == ["2.1", "2.2", "2.3"]
    click(controller, qtbot, "2.2", CTRL)
    assert chosen(controller) == ["2.1", "2.3"]
    assert "2 exams of Anna ADLER" in said(controller)
    assert "2 chosen" in said(controller)
    preview = controller.shelf.preview
    assert [made.isVisible() for made in (preview.open, preview.send, preview.share, preview.bin)] == [False] * 3 + [
        True
    ]
    assert plain(preview.bin.text()) == "Move Anna's 2 exams to the bin"


def test_keys_choose_several_and_step_over_persons(controller: Controller, qtbot: QtBot) -> None:
    table = controller.shelf.table
    click(controller, qtbot, "2.2")
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert chosen(controller) == ["2.2", "2.3"]
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert chosen(controller) == ["2.2", "2.3", "3.1"]
    assert "These are exams of 2 persons" in said(controller)
    assert "3 chosen, of 2 persons" in said(controller)
    assert plain(controller.shelf.preview.bin.text()) == "Move 3 exams to the bin"
    assert not controller.shelf.preview.send.isVisible()
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert chosen(controller) == ["2.3"]
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert chosen(controller) == ["2.1"]
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert chosen(controller) == ["2.1"]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert chosen(controller) == ["3.1"]
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
        qtbot.keyClick(table, key)
        assert chosen(controller) == ["3.1"]


def test_all_means_the_person_first_and_then_all_that_is_shown(controller: Controller, qtbot: QtBot) -> None:
    click(controller, qtbot, "2.2")
    qtbot.keyClick(controller.shelf.table, Qt.Key.Key_A, CTRL)
    assert chosen(controller) == ["2.1", "2.2", "2.3"]
    qtbot.keyClick(controller.shelf.table, Qt.Key.Key_A, CTRL)
    assert chosen(controller) == ["2.1", "2.2", "2.3", "3.1"]


def test_delete_moves_what_is_chosen_to_the_bin_and_nobody_else(controller: Controller, qtbot: QtBot) -> None:
    before, table = on_shelf(controller), controller.shelf.table
    click(controller, qtbot, "2.1")
    click(controller, qtbot, "2.3", CTRL)
    for _ in range(4):
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    settled(controller, qtbot)
    for _ in range(4):
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {key_of("2.1"), key_of("2.3")}
    assert chosen(controller) == []
    assert "2 exams of Anna ADLER are in the bin." in told(controller)
    qtbot.keyClick(table, Qt.Key.Key_Z, CTRL)
    settled(controller, qtbot)
    assert on_shelf(controller) == before
    assert chosen(controller) == ["2.1", "2.3"]


def test_exams_of_two_persons_are_named_in_what_was_done(controller: Controller, qtbot: QtBot) -> None:
    before = on_shelf(controller)
    click(controller, qtbot, "2.3")
    click(controller, qtbot, "3.1", CTRL)
    controller.shelf.preview.bin.click()
    settled(controller, qtbot)
    assert len(on_shelf(controller)) == 2
    assert "2 exams of 2 persons: Anna ADLER (1), Karl WEBER (1) are in the bin." in told(controller)
    back = undo_button(controller)
    assert back is not None
    back.click()
    settled(controller, qtbot)
    assert on_shelf(controller) == before


def test_what_a_search_hides_is_not_chosen_any_more(controller: Controller, qtbot: QtBot) -> None:
    qtbot.keyClick(controller.shelf.table, Qt.Key.Key_A, CTRL)
    assert len(chosen(controller)) == 3
    controller.shelf.search.setText("ultrasound")
    wait(qtbot, lambda: shown_rows(controller) == 1)
    assert chosen(controller) == ["2.2"]
    before = on_shelf(controller)
    qtbot.keyClick(controller.shelf.table, Qt.Key.Key_Delete)
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {key_of("2.2")}


def menu_at(controller: Controller, place: QPoint, reason: QContextMenuEvent.Reason) -> list[str]:
    table = controller.shelf.table
    controller.shelf.menu = None
    target = table.viewport() if reason == QContextMenuEvent.Reason.Mouse else table
    QApplication.sendEvent(target, QContextMenuEvent(reason, place, target.mapToGlobal(place)))
    menu = controller.shelf.menu
    return [] if menu is None else [plain(one.text()) for one in menu.actions() if one.text()]


def press(controller: Controller, words: str) -> None:
    menu = controller.shelf.menu
    assert menu is not None
    next(action for action in menu.actions() if words in plain(action.text())).trigger()
    menu.close()


def test_a_right_click_chooses_the_exam_under_it_and_says_whose(controller: Controller, qtbot: QtBot) -> None:
    table = controller.shelf.table
    click(controller, qtbot, "3.1")
    place = table.visualRect(table.shelf.find(key_of("2.2"))).center()
    words = menu_at(controller, place, QContextMenuEvent.Reason.Mouse)
    assert chosen(controller) == ["2.2"]
    assert words == ["Open", "Send Anna's Ultrasound", "Share Anna's Ultrasound", "Move Anna's Ultrasound to the bin"]
    before = on_shelf(controller)
    press(controller, "to the bin")
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {key_of("2.2")}


def test_a_right_click_on_several_leaves_them_chosen(controller: Controller, qtbot: QtBot) -> None:
    table = controller.shelf.table
    click(controller, qtbot, "2.1")
    click(controller, qtbot, "2.2", SHIFT)
    place = table.visualRect(table.shelf.find(key_of("2.2"))).center()
    assert menu_at(controller, place, QContextMenuEvent.Reason.Mouse) == ["Move Anna's 2 exams to the bin"]
    press(controller, "2 exams")
    settled(controller, qtbot)
    assert len(on_shelf(controller)) == 2


def test_the_menu_key_asks_about_what_is_chosen(controller: Controller, qtbot: QtBot) -> None:
    click(controller, qtbot, "3.1")
    words = menu_at(controller, QPoint(1, 1), QContextMenuEvent.Reason.Keyboard)
    assert words[0] == "Open"
    assert words[-1] == "Move Karl's CT to the bin"


def test_a_menu_stays_about_what_it_was_opened_for(controller: Controller, qtbot: QtBot) -> None:
    click(controller, qtbot, "3.1")
    menu_at(controller, QPoint(1, 1), QContextMenuEvent.Reason.Keyboard)
    controller.shelf.table.choose(key_of("2.1"))
    before = on_shelf(controller)
    press(controller, "Move Karl's CT")
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {key_of("3.1")}


def test_a_persons_line_offers_to_choose_all_of_theirs(controller: Controller, qtbot: QtBot) -> None:
    table = controller.shelf.table
    place = table.visualRect(table.shelf.index(0, 0)).center()
    assert menu_at(controller, place, QContextMenuEvent.Reason.Mouse) == ["Choose all 3 exams of Anna ADLER"]
    press(controller, "Choose all")
    assert chosen(controller) == ["2.1", "2.2", "2.3"]


def heads(controller: Controller) -> list[str]:
    model = controller.shelf.table.shelf
    return [plain(model.data(model.index(row, 0))).split(" · ")[0] for row in range(model.rowCount())]


def head_words(controller: Controller) -> list[str]:
    model = controller.shelf.table.shelf
    return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]


def test_a_click_on_a_column_sorts_by_it_and_is_remembered(controller: Controller, qtbot: QtBot) -> None:
    table, header = controller.shelf.table, controller.shelf.table.header()
    assert heads(controller) == ["Anna ADLER", "Karl WEBER"]
    assert head_words(controller) == ["Date", "What", "Kind", "Images", "Portal"]
    click(controller, qtbot, "2.2")
    place = QPoint(header.sectionViewportPosition(0) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    wait(qtbot, lambda: heads(controller) == ["Karl WEBER", "Anna ADLER"])
    assert head_words(controller) == ["Date ↓", "What", "Kind", "Images", "Portal"]
    assert controller.frame.store.settings.shelf_order == "-when"
    assert chosen(controller) == ["2.2"]
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert head_words(controller)[0] == "Date ↑"
    first = lambda: table.shelf.data(table.shelf.index(0, 1, table.shelf.index(0, 0, QModelIndex())))  # noqa: E731
    wait(qtbot, lambda: first() == "Exam 2.3")
    assert controller.shelf.sorting.accessibleName() == "Sorted by: Date, the other way round"
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert head_words(controller)[0] == "Date"
    assert controller.frame.store.settings.shelf_order == "name"


def test_the_order_can_be_changed_without_a_mouse(controller: Controller) -> None:
    menu = controller.shelf.sorting.menu()
    next(one for one in menu.actions() if one.text() == "Kind").trigger()
    assert controller.shelf.order == Order("kind")
    next(one for one in menu.actions() if one.text() == "The other way round").trigger()
    assert controller.shelf.order == Order("kind", down=True)
    next(one for one in menu.actions() if one.text() == "Name").trigger()
    assert controller.shelf.sorting.accessibleName() == "Sorted by: Name"


def open_bin(controller: Controller, qtbot: QtBot) -> list[QPushButton]:
    controller.shelf_presenter.show_bin()
    settled(controller, qtbot)
    assert controller.shelf.bin is not None
    return controller.shelf.bin.findChildren(QPushButton)


def asked_of(controller: Controller) -> Confirm:
    asked = controller.shelf_presenter.question
    assert asked is not None
    return asked


def question(controller: Controller) -> str:
    return plain("\n".join(label.text() for label in asked_of(controller).findChildren(QLabel)))


def take_back(controller: Controller, qtbot: QtBot) -> None:
    with qtbot.waitActive(controller.window):
        controller.window.activateWindow()
    qtbot.keyClick(controller.shelf, Qt.Key.Key_Z, CTRL)
    settled(controller, qtbot)


def test_the_bin_is_emptied_only_after_a_question_that_says_what_and_how_many(
    controller: Controller, qtbot: QtBot
) -> None:
    click(controller, qtbot, "2.1")
    click(controller, qtbot, "3.1", CTRL)
    qtbot.keyClick(controller.shelf.table, Qt.Key.Key_Delete)
    settled(controller, qtbot)
    empty = next(made for made in open_bin(controller, qtbot) if plain(made.text()) == "Empty the bin")
    empty.click()
    asked = question(controller)
    assert "Delete 2 exams for good?" in asked
    assert "Anna ADLER, born 2 March 1949, ID PID42: Exam 2.1, 12 March 2019, 1 image" in asked
    assert "Karl WEBER" in asked
    assert "None of them was ever proven to be at a portal or server" in asked
    wait(qtbot, lambda: asked_of(controller).no.hasFocus())
    asked_of(controller).no.click()
    settled(controller, qtbot)
    assert len(controller.jobs.library().bin()) == 2
    empty.click()
    asked_of(controller).yes.click()
    settled(controller, qtbot)
    assert controller.jobs.library().bin() == []
    assert "2 images are deleted for good." in told(controller)
    assert "The bin is empty." in said(controller)
    before = on_shelf(controller)
    take_back(controller, qtbot)
    assert on_shelf(controller) == before


def test_one_line_of_the_bin_is_deleted_alone(controller: Controller, qtbot: QtBot) -> None:
    for uid in ("2.1", "3.1"):
        click(controller, qtbot, uid)
        qtbot.keyClick(controller.shelf.table, Qt.Key.Key_Delete)
        settled(controller, qtbot)
    made = next(
        made
        for made in open_bin(controller, qtbot)
        if made.text() == "Delete for good…" and "Karl" in made.accessibleDescription()
    )
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Delete)
    assert "Karl WEBER" in question(controller)
    assert "Anna" not in question(controller)
    asked_of(controller).yes.click()
    settled(controller, qtbot)
    assert [entry.patient_name for entry in controller.jobs.library().bin()] == ["Adler^Anna"]
    take_back(controller, qtbot)
    assert key_of("2.1") in on_shelf(controller)


def test_where_the_shelf_may_not_be_changed_nothing_leaves_it_and_that_is_said(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    fill(tmp_path / "shelf")
    with Library.open(tmp_path / "shelf") as first:  # another window holds it
        frame = make_frame(qapp, tmp_path / "settings")
        frame.store.change(welcomed=True, place="shelf")
        made = Controller(frame, QuietEngines(), tmp_path / "shelf")
        frame.window.show()
        begin(made, [])
        wait(qtbot, lambda: made.shelf.preview.is_ready())
        qtbot.keyClick(made.shelf.table, Qt.Key.Key_A, CTRL)
        qtbot.keyClick(made.shelf.table, Qt.Key.Key_Delete)
        settled(made, qtbot)
        assert len(first.studies()) == shown_rows(made) == 4
        assert "are in the bin" not in told(made)
        assert "Your shelf can be read but not changed." in told(made)
        end(made, qtbot)
