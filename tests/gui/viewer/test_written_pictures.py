"""Where a picture may be written on itself, its writing and our texts are never one upon the other, unreadable both."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from dicom.showing.geometry import EdgeLetters
from tests.gui.viewer.conftest import Bench
from tests.gui.viewer.phantom_study import clip, ct_slice
from viewer.ui.picture.caption_painter import CaptionPainter, LineCache
from viewer.ui.style import Colours
from viewer.viewport.corner_text import CornerTexts, Line

SIDE = 400


def painted(app: QApplication, written_on: QRect | None) -> QImage:
    """Paint a name over a picture whose every other column is white: any other writing would do less."""
    canvas = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    canvas.fill(QColor("black"))
    painter = QPainter(canvas)
    for column in range(0, SIDE, 2):
        painter.fillRect(column, 0, 1, SIDE, QColor("white"))
    marks = CaptionPainter(painter, QRect(0, 0, SIDE, SIDE), app.font(), Colours(), LineCache())
    marks.corners(CornerTexts((Line("W"),)), EdgeLetters(), written_on)
    painter.end()
    return canvas


def stripes(image: QImage) -> int:
    """Count the white columns that are seen right beside the name."""
    return sum(image.pixelColor(column, 12).lightness() == 255 for column in range(6, 10))


def test_a_text_over_writing_stands_on_a_plate_that_nothing_shines_through(qapp: QApplication) -> None:
    assert stripes(painted(qapp, None)) == 2
    assert stripes(painted(qapp, QRect(0, 0, SIDE, SIDE))) == 0
    beside = painted(qapp, QRect(SIDE // 2, 0, SIDE // 2, SIDE))
    assert stripes(beside) == 2  # beside the picture there is nothing to be covered


def shown(bench: Bench) -> tuple[bool, CornerTexts]:
    """Paint the picture and give whether its texts are folded, and all that there would be."""
    bench.panel.picture.grab()
    return bench.panel.picture.is_folded, bench.panel.picture.texts


def press_t(bench: Bench) -> None:
    bench.bot.keyClick(bench.panel.picture, Qt.Key.Key_T)


def test_texts_fold_over_an_ultrasound_that_leaves_no_room_and_one_key_takes_them_off(bench: Bench) -> None:
    bench.open([bench.decoder.add(clip())])
    picture = bench.panel.picture
    folded, texts = shown(bench)
    assert folded
    assert picture.folded is not None
    assert picture.folded.top_left == texts.top_left[:2]  # the name and the day of birth stay
    assert "T" in picture.fold_mark
    press_t(bench)
    folded, texts = shown(bench)
    assert (folded, texts.top_left) == (False, ())
    assert picture.footer == "Name and texts are hidden: T"
    press_t(bench)
    folded, texts = shown(bench)
    assert not folded  # what was asked for is shown, whatever it covers
    assert len(texts.top_right) > 1
    assert picture.footer == ""


def test_beside_the_picture_there_is_room_for_all(bench: Bench) -> None:
    bench.panel.resize(2400, 640)
    bench.open([bench.decoder.add(clip())])
    assert not shown(bench)[0]


def test_what_a_scanner_made_keeps_its_texts_and_hides_no_name_without_a_mark(bench: Bench) -> None:
    bench.open([bench.decoder.add(ct_slice(1))])
    assert not shown(bench)[0]
    assert bench.panel.picture.folded is None
    press_t(bench)
    assert bench.panel.picture.footer == ""
    press_t(bench)
    assert bench.panel.picture.footer == "Name and texts are hidden: T"
