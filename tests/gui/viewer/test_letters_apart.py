"""Side letters can be read at every size: no text touches them or another text, and who it is stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from dicom.showing.geometry import EdgeLetters
from viewer.ui.picture.caption_layout import PlacedText, placed_corners, placed_letters
from viewer.ui.picture.caption_painter import CaptionPainter, LineCache
from viewer.ui.style import Colours
from viewer.viewport.corner_text import CornerTexts, Line

SIZES = ((160, 120), (240, 420), (420, 240), (520, 360), (640, 480), (1100, 700))
ROOMY = ((520, 360), (640, 480), (1100, 700))
SCALES = (100, 130, 200)
NAMES = (
    "Anna MUELLER",
    "Karl-Heinz Maria Aloysius VON DER TANN-RATHSAMHAUSEN",
    "أحمد بن عبد الرحمن آل سعود",
    "Wolfeschlegelsteinhausenbergerdorff",
)
LETTERS = (EdgeLetters("R", "A", "L", "P"), EdgeLetters("AFR", "HAL", "PFL", "FPR"), EdgeLetters("", "H", "L", ""))
ID = "ID 4711-23/2019-A"


def texts(name: str) -> CornerTexts:
    """Everything a picture can say about itself, with two marks that warn."""
    return CornerTexts(
        (Line(name, whole=True), Line("born 4 May 1951, 67 years old at the exam", whole=True), Line("female"),
         Line(ID, whole=True), Line("Letters guessed", look_here=True)),
        (Line("St. Mary's Hospital of the Holy Cross"), Line("CT of the chest and abdomen with contrast agent"),
         Line("12 March 2019, 08:15", whole=True), Line("Accession A-1234-5678")),
        (Line("−1024 HU"), Line("Window 400, level 40"), Line("Zoom 312 %"), Line("Lossy 12:1", warns=True),
         Line("Version 1 of 2 of one image: they contradict each other", warns=True), Line("Image 12 of 386")),
        (Line("Series 3 · Abdomen axial 5 mm B30f"), Line("Slice 5 mm at −120.5 mm"), Line("Kernel B30f"), Line("L")),
    )  # fmt: skip


def font_of(scale: int) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(13 * scale // 100)
    return font


def placed(size: tuple[int, int], scale: int, name: str, letters: EdgeLetters) -> tuple[list[PlacedText], list[QRect]]:
    area, font = QRect(0, 0, *size), font_of(scale)
    sides = placed_letters(area, font, letters)
    return placed_corners(area, font, texts(name), sides)[1], [side.box for side in sides]


def said(rows: Sequence[PlacedText]) -> str:
    return " ".join(row.text for row in rows)


@pytest.mark.parametrize("letters", LETTERS, ids=lambda letters: letters.top)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.usefixtures("qapp")
def test_nothing_touches_a_letter_or_another_text(scale: int, letters: EdgeLetters) -> None:
    for size, name in product(SIZES, NAMES):
        rows, sides = placed(size, scale, name, letters)
        boxes = [*(row.box for row in rows), *sides]
        touching = [(one, other) for one, other in combinations(boxes, 2) if one.intersects(other)]
        assert touching == [], (size, name)
        assert all(QRect(0, 0, *size).contains(box) for box in boxes), (size, name)
        assert len(sides) == sum(map(bool, (letters.left, letters.top, letters.right, letters.bottom)))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.usefixtures("qapp")
def test_who_it_is_which_image_and_what_warns_stay_where_there_is_any_room(scale: int) -> None:
    for size, name, letters in product(ROOMY, NAMES, LETTERS):
        words = said(placed(size, scale, name, letters)[0]).replace(" ", "")
        for needed in (name, ID, "Lossy 12:1", "contradict each other", "12 March 2019", "Image 12 of 386"):
            assert needed.replace(" ", "") in words, (size, name, needed)


@pytest.mark.usefixtures("qapp")
def test_where_there_is_room_everything_is_said_in_the_size_that_was_chosen() -> None:
    area, font = QRect(0, 0, 1600, 1200), font_of(200)
    sides = placed_letters(area, font, LETTERS[0])
    made, rows = placed_corners(area, font, texts(NAMES[0]), sides)
    assert made.pixelSize() == font.pixelSize()
    whole = texts(NAMES[0])
    every = [*whole.top_left, *whole.bottom_left, *whole.top_right, *whole.bottom_right]
    assert " ".join(line.text for line in every) == said(rows)


@pytest.mark.parametrize("ground", [0, 128, 255])
@pytest.mark.usefixtures("qapp")
def test_letters_stand_on_dark_whatever_the_picture_is(ground: int) -> None:
    canvas = QImage(300, 200, QImage.Format.Format_RGB32)
    canvas.fill(ground * 0x010101)
    painter = QPainter(canvas)
    area, font = QRect(0, 0, 300, 200), font_of(100)
    CaptionPainter(painter, area, font, Colours(), LineCache()).letters(LETTERS[0])
    painter.end()
    shown = np.frombuffer(canvas.constBits(), np.uint8).reshape(200, 300, 4)[:, :, :3]
    for side in placed_letters(area, font, LETTERS[0]):
        box = side.box.adjusted(2, 2, -2, -2)
        plate = shown[box.top() : box.bottom(), box.left() : box.right()]
        assert plate.min() < 60
        assert np.percentile(plate, 50) < 60
        assert plate.max() > 180
