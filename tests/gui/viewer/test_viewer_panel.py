"""The whole panel: keys, buttons, series, film, what cannot be shown."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QToolButton

from app.window.appearance.icons import Icons
from app.window.appearance.palette import LIGHT
from dicom.description import Window
from dicom.showing.geometry import EdgeLetters
from tests.gui.viewer.conftest import Bench
from tests.gui.viewer.phantom_study import Drawn, clip, ct_slice, damaged_slice, report, whole_study, written_report
from viewer.study.known import KnownSeries
from viewer.tools.pan import PAN
from viewer.tools.table import ACTIONS
from viewer.tools.window import WINDOW

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def study(bench: Bench) -> Bench:
    bench.open(whole_study(bench.decoder))
    return bench


def press(bench: Bench, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    bench.bot.keyClick(bench.panel.picture, key, modifier)


def go_to_kind(bench: Bench, key: str) -> None:
    chosen = next(item for item in bench.panel.position.study.sets if item.frames[0].content.key.startswith(key))
    bench.panel.position.choose(chosen.key)


def test_an_empty_viewer_says_what_to_do(bench: Bench) -> None:
    notice = bench.panel.picture.notice
    assert notice is not None
    assert "disc" in notice[1]
    assert not bench.panel.commands["fit"].isEnabled()


def test_a_study_opens_at_its_first_diagnostic_image(study: Bench) -> None:
    assert study.panel.position.index == 0
    assert study.panel.picture.notice is None
    assert study.panel.strip.titles() == [
        "3 · Abdomen axial 5 mm B30f",
        "8 · Heart colour",
        "9 · Radiology report",
        "Written report",
    ]


def test_small_pictures_come_by_themselves(study: Bench) -> None:
    keys = [item.key for item in study.panel.position.study.sets if item.kind != "other"]
    study.bot.waitUntil(lambda: all(study.panel.strip.has_picture(key) for key in keys))


def test_arrow_keys_go_through_images(study: Bench) -> None:
    position = study.panel.position
    press(study, Key.Key_Down)
    press(study, Key.Key_Down)
    press(study, Key.Key_Up)
    assert position.index == 1
    press(study, Key.Key_Down, Modifier.ShiftModifier)
    assert position.index == 11
    press(study, Key.Key_End)
    assert position.index == 23
    press(study, Key.Key_Down)
    assert position.index == 23
    press(study, Key.Key_Home)
    assert position.index == 0


def test_page_and_side_keys_go_through_series_and_stop_at_the_ends(study: Bench) -> None:
    position = study.panel.position
    order = [item.key for item in position.study.sets]
    for key in (Key.Key_PageDown, Key.Key_Right, Key.Key_PageDown, Key.Key_PageDown):
        press(study, key)
    assert position.current is not None
    assert position.current.key == order[-1]
    press(study, Key.Key_Left)
    assert position.current.key == order[-2]


def test_number_keys_choose_windows_and_zero_the_files_own(study: Bench) -> None:
    presentation = study.panel.picture.presentation
    press(study, Key.Key_5)
    assert isinstance(presentation.voi, Window)
    assert (presentation.voi.width, presentation.voi.center) == (1500, -500)
    press(study, Key.Key_1)
    assert (presentation.voi.width, presentation.voi.center) == (80, 40)
    press(study, Key.Key_0)
    assert presentation.chosen is None
    assert (presentation.voi.width, presentation.voi.center) == (400, 40)


def test_the_window_menu_lists_the_files_own_then_the_presets(study: Bench) -> None:
    names = [action.text() for action in study.panel.commands.window_menu.actions()]
    assert names[0].startswith("As the file says")
    assert names[1:3] == ["ABDOMEN (400 / 40)", "LUNG (1500 / −500)"]
    assert names[3].startswith("Brain (80 / 40)")
    assert len(names) == 10


def test_where_the_file_gives_no_window_the_menu_does_not_say_it_does(bench: Bench) -> None:
    said = ct_slice(1)
    without = replace(said, frame_infos=tuple(replace(info, windows=()) for info in said.frame_infos))
    bench.open([bench.decoder.add(without), bench.decoder.add(ct_slice(1, series="4"))])

    def first() -> str:
        return bench.panel.commands.window_menu.actions()[0].text()

    assert first().startswith("Automatic")
    bench.do("next-series")
    bench.wait_for_picture()
    bench.bot.waitUntil(lambda: first().startswith("As the file says"))


def test_letter_keys_do_what_their_buttons_do(study: Bench) -> None:
    panel, presentation = study.panel, study.panel.picture.presentation
    press(study, Key.Key_H)
    assert presentation.view.flipped
    assert presentation.letters() == EdgeLetters("L", "A", "R", "P")
    press(study, Key.Key_BracketRight)
    assert presentation.letters() == EdgeLetters("P", "L", "A", "R")
    press(study, Key.Key_I)
    assert presentation.inverted
    assert panel.commands["invert"].isChecked()
    press(study, Key.Key_A)
    assert presentation.view.zoom == pytest.approx(1)
    press(study, Key.Key_Plus)
    assert presentation.view.zoom == pytest.approx(1.25)
    press(study, Key.Key_R)
    assert presentation.view.fitted
    assert not presentation.view.flipped
    assert not presentation.inverted
    assert not panel.commands["invert"].isChecked()


def test_keys_work_while_a_button_has_the_focus(study: Bench) -> None:
    button = study.panel.findChild(QToolButton, "button-fit")
    assert button is not None
    button.setFocus()
    study.bot.keyClick(button, Key.Key_I)
    assert study.panel.picture.presentation.inverted


def test_tools_change_what_the_left_button_does_and_escape_goes_back(study: Bench) -> None:
    press(study, Key.Key_P)
    assert study.panel.picture.tool is PAN
    press(study, Key.Key_Escape)
    assert study.panel.picture.tool is WINDOW
    with study.bot.waitSignal(study.panel.close_requested):
        press(study, Key.Key_Escape)


def test_texts_go_from_all_to_few_to_none(study: Bench) -> None:
    picture = study.panel.picture
    assert len(picture.texts.top_left) == 4
    press(study, Key.Key_T)
    assert len(picture.texts.top_left) == 2
    press(study, Key.Key_T)
    assert picture.texts.top_left == ()
    assert not picture.show_letters
    press(study, Key.Key_T)
    assert len(picture.texts.top_left) == 4


def test_the_scroll_bar_is_the_stack(study: Bench) -> None:
    bar = study.panel.stack_bar
    assert (bar.minimum(), bar.maximum()) == (0, 23)
    bar.setValue(17)
    assert study.panel.position.index == 17
    press(study, Key.Key_Home)
    assert bar.value() == 0


def test_copy_puts_the_picture_on_the_clipboard(study: Bench) -> None:
    press(study, Key.Key_C, Modifier.ControlModifier)
    assert not QGuiApplication.clipboard().image().isNull()
    QGuiApplication.clipboard().clear()


def test_a_clip_plays_at_its_own_speed_and_says_so(study: Bench) -> None:
    go_to_kind(study, "us")
    study.wait_for_picture()
    press(study, Key.Key_C)
    assert study.panel.film.playing
    assert study.panel.commands["cine"].text() == "Pause"
    assert "25 images a second" in study.panel.status.news()
    study.bot.waitUntil(lambda: study.panel.position.index > 2)
    press(study, Key.Key_Period)
    assert study.panel.film.rate() == pytest.approx(31.25)
    press(study, Key.Key_C)
    assert not study.panel.film.playing


def test_scrolling_by_hand_stops_the_film(study: Bench) -> None:
    press(study, Key.Key_C)
    assert study.panel.film.playing
    press(study, Key.Key_Down)
    assert not study.panel.film.playing


def test_a_document_is_read_down_the_page_and_then_the_next(study: Bench) -> None:
    go_to_kind(study, "pdf")
    study.wait_for_picture()
    picture, position = study.panel.picture, study.panel.position
    assert picture.footer == "Page 1 of 3"
    start = picture.presentation.view
    press(study, Key.Key_Down)
    assert position.index == 0
    assert picture.presentation.view.center[1] > start.center[1]
    for _ in range(30):
        if position.index == 0:
            press(study, Key.Key_Down)
    assert position.index == 1
    study.wait_for_picture()
    assert picture.presentation.view.center == start.center
    press(study, Key.Key_Up)
    study.wait_for_picture()
    assert position.index == 0
    assert picture.presentation.view.center[1] > start.center[1]
    press(study, Key.Key_End)
    study.wait_for_picture()
    assert picture.footer == "Page 3 of 3"
    assert not study.panel.commands["cine"].isEnabled()


def test_what_is_no_picture_is_named(study: Bench) -> None:
    go_to_kind(study, "sr")
    notice = study.panel.picture.notice
    assert notice is not None
    assert notice[0] == "This is a written report"


def test_a_damaged_image_is_named_and_its_neighbours_are_shown(bench: Bench) -> None:
    bench.open([bench.decoder.add(said) for said in (ct_slice(1), damaged_slice(2), ct_slice(3))])
    bench.panel.position.go_to(1)
    bench.bot.waitUntil(lambda: bench.panel.picture.notice is not None)
    assert bench.panel.picture.again.isVisible()
    bench.panel.position.go_to(2)
    bench.wait_for_picture()
    assert bench.panel.picture.notice is None


def test_trying_again_shows_what_can_be_read_by_then(bench: Bench) -> None:
    contents = [bench.decoder.add(said) for said in (ct_slice(1), damaged_slice(2))]
    bench.open([*contents, Drawn("broken")])
    bench.panel.position.go_to(1)
    bench.bot.waitUntil(lambda: bench.panel.picture.again.isVisible())
    bench.decoder.said["ct-3-2"] = ct_slice(2)
    bench.decoder.said["broken"] = ct_slice(3)
    bench.decoder.mended = True
    bench.bot.mouseClick(bench.panel.picture.again, Qt.MouseButton.LeftButton)
    bench.wait_for_picture()
    assert not bench.panel.picture.again.isVisible()
    bench.bot.waitUntil(lambda: len(bench.panel.position.study.sets) == 1)


def test_an_object_that_cannot_be_read_keeps_its_place_in_the_list(bench: Bench) -> None:
    bench.open([bench.decoder.add(ct_slice(1)), Drawn("broken")])
    assert len(bench.panel.position.study.sets) == 2
    go_to_kind(bench, "broken")
    assert bench.panel.picture.notice is not None


def test_while_a_frame_is_coming_the_last_picture_stays_with_a_mark(study: Bench) -> None:
    panel = study.panel
    study.bot.waitUntil(lambda: all(panel.position.is_there(index) for index in range(24)))
    go_to_kind(study, "us")
    study.wait_for_picture()
    shown = panel.picture.presentation.frame
    study.decoder.gate.clear()
    panel._viewports.loader.cache.clear()
    panel.position.go_to(20)
    study.bot.waitUntil(lambda: panel.picture.mark != "")
    assert panel.picture.presentation.frame is shown
    assert panel.picture.mark == "Loading image 21"
    study.decoder.gate.set()
    study.wait_for_picture()
    assert panel.picture.mark == ""


def test_while_another_series_is_coming_the_last_picture_keeps_its_place_and_its_words(study: Bench) -> None:
    panel = study.panel
    press(study, Key.Key_A)
    study.decoder.gate.clear()
    panel._viewports.loader.cache.clear()
    view, texts = panel.picture.presentation.view, panel.picture.texts
    go_to_kind(study, "us")
    study.bot.waitUntil(lambda: panel.picture.mark != "")
    assert panel.picture.presentation.view == view
    assert panel.picture.texts == texts
    study.decoder.gate.set()
    study.wait_for_picture()
    assert panel.picture.presentation.view.fitted
    assert panel.picture.texts != texts


def test_the_newest_wanted_frame_comes_before_those_passed_by(bench: Bench) -> None:
    decoder = bench.decoder
    decoder.gate.clear()
    bench.panel.show_study("x", [decoder.add(ct_slice(number)) for number in range(1, 41)])
    bench.bot.waitUntil(lambda: not bench.panel.position.study.reading)
    for index in (5, 15, 30):
        bench.panel.position.go_to(index)
    decoder.gate.set()
    bench.wait_for_picture()
    assert [key for key, _ in decoder.decoded].index("ct-3-31") < 4


def test_another_study_replaces_the_first_and_nothing_of_it_stays(study: Bench) -> None:
    press(study, Key.Key_I)
    study.open([study.decoder.add(ct_slice(number, series="5")) for number in range(1, 4)], "Somebody else")
    panel = study.panel
    assert len(panel.position.study.sets) == 1
    assert not panel.picture.presentation.inverted
    assert panel.position.loaded is not None
    assert panel.position.loaded.shown.content.key.startswith("ct-5")


def test_closing_a_study_shows_the_empty_place(study: Bench) -> None:
    study.panel.close_study()
    assert study.panel.position.study.sets == ()
    assert study.panel.picture.presentation.frame is None
    assert study.panel.picture.notice is not None
    assert not study.panel.strip.isVisible()


def test_every_action_has_words_and_every_button_is_reached_by_the_keyboard(study: Bench) -> None:
    for spec in ACTIONS:
        action = study.panel.commands[spec.name]
        assert action.text()
        assert action.toolTip()
    buttons = study.panel.tool_bar.findChildren(QToolButton)
    assert len(buttons) == sum(spec.in_bar for spec in ACTIONS) + 2  # the list of windows, and what has no room
    for button in buttons:
        assert button.text()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_menu_holds_every_action(study: Bench) -> None:
    def names(menu: Any) -> set[str]:
        found: set[str] = set()
        for action in menu.actions():
            found |= names(action.menu()) if action.menu() is not None else {action.text()}
        return found

    menu = study.panel.commands.menu(study.panel)
    assert {study.panel.commands[spec.name].text() for spec in ACTIONS} <= names(menu)


def test_full_screen_is_asked_of_the_window(study: Bench) -> None:
    with study.bot.waitSignal(study.panel.full_screen_requested) as asked:
        press(study, Key.Key_F11)
    assert asked.args == [True]


def test_a_study_of_reports_only_says_so(bench: Bench) -> None:
    bench.panel.show_study("x", [bench.decoder.add(written_report())])
    bench.bot.waitUntil(lambda: not bench.panel.position.study.reading)
    bench.bot.waitUntil(lambda: bench.panel.picture.notice is not None)
    assert not bench.panel.commands["fit"].isEnabled()


def test_a_report_can_be_the_first_thing_seen(bench: Bench) -> None:
    bench.open([bench.decoder.add(report()), bench.decoder.add(written_report())])
    assert bench.panel.position.current is not None
    assert bench.panel.position.current.kind == "document"


def test_a_single_image_has_no_scroll_bar(bench: Bench) -> None:
    bench.open([bench.decoder.add(ct_slice(1))])
    assert not bench.panel.stack_bar.isVisible()
    assert not bench.panel.commands["cine"].isEnabled()


def test_a_screen_reader_is_told_what_is_shown(study: Bench) -> None:
    picture = study.panel.picture
    study.bot.waitUntil(lambda: "Image 1 of 24" in picture.accessibleDescription())
    press(study, Key.Key_Down)
    study.bot.waitUntil(lambda: "Image 2 of 24" in picture.accessibleDescription())


def test_closing_during_loading_leaves_nothing_behind(bench: Bench) -> None:
    bench.decoder.gate.clear()
    bench.panel.show_study("x", [bench.decoder.add(clip())])
    bench.bot.waitUntil(lambda: not bench.panel.position.study.reading)
    bench.panel.stop()
    assert bench.panel.position.study.sets == ()


def test_a_screen_reader_hears_nothing_of_the_last_person_once_another_study_is_opened(study: Bench) -> None:
    picture = study.panel.picture
    study.bot.waitUntil(lambda: "Anna MUELLER" in picture.accessibleDescription())
    study.panel.show_study("Bert", [Drawn("broken-1")])
    assert "MUELLER" not in picture.accessibleDescription()
    study.bot.waitUntil(lambda: not study.panel.position.study.reading)
    assert picture.notice is not None
    assert picture.accessibleDescription() == " ".join(picture.notice)


def test_a_drag_ends_where_another_series_begins(study: Bench) -> None:
    picture, presentation = study.panel.picture, study.panel.picture.presentation
    study.bot.mousePress(picture, Qt.MouseButton.LeftButton, pos=picture.rect().center())
    go_to_kind(study, "us")
    study.wait_for_picture()
    go_to_kind(study, "ct")
    study.wait_for_picture()
    study.bot.mouseMove(picture, picture.rect().center() / 2)
    assert presentation.chosen is None


@pytest.mark.parametrize("spot", ["strip", "stack_bar", "button-invert"])
def test_page_keys_go_to_the_next_series_wherever_in_the_viewer_one_is(study: Bench, spot: str) -> None:
    position, panel = study.panel.position, study.panel
    found = panel.findChild(QToolButton, spot) if "-" in spot else getattr(panel, spot)
    found.setFocus()
    order = [item.key for item in position.study.sets]
    for key, place in ((Key.Key_PageDown, 1), (Key.Key_PageDown, 2), (Key.Key_PageUp, 1)):
        study.bot.keyClick(found, key)
        assert position.current is not None
        assert position.current.key == order[place]


def test_side_keys_go_from_series_to_series_in_the_strip_too(study: Bench) -> None:
    position, strip = study.panel.position, study.panel.strip
    strip.setFocus()
    order = [item.key for item in position.study.sets]
    for key, place in ((Key.Key_Right, 1), (Key.Key_Right, 2), (Key.Key_Left, 1), (Key.Key_Left, 0), (Key.Key_Left, 0)):
        study.bot.keyClick(strip, key)
        assert position.current is not None
        assert position.current.key == order[place]


def test_the_zoom_that_is_said_is_the_zoom_that_is_shown_after_a_resize(study: Bench) -> None:
    panel = study.panel
    for size in ((700, 500), (1200, 900)):
        panel.resize(*size)
        study.bot.wait(1)
        said = next(line.text for line in panel.picture.texts.bottom_left if "%" in line.text)
        assert f"{round(panel.picture.presentation.view.zoom * 100)} %" in said.replace("\u202f", " ").replace(
            "\u00a0", " "
        )
    study.do("alone")
    study.bot.wait(1)
    said = next(line.text for line in panel.picture.texts.bottom_left if "%" in line.text)
    assert f"{round(panel.picture.presentation.view.zoom * 100)}" in said


@pytest.mark.parametrize("name, upright", [("flip-horizontal", True), ("flip-vertical", False)])
def test_the_drawing_of_a_flip_shows_the_axis_it_turns_about(name: str, upright: bool) -> None:
    spec = next(one for one in ACTIONS if one.name == name)
    image = Icons(LIGHT)(spec.icon).pixmap(96, 96).toImage()
    column = sum(image.pixelColor(image.width() // 2, at).alpha() > 128 for at in range(image.height()))
    row = sum(image.pixelColor(at, image.height() // 2).alpha() > 128 for at in range(image.width()))
    assert column != row
    assert (column > row) == upright


def test_tools_without_room_are_in_a_menu_behind_the_last_one(bench: Bench) -> None:
    bench.open(whole_study(bench.decoder))
    bar = bench.panel.tool_bar
    bench.panel.resize(1600, 640)
    assert bar.folded() == []
    assert bar.more.isHidden()
    height = bar.height()
    bench.panel.resize(500, 640)
    assert bar.height() == height
    assert not bar.more.isHidden()
    assert {"flip-horizontal", "rotate-left", "alone"} <= set(bar.folded())
    assert "tool-window" not in bar.folded()
    bar.more.menu().aboutToShow.emit()
    texts = [action.text() for action in bar.more.menu().actions()]
    assert texts == [bench.panel.commands[name].text() for name in bar.folded()]
    turned = bench.panel.picture.presentation.view
    next(action for action in bar.more.menu().actions() if action.text() == "Turn left").trigger()
    assert bench.panel.picture.presentation.view != turned


def test_who_stood_on_a_tool_that_is_folded_stands_on_the_menu(bench: Bench) -> None:
    bench.open(whole_study(bench.decoder))
    bar = bench.panel.tool_bar
    bench.panel.resize(1600, 640)
    bar.findChild(QToolButton, "button-alone").setFocus()
    bench.panel.resize(500, 640)
    assert bar.more.hasFocus()


def known_of(bench: Bench, contents: list[Any]) -> list[KnownSeries]:
    """What an index says of the phantom study's series."""
    names = {
        "1.3": (3, "Abdomen axial 5 mm B30f", "CT"),
        "1.8": (8, "Heart colour", "US"),
        "1.10": (None, None, "SR", 0),
    }
    series: dict[str, list[Any]] = {}
    for content in contents:
        series.setdefault(bench.decoder.said[content.key].series_instance_uid or "", []).append(content)
    return [KnownSeries(f"known {uid}", tuple(series[uid]), uid, *named) for uid, named in names.items()]


