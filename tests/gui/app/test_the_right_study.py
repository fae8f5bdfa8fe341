"""Nobody's study is done anything with but the one that is seen to be chosen; what was done can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.ui.notice import Notice
from tests.discs import two_persons
from tests.gui.app.test_whole_way import LONG, end, keep_all
from tests.gui.engines import QuietEngines

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    """A window with the two persons of a disc on its shelf, the first study chosen."""
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    keep_all(made, qtbot, str(two_persons(tmp_path / "disc").folder))
    made.window.go_to("shelf")
    wait(qtbot, lambda: made.shelf.preview.is_ready())
    with qtbot.waitActive(frame.window):
        frame.window.activateWindow()
    yield made
    end(made, qtbot)


def wait(qtbot: QtBot, until: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(until()), timeout=LONG)


def stand_on(controller: Controller, widget: QPushButton) -> None:
    widget.setFocus()
    assert widget.hasFocus()


def on_shelf(controller: Controller) -> set[str]:
    return {f"{row.person_key}:{row.key}" for row in controller.jobs.library().studies()}


def shown_rows(controller: Controller) -> int:
    model = controller.shelf.table.shelf
    return sum(model.rowCount(model.index(row, 0)) for row in range(model.rowCount()))


def settled(controller: Controller, qtbot: QtBot) -> None:
    """Wait until everything that was asked for has been done and told."""
    from app.window.jobs.job_runner import Task

    for lane in (controller.jobs.lane("changing"), controller.jobs.asking, controller.jobs.asking):
        over: list[bool] = []
        controller.jobs.run(lane, lambda job: None, Task(done=lambda _, over=over: over.append(True)))
        wait(qtbot, lambda over=over: over)


def test_a_persons_line_lets_go_of_the_study_that_was_chosen(controller: Controller, qtbot: QtBot) -> None:
    table, preview = controller.shelf.table, controller.shelf.preview
    line = table.visualRect(table.shelf.index(table.shelf.rowCount() - 1, 0))
    qtbot.mouseClick(table.viewport(), LEFT, pos=line.center())
    assert table.chosen_study() is None
    assert preview.shown is None
    assert not any(made.isVisible() or made.isEnabled() for made in (preview.open, preview.bin, preview.send))
    before = on_shelf(controller)
    preview.bin.click()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    settled(controller, qtbot)
    assert on_shelf(controller) == before
    assert controller.window.place() == "shelf"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_second_press_on_the_keys_bins_nobody_else(controller: Controller, qtbot: QtBot, key: Qt.Key) -> None:
    before, table = on_shelf(controller), controller.shelf.table
    chosen = table.chosen_study()
    stand_on(controller, controller.shelf.preview.bin)
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert table.hasFocus()
    settled(controller, qtbot)
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {chosen}
    assert table.chosen_study() is None
    assert controller.shelf.preview.shown is None


def test_a_double_click_and_slow_clicks_bin_nobody_else(controller: Controller, qtbot: QtBot) -> None:
    before, button = on_shelf(controller), controller.shelf.preview.bin
    chosen = controller.shelf.table.chosen_study()
    window = controller.window.windowHandle()
    place = button.mapTo(controller.window, button.rect().center())
    QTest.mouseDClick(window, LEFT, Qt.KeyboardModifier.NoModifier, place)
    settled(controller, qtbot)
    QTest.mouseClick(window, LEFT, Qt.KeyboardModifier.NoModifier, place)
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {chosen}


def test_a_key_that_is_held_presses_once(controller: Controller, qtbot: QtBot) -> None:
    pressed: list[bool] = []
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    button = controller.shelf.preview.open
    controller.shelf.open_requested.disconnect()
    button.clicked.connect(lambda: pressed.append(True))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        for repeat in (False, True, True):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
                if kind == QEvent.Type.KeyPress or repeat:
                    QApplication.sendEvent(button, event)
        QApplication.sendEvent(button, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier))
    assert len(pressed) == 2


def test_the_keys_bring_back_what_was_binned_and_choose_it(controller: Controller, qtbot: QtBot) -> None:
    before, chosen = on_shelf(controller), controller.shelf.table.chosen_study()
    stand_on(controller, controller.shelf.preview.bin)
    qtbot.keyClick(controller.shelf.preview.bin, Qt.Key.Key_Space)
    wait(qtbot, lambda: undo_button(controller))
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(controller, qtbot)
    assert on_shelf(controller) == before
    assert controller.shelf.table.chosen_study() == chosen
    wait(qtbot, lambda: controller.shelf.preview.shown is not None)
    assert controller.shelf.preview.shown is not None
    assert controller.shelf.preview.shown.key == chosen


def test_the_way_back_names_the_person(controller: Controller, qtbot: QtBot) -> None:
    before = on_shelf(controller)
    row = next(
        r
        for r in controller.jobs.library().studies()
        if f"{r.person_key}:{r.key}" == controller.shelf.table.chosen_study()
    )
    from app.window.appearance.person_buttons import given_name

    controller.shelf.preview.bin.click()
    wait(qtbot, lambda: undo_button(controller))
    back = undo_button(controller)
    assert back is not None
    assert given_name(row.patient_name) in back.text()
    assert back.text().startswith("Bring ")
    back.setFocus()
    qtbot.keyClick(back, Qt.Key.Key_Return)
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    settled(controller, qtbot)
    assert on_shelf(controller) == before


def test_several_removals_are_taken_back_one_by_one(controller: Controller, qtbot: QtBot) -> None:
    before, table = on_shelf(controller), controller.shelf.table
    for study in sorted(before)[:2]:
        table.choose(study)
        wait(qtbot, lambda study=study: controller.shelf.preview.shows(study))
        controller.shelf.preview.bin.click()
        settled(controller, qtbot)
    assert len(on_shelf(controller)) == len(before) - 2
    for left in (1, 0, 0):
        qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        settled(controller, qtbot)
        assert len(before - on_shelf(controller)) == left


def test_what_came_out_of_the_bin_can_go_back(controller: Controller, qtbot: QtBot) -> None:
    before = on_shelf(controller)
    controller.shelf.preview.bin.click()
    settled(controller, qtbot)
    controller.shelf_presenter.show_bin()
    wait(qtbot, lambda: controller.shelf.bin is not None)
    assert controller.shelf.bin is not None
    put_back = next(made for made in controller.shelf.bin.findChildren(QPushButton) if made.text() == "Put back")
    put_back.setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Space)
    wait(qtbot, lambda: on_shelf(controller) == before)
    settled(controller, qtbot)
    assert not [one for one in controller.window.findChildren(Notice) if "not on your shelf" in one.accessibleName()]
    qtbot.keyClick(controller.shelf, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(controller, qtbot)
    assert len(on_shelf(controller)) == len(before) - 1


def test_a_search_that_hides_the_chosen_study_chooses_nobody(controller: Controller, qtbot: QtBot) -> None:
    model, table, preview = controller.shelf.table.shelf, controller.shelf.table, controller.shelf.preview
    other = next(
        row
        for row in controller.jobs.library().studies()
        if row.person_key != (table.chosen_study() or "").partition(":")[0]
    )
    stand_on(controller, preview.bin)
    controller.shelf.search.setText((other.patient_name or "").replace("^", " ").split()[1])
    wait(qtbot, lambda: model.rowCount() == 1)
    assert table.chosen_study() is None
    assert preview.shown is None
    assert not preview.bin.isEnabled()
    assert not isinstance(QApplication.focusWidget(), QPushButton)


def test_rows_that_come_anew_leave_the_choice_and_the_focus_alone(controller: Controller, qtbot: QtBot) -> None:
    chosen, button = controller.shelf.table.chosen_study(), controller.shelf.preview.bin
    stand_on(controller, button)
    controller.shelf.ask_again()
    settled(controller, qtbot)
    assert controller.shelf.table.chosen_study() == chosen
    assert button.hasFocus()
    assert button.isEnabled()


def test_the_buttons_are_off_until_the_chosen_study_is_shown(controller: Controller, qtbot: QtBot) -> None:
    table, preview = controller.shelf.table, controller.shelf.preview
    other = next(study for study in on_shelf(controller) if study != table.chosen_study())
    table.choose(other)
    assert not preview.bin.isEnabled()
    assert not preview.open.isEnabled()
    wait(qtbot, lambda: preview.shows(other))
    assert preview.bin.isEnabled()


def test_a_screen_reader_hears_whose_study_a_button_is_about(controller: Controller) -> None:
    preview = controller.shelf.preview
    assert preview.shown is not None
    for made in (preview.open, preview.bin):
        assert preview.shown.person in made.accessibleDescription()


def test_what_another_window_removed_is_not_done_anything_with(controller: Controller, qtbot: QtBot) -> None:
    before, chosen = on_shelf(controller), controller.shelf.table.chosen_study()
    assert chosen is not None
    controller.jobs.library().delete([chosen])
    controller.shelf.preview.bin.click()
    settled(controller, qtbot)
    assert before - on_shelf(controller) == {chosen}
    assert controller.shelf.table.chosen_study() is None


def undo_button(controller: Controller) -> QPushButton | None:
    made = controller.window.findChildren(QPushButton)
    return next((one for one in made if one.text().startswith("Bring ") and one.isVisible()), None)


def test_a_bare_point_of_the_list_chooses_nothing_new(controller: Controller, qtbot: QtBot) -> None:
    table = controller.shelf.table
    chosen = table.chosen_study()
    qtbot.mouseClick(table.viewport(), LEFT, pos=QPoint(20, table.viewport().height() - 4))
    assert table.chosen_study() in {chosen, None}
    assert controller.shelf.preview.shown is None or controller.shelf.preview.shows(table.chosen_study() or "-")
