"""What warns and how much there is can be read where there is little room: it goes on in another line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QApplication

from dicom.showing.geometry import EdgeLetters
from viewer.ui.controls.series_strip import amount_lines
from viewer.ui.picture.caption_layout import placed_corners, placed_letters
from viewer.ui.picture.caption_painter import CaptionPainter, LineCache
from viewer.ui.style import Colours
from viewer.viewport.corner_text import CornerTexts, Line

VERSIONS = "Version 2 of 2 of one image: they contradict each other"


class Noting(LineCache):
    """Notes what is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def line(self, text: str, font: QFont, colour: str, ratio: float) -> object:  # type: ignore[override]
        self.texts.append(text)
        return super().line(text, font, colour, ratio)


@pytest.mark.parametrize("line", [Line(VERSIONS, warns=True), Line(VERSIONS, look_here=True)])
def test_a_mark_that_warns_is_never_cut_short(qapp: QApplication, line: Line) -> None:
    cache, canvas = Noting(), QImage(520, 450, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    marks = CaptionPainter(painter, QRect(0, 0, 520, 450), qapp.font(), Colours(), cache)
    marks.corners(CornerTexts((), (), (line,), ()), EdgeLetters())
    painter.end()
    assert len(cache.texts) > 1
    assert " ".join(cache.texts) == VERSIONS


def rows_on(side: int, bottom_left: tuple[Line, ...], font: QFont) -> list[str]:
    letters = placed_letters(QRect(0, 0, side, side), font, EdgeLetters("R", "A", "L", "P"))
    _font, placed = placed_corners(QRect(0, 0, side, side), font, CornerTexts((), (), bottom_left, ()), letters)
    return [row.text for row in placed]


def test_a_window_that_has_no_room_in_one_row_gives_its_level_another(qapp: QApplication) -> None:
    font, words = QFont(qapp.font()), "Width 1595 · Level −1302 HU"
    font.setPixelSize(20)
    side = 2 * QFontMetrics(font).horizontalAdvance(words)
    image = Line("Image 1 of 6")
    assert rows_on(side, (Line(words), image), font) == ["Width 1595", "Level −1302 HU", "Image 1 of 6"]
    assert rows_on(2 * side, (Line(words), image), font) == [words, "Image 1 of 6"]
    full = [Line(f"{number}") for number in range(20)]
    assert not any(row.startswith("Level") for row in rows_on(side, (*full, Line(words), image), font))


def test_a_foreign_name_is_not_taken_apart_at_its_own_dot(qapp: QApplication) -> None:
    font, words = QFont(qapp.font()), "Series 2 · \u2068axial · with contrast medium\u2069"
    font.setPixelSize(20)
    side = 2 * QFontMetrics(font).horizontalAdvance("Series 2 · axial")
    assert len(rows_on(side, (Line(words), Line("Image 1 of 6")), font)) == 2


def test_how_much_a_series_holds_is_read_whole(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    width = metrics.horizontalAdvance("Ultrasound · 1 image") + 2
    said = "Ultrasound · 1 image · 30 frames"
    assert amount_lines(said, 2, metrics, width) == ["Ultrasound · 1 image", "30 frames"]
    assert amount_lines(said, 1, metrics, metrics.horizontalAdvance("1 image · 30 frames") + 2) == [
        "1 image · 30 frames"
    ]
    assert amount_lines("CT · 3 images", 1, metrics, width) == ["CT · 3 images"]