def test_the_series_are_listed_before_anything_was_read_and_a_picture_series_is_read_first(bench: Bench) -> None:
    contents = whole_study(bench.decoder)
    bench.decoder.hold = True
    bench.panel.show_study("Anna MUELLER", list(reversed(contents)), known_of(bench, contents))
    assert bench.panel.strip.titles() == ["3 · Abdomen axial 5 mm B30f", "8 · Heart colour", "Other file"]
    bench.decoder.hold = False
    bench.wait_for_picture()
    assert bench.panel.position.frame is not None
    assert bench.panel.position.frame.description.modality == "CT"
    bench.bot.waitUntil(lambda: not bench.panel.position.study.reading)
    assert bench.panel.strip.titles()[:2] == ["3 · Abdomen axial 5 mm B30f", "8 · Heart colour"]


def test_a_series_chosen_before_it_was_read_is_read_next_and_shown(bench: Bench) -> None:
    contents = whole_study(bench.decoder)
    bench.decoder.hold = True
    bench.panel.show_study("Anna MUELLER", contents, known_of(bench, contents))
    position = bench.panel.position
    position.choose("known 1.8")
    assert bench.panel.strip.currentIndex().row() == 1
    bench.decoder.hold = False
    bench.bot.waitUntil(lambda: position.current is not None and position.current.first.modality == "US")
    bench.wait_for_picture()
    bench.bot.waitUntil(lambda: not position.study.reading)
    assert position.current is not None
    assert position.current.first.modality == "US"
    assert bench.decoder.described.index("us-1") < 4
    assert bench.panel.picture.mark == ""


