"""What warns and how much there is can be read where there is little room: it goes on in another line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QApplication

from dicom.showing.geometry import EdgeLetters
from viewer.ui.look import Colours
from viewer.ui.marks import LineCache, MarkPainter
from viewer.ui.series_strip import amount_lines
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
    marks = MarkPainter(painter, QRect(0, 0, 520, 450), qapp.font(), Colours(), cache)
    marks.corners(CornerTexts((), (), (line,), ()), EdgeLetters())
    painter.end()
    assert len(cache.texts) > 1
    assert " ".join(cache.texts) == VERSIONS


def test_how_much_a_series_holds_is_read_whole(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    width = metrics.horizontalAdvance("Ultrasound · 1 image") + 2
    said = "Ultrasound · 1 image · 30 frames"
    assert amount_lines(said, 2, metrics, width) == ["Ultrasound · 1 image", "30 frames"]
    assert amount_lines(said, 1, metrics, metrics.horizontalAdvance("1 image · 30 frames") + 2) == [
        "1 image · 30 frames"
    ]
    assert amount_lines("CT · 3 images", 1, metrics, width) == ["CT · 3 images"]
