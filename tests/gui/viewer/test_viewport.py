"""Mouse and wheel on a real widget."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from dicom.description import Window
from dicom.showing.display import lookup_table
from tests.gui.viewer.conftest import Bench
from tests.gui.viewer.phantom_study import clip, ct_slice, slice_of

Button, Key, Modifier = Qt.MouseButton, Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def stack(bench: Bench) -> Bench:
    bench.open([bench.decoder.add(ct_slice(number)) for number in range(1, 31)])
    return bench


def drag(bench: Bench, button: Qt.MouseButton, start: QPoint, by: QPoint) -> None:
    picture = bench.panel.picture
    bench.bot.mousePress(picture, button, pos=start)
    for part in (0.5, 1.0):
        bench.bot.mouseMove(picture, start + by * part)
    bench.bot.mouseRelease(picture, button, pos=start + by)


def wheel(bench: Bench, angle: int, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    picture = bench.panel.picture
    place = QPointF(picture.rect().center())
    event = QWheelEvent(
        place,
        QPointF(picture.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, angle),
        Button.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(picture, event)


def pixels(image: QImage) -> np.ndarray:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


def test_actual_pixels_show_the_display_pipeline_pixel_by_pixel(stack: Bench) -> None:
    stack.do("actual")
    frame = stack.panel.picture.presentation.frame
    assert frame is not None
    said = frame.shown.description
    table = lookup_table(said, 0, said.frame_infos[0].windows[0])
    expected = table[slice_of(said, 0).view(np.uint16)]
    assert np.array_equal(pixels(stack.panel.picture.image()), expected)


def test_what_is_painted_is_that_picture_in_the_middle(stack: Bench) -> None:
    stack.do("actual")
    for _ in range(2):
        stack.do("text")
    panel = stack.panel
    panel.strip.setFocus()
    grabbed = pixels(panel.picture.grab().toImage())
    shown = pixels(panel.picture.image())
    ratio = panel.picture.devicePixelRatio()
    top = round((panel.picture.height() * ratio - 128) / 2)
    left = round((panel.picture.width() * ratio - 128) / 2)
    assert np.array_equal(grabbed[top : top + 128, left : left + 128], shown)


def test_left_drag_changes_the_window_right_is_wider_up_is_brighter(stack: Bench) -> None:
    before = pixels(stack.panel.picture.image()).mean()
    drag(stack, Button.LeftButton, QPoint(200, 200), QPoint(60, 0))
    wider = stack.panel.picture.presentation.voi
    assert isinstance(wider, Window)
    assert wider.width > 400
    assert wider.center == pytest.approx(40)
    drag(stack, Button.LeftButton, QPoint(200, 200), QPoint(0, -80))
    assert pixels(stack.panel.picture.image()).mean() > before


def test_one_drag_leads_out_of_a_window_of_width_one(bench: Bench) -> None:
    one = replace(ct_slice(1), frame_infos=(replace(ct_slice(1).frame_infos[0], windows=(Window(40, 1),)),))
    bench.open([bench.decoder.add(one)])
    picture = bench.panel.picture
    before = len(np.unique(pixels(picture.image())))
    drag(bench, Button.LeftButton, QPoint(10, 200), QPoint(picture.width() - 20, 0))
    wider = picture.presentation.voi
    assert isinstance(wider, Window)
    assert wider.width > 100
    assert len(np.unique(pixels(picture.image()))) > 10 * before


def test_a_click_changes_nothing(stack: Bench) -> None:
    presentation = stack.panel.picture.presentation
    view = presentation.view
    drag(stack, Button.LeftButton, QPoint(200, 200), QPoint(2, 1))
    assert presentation.chosen is None
    assert presentation.view == view


def test_middle_drag_moves_and_right_drag_zooms_about_where_it_began(stack: Bench) -> None:
    presentation = stack.panel.picture.presentation
    start = presentation.view
    drag(stack, Button.MiddleButton, QPoint(200, 200), QPoint(30, 0))
    assert presentation.view.zoom == start.zoom
    assert presentation.view.center[0] < start.center[0]
    stack.do("fit")
    drag(stack, Button.RightButton, QPoint(200, 200), QPoint(0, -60))
    assert presentation.view.zoom > start.zoom


def test_space_and_drag_moves(stack: Bench) -> None:
    picture = stack.panel.picture
    stack.bot.keyPress(picture, Key.Key_Space)
    drag(stack, Button.LeftButton, QPoint(200, 200), QPoint(30, 0))
    stack.bot.keyRelease(picture, Key.Key_Space)
    assert picture.presentation.chosen is None
    assert not picture.presentation.view.fitted


def test_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(stack: Bench) -> None:
    picture = stack.panel.picture
    picture.menu_wished.disconnect()
    with stack.bot.waitSignal(picture.menu_wished):
        stack.bot.mouseClick(picture, Button.RightButton, pos=QPoint(50, 50))
    with stack.bot.assertNotEmitted(picture.menu_wished):
        drag(stack, Button.RightButton, QPoint(200, 200), QPoint(0, -60))


def test_wheel_goes_through_the_images_and_ends_at_the_end(stack: Bench) -> None:
    wheel(stack, -120)
    assert stack.panel.position.index == 1
    wheel(stack, -60)
    assert stack.panel.position.index == 1
    wheel(stack, -60)
    assert stack.panel.position.index == 2
    wheel(stack, -120, Modifier.ShiftModifier)
    assert stack.panel.position.index == 12
    wheel(stack, -1200, Modifier.ShiftModifier)
    assert stack.panel.position.index == 29
    wheel(stack, 120)
    assert stack.panel.position.index == 28


def test_ctrl_wheel_zooms(stack: Bench) -> None:
    before = stack.panel.picture.presentation.view.zoom
    wheel(stack, 120, Modifier.ControlModifier)
    assert stack.panel.picture.presentation.view.zoom > before
    assert stack.panel.position.index == 0


def test_the_value_under_the_pointer_has_its_unit(stack: Bench) -> None:
    picture = stack.panel.picture
    stack.bot.mouseMove(picture, picture.rect().center() + QPoint(3, 3))
    value = re.compile(r"−?\d+ HU")
    stack.bot.waitUntil(lambda: any(value.fullmatch(line.text) for line in picture.texts.bottom_left))
    stack.bot.mouseMove(picture, QPoint(2, 2))
    stack.bot.waitUntil(lambda: not any(value.fullmatch(line.text) for line in picture.texts.bottom_left))


def test_a_still_picture_becomes_fine(stack: Bench) -> None:
    picture = stack.panel.picture
    picture.refresh()
    assert not picture.is_settled()
    stack.bot.waitUntil(picture.is_settled)


def test_resizing_keeps_a_fitted_picture_fitted(stack: Bench) -> None:
    before = stack.panel.picture.presentation.view.zoom
    stack.panel.resize(1200, 900)
    stack.bot.waitUntil(lambda: stack.panel.picture.presentation.view.zoom > before)


def test_double_click_shows_the_picture_alone_and_escape_brings_all_back(stack: Bench) -> None:
    panel = stack.panel
    stack.bot.mouseDClick(panel.picture, Button.LeftButton, pos=QPoint(50, 50))
    assert not panel.tool_bar.isVisible()
    assert not panel.strip.isVisible()
    stack.bot.keyClick(panel.picture, Key.Key_Escape)
    assert panel.tool_bar.isVisible()
    assert panel.strip.isVisible()


def test_colour_is_dragged_over_its_own_levels(bench: Bench) -> None:
    bench.open([bench.decoder.add(clip())])
    presentation = bench.panel.picture.presentation
    assert presentation.voi is None
    drag(bench, Button.LeftButton, QPoint(200, 200), QPoint(60, 0))
    assert isinstance(presentation.voi, Window)
    assert (presentation.voi.center, round(presentation.voi.width)) == (127.5, 324)
    assert bench.panel.commands["invert"].isEnabled()
    image = bench.panel.picture.image()
    assert not image.isGrayscale()