def test_keys_reach_a_series_that_was_not_read_yet(bench: Bench) -> None:
    contents = whole_study(bench.decoder)
    bench.decoder.hold_after = 3
    bench.panel.show_study("Anna MUELLER", contents, known_of(bench, contents))
    bench.wait_for_picture()
    press(bench, Key.Key_Plus)
    as_left = bench.panel.picture.presentation.view
    press(bench, Key.Key_PageDown)
    assert bench.panel.position.waits_for == "known 1.8"
    assert bench.panel.picture.mark == "Loading the series"
    press(bench, Key.Key_PageUp)
    assert bench.panel.position.waits_for == ""
    assert bench.panel.picture.mark == ""
    assert bench.panel.picture.presentation.view == as_left
    assert bench.panel.strip.currentIndex().row() == 0
    bench.decoder.hold_after = None
    bench.bot.waitUntil(lambda: not bench.panel.position.study.reading)
    assert bench.panel.position.current is not None
    assert bench.panel.position.current.first.modality == "CT"


def test_two_versions_of_one_image_are_marked_and_others_are_not(bench: Bench) -> None:
    one, other, alone = ct_slice(1), ct_slice(1), ct_slice(2)
    contents = [bench.decoder.add(one, "first copy"), bench.decoder.add(other, "second copy"), bench.decoder.add(alone)]
    bench.open(contents)
    said = []
    for index in range(3):
        bench.panel.position.go_to(index)
        bench.wait_for_picture()
        said.append(
            [line.text for line in bench.panel.picture.texts.bottom_left if "ersion" in line.text and line.warns]
        )
    assert [words[0][:14] if words else "" for words in said] == ["Version 1 of 2", "Version 2 of 2", ""]


