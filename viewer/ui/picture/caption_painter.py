"""What is painted over a picture: corner texts, letters at the edges, small marks, words where no picture is."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPen, QPixmap

from core.ui.parts import paragraph
from dicom.showing.geometry import EdgeLetters
from viewer.ui.picture.caption_layout import MARGIN, PlacedText, letter_font, placed_corners, placed_letters
from viewer.ui.style import Colours
from viewer.viewport.corner_text import CornerTexts

_EDGE = 2
_PILL_EDGE = 10
_PLATE_RADIUS = 4.0
_DARK = QColor(11, 14, 14, 215)
_COVER = QColor(11, 14, 14)  # writing below shines through anything less
_LINES_KEPT = 128


class CaptionPainter:
    """Paints text so that it can be read on black and on white alike. All sizes are logical pixels."""

    def __init__(self, painter: QPainter, area: QRect, font: QFont, colours: Colours, cache: LineCache) -> None:
        self._painter = painter
        self._cache = cache
        self._ratio = painter.device().devicePixelRatio()
        self._area = area
        self._colours = colours
        self._font = QFont(font)
        self._font.setPixelSize(QFontInfo(font).pixelSize())
        painter.setFont(self._font)
        self._metrics = QFontMetrics(self._font)

    def corners(self, texts: CornerTexts, letters: EdgeLetters, written_on: QRect | None = None) -> None:
        """Paint the four corners, clear of the letters; on plates over a picture that is `written_on` itself."""
        font, rows = self._placed(texts, letters)
        self._painter.setFont(font)
        ascent = QFontMetrics(font).ascent()
        for row in rows:
            if written_on is not None and row.box.intersects(written_on):
                self._plate(row.box.adjusted(-_EDGE * 2, 0, _EDGE * 2, 0), 0, _COVER)
        for row in rows:
            colour = self._colours.loss if row.line.warns else self._colours.amber if row.line.look_here else ""
            self._outlined(row.box.topLeft() + QPoint(0, ascent), row.text, colour)
        self._painter.setFont(self._font)

    def lie_on(self, picture: QRect, texts: CornerTexts, letters: EdgeLetters) -> bool:
        """Tell whether some of these corner texts would lie on the picture."""
        return any(row.box.intersects(picture) for row in self._placed(texts, letters)[1])

    def _placed(self, texts: CornerTexts, letters: EdgeLetters) -> tuple[QFont, list[PlacedText]]:
        return placed_corners(self._area, self._font, texts, placed_letters(self._area, self._font, letters))

    def letters(self, letters: EdgeLetters) -> None:
        """Paint the patient directions in the middle of each edge, on dark plates."""
        font = letter_font(self._area, self._font)
        metrics = QFontMetrics(font)
        self._painter.setFont(font)
        for letter in placed_letters(self._area, self._font, letters):
            self._plate(letter.box, _PLATE_RADIUS)
            left = letter.box.center().x() - metrics.horizontalAdvance(letter.text) // 2
            top = letter.box.center().y() - metrics.height() // 2
            self._outlined(QPoint(left, top + metrics.ascent()), letter.text)
        self._painter.setFont(self._font)

    def pill(self, text: str) -> None:
        """Paint a small mark at the top in the middle, such as "Loading"."""
        letter_room = QFontMetrics(letter_font(self._area, self._font)).height() + MARGIN
        self._pill(text, self._area.top() + MARGIN + letter_room)

    def footer(self, text: str, letters: EdgeLetters) -> None:
        """Paint a small mark at the bottom in the middle, such as the number of a page; above a letter there."""
        letter_room = QFontMetrics(letter_font(self._area, self._font)).height() + MARGIN if letters.bottom else 0
        self._pill(text, self._area.bottom() - MARGIN - letter_room - self._metrics.height() - _PILL_EDGE)

    def _pill(self, text: str, top: int) -> None:
        if not text:
            return
        width, height = self._metrics.horizontalAdvance(text) + 24, self._metrics.height() + _PILL_EDGE
        box = QRect(self._area.center().x() - width // 2, top, width, height)
        self._plate(box, height / 2)
        self._painter.setPen(QColor(self._colours.text))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _plate(self, box: QRect, radius: float, colour: QColor = _DARK) -> None:
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawRoundedRect(box, radius, radius)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def notice(self, title: str, body: str, below: int = 0) -> int:
        """Paint words where there is no picture, in the middle with so much room below them; returns where they end."""
        title, body = paragraph(title), paragraph(body)
        area = self._area.adjusted(MARGIN * 2, MARGIN * 2, -MARGIN * 2, -MARGIN * 2)
        width = min(area.width(), self._metrics.averageCharWidth() * 64)
        column = QRect(area.center().x() - width // 2, area.top(), width, area.height())
        large = QFont(self._font)
        large.setPixelSize(round(large.pixelSize() * 20 / 13))
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
        high = QFontMetrics(large).boundingRect(column, flags, title).height()
        low = self._metrics.boundingRect(column, flags, body).height() if body else 0
        top = max(area.center().y() - (high + low + 12 + below) // 2, MARGIN)
        self._painter.setPen(QColor(self._colours.ink))
        self._painter.setFont(large)
        self._painter.drawText(QRect(column.left(), top, width, high), flags, title)
        self._painter.setFont(self._font)
        self._painter.setPen(QColor(self._colours.muted))
        self._painter.drawText(QRect(column.left(), top + high + 12, width, low), flags, body)
        return top + high + 12 + low

    def focus_ring(self) -> None:
        """Show that keys go to the picture."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._colours.accent), 2))
        self._painter.drawRect(self._area.adjusted(1, 1, -1, -1))

    def _outlined(self, place: QPoint, text: str, colour: str = "") -> None:
        if text:
            made = self._cache.line(text, self._painter.font(), colour or self._colours.text, self._ratio)
            self._painter.drawPixmap(place - QPoint(_EDGE, made.ascent + _EDGE), made.pixmap)


@dataclass(frozen=True, slots=True)
class _Line:
    pixmap: QPixmap
    ascent: int


class LineCache:
    """Lines of text with a dark edge, drawn once: readable on black and on white, and fast to paint again."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, str, str, float], _Line] = OrderedDict()

    def line(self, text: str, font: QFont, colour: str, ratio: float) -> _Line:
        """Return a line of text as a picture for a screen of this pixel ratio."""
        key = (text, font.key(), colour, ratio)
        if key not in self._made:
            self._made[key] = _drawn(text, font, colour, ratio)
            if len(self._made) > _LINES_KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]


def _drawn(text: str, font: QFont, colour: str, ratio: float) -> _Line:
    metrics = QFontMetrics(font)
    width, height = metrics.horizontalAdvance(text) + 2 * _EDGE + 2, metrics.height() + 2 * _EDGE
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setFont(font)
    base = QPoint(_EDGE, _EDGE + metrics.ascent())
    painter.setPen(QColor(0, 0, 0, 150))
    for dx, dy in product((-_EDGE, 0, _EDGE), repeat=2):
        painter.drawText(base + QPoint(dx, dy) / (1 if 0 in (dx, dy) else 2), text)
    painter.setPen(QColor(0, 0, 0, 255))
    for dx, dy in product((-1, 0, 1), repeat=2):
        painter.drawText(base + QPoint(dx, dy), text)
    painter.setPen(QColor(colour))
    painter.drawText(base, text)
    painter.end()
    return _Line(pixmap, metrics.ascent())