def drag_window(bench: Bench, right: int, down: int) -> None:
    """Drag with the left button, as a hand does."""
    picture, start = bench.panel.picture, bench.panel.picture.rect().center()
    bench.bot.mousePress(picture, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.5, 1.0):
        place = start + QPoint(round(right * share), round(down * share))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            QPointF(picture.mapToGlobal(place)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Modifier.NoModifier,
        )
        QGuiApplication.sendEvent(picture, event)
    bench.bot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=start + QPoint(right, down))


def shown_pixels(bench: Bench) -> Any:
    """What of the picture is on the screen: blue, green, red."""
    made = bench.panel.picture.presentation.picture()
    assert made is not None
    return made[0][:, :, :3].astype(float).copy()


def test_brightness_works_on_colour_and_resets(study: Bench) -> None:
    go_to_kind(study, "us-1")
    study.wait_for_picture()
    before = shown_pixels(study)
    drag_window(study, 0, -60)
    brighter = shown_pixels(study)
    np.testing.assert_allclose(brighter, np.clip(before + 60 * 255 / 250, 0, 255), atol=1)
    assert any("255" in line.text for line in study.panel.picture.texts.bottom_left)
    drag_window(study, 173, 0)
    softer = shown_pixels(study)
    assert softer.std() < 0.7 * brighter.std()
    press(study, Key.Key_0)
    np.testing.assert_array_equal(shown_pixels(study), before)
    press(study, Key.Key_I)
    np.testing.assert_array_equal(shown_pixels(study), 255 - before)
    drag_window(study, 0, -60)
    press(study, Key.Key_R)
    np.testing.assert_array_equal(shown_pixels(study), before)


def test_a_window_of_grey_values_never_falls_on_colour_nor_the_other_way(study: Bench) -> None:
    presentation = study.panel.picture.presentation
    press(study, Key.Key_5)
    go_to_kind(study, "us-1")
    study.wait_for_picture()
    drag_window(study, 0, -60)
    assert presentation.chosen is None
    go_to_kind(study, "ct-3")
    study.wait_for_picture()
    assert isinstance(presentation.voi, Window)
    assert (presentation.voi.width, presentation.voi.center) == (400, 40)


def test_a_page_that_is_read_keeps_its_white(study: Bench) -> None:
    go_to_kind(study, "pdf")
    study.wait_for_picture()
    before = shown_pixels(study)
    drag_window(study, 0, -60)
    np.testing.assert_array_equal(shown_pixels(study), before)
    assert not study.panel.commands["invert"].isEnabled()


def test_what_the_web_page_shows_as_buttons_the_viewer_shows_too(study: Bench) -> None:
    study.panel.resize(1400, 640)
    position, view = study.panel.position, study.panel.picture.presentation
    for name, word in (
        ("previous-image", "Previous"),
        ("next-image", "Next"),
        ("zoom-in", "Larger"),
        ("zoom-out", "Smaller"),
    ):
        made = study.panel.tool_bar.findChild(QToolButton, f"button-{name}")
        assert made.isVisible()
        assert made.text() == word
    study.panel.tool_bar.findChild(QToolButton, "button-next-image").click()
    assert position.index == 1
    study.panel.tool_bar.findChild(QToolButton, "button-previous-image").click()
    assert position.index == 0
    before = view.view.zoom
    study.panel.tool_bar.findChild(QToolButton, "button-zoom-in").click()
    assert view.view.zoom == pytest.approx(1.25 * before)


def test_keys_make_brighter_darker_softer_and_harder_and_back(study: Bench) -> None:
    presentation = study.panel.picture.presentation
    press(study, Key.Key_B)
    assert isinstance(presentation.voi, Window)
    assert presentation.voi.center < 40
    press(study, Key.Key_B, Modifier.ShiftModifier)
    assert presentation.voi.center == pytest.approx(40)
    press(study, Key.Key_S)
    assert presentation.voi.width > 400
    press(study, Key.Key_S, Modifier.ShiftModifier)
    assert presentation.voi.width == pytest.approx(400)


def test_keys_move_the_picture(study: Bench) -> None:
    presentation = study.panel.picture.presentation
    press(study, Key.Key_A)
    before = presentation.view
    for key in (Key.Key_Right, Key.Key_Down):
        press(study, key, Modifier.ControlModifier | Modifier.ShiftModifier)
        assert presentation.view != before
    for key in (Key.Key_Left, Key.Key_Up):
        press(study, key, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert presentation.view == before
    assert study.panel.position.index == 0


@pytest.mark.parametrize("key, warns", [("ct-3", False), ("us-1", True)])
def test_a_copy_in_which_a_name_may_be_written_says_so(study: Bench, key: str, warns: bool) -> None:
    go_to_kind(study, key)
    study.wait_for_picture()
    study.do("copy")
    said = study.panel.status.news()
    assert said.startswith("Picture copied")
    assert ("look before you pass it on" in said) == warns
    assert ("without name" in said) != warns


def test_a_film_that_goes_on_does_not_talk_over_what_came_of_a_press(study: Bench) -> None:
    status = study.panel.status
    status.show_news("30 images a second")
    status.show_answer("Picture copied")
    status.show_news("29 images a second")
    assert status.news() == "Picture copied"
    status._answer.timeout.emit()
    assert status.news() == "29 images a second"
    status.show_answer("Picture copied")
    status._answer.timeout.emit()
    assert status.news() == "Picture copied"  # it stays until there is something else to say
