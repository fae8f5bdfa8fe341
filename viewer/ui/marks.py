"""What is painted over a picture: corner texts, letters at the edges, small marks, words where no picture is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPen, QPixmap

from dicom.showing.geometry import EdgeLetters
from viewer.ui.look import Colours
from viewer.viewport.corner_text import CornerTexts, Line, fitting

_MARGIN = 10
_EDGE = 2
_PILL_EDGE = 10
_LINES_KEPT = 128
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class MarkPainter:
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

    def corners(self, texts: CornerTexts) -> None:
        """Paint the four corners; none takes more than its half, so that neither they nor the letters meet."""
        half = (self._area.height() // 2 - _MARGIN - self._metrics.height()) // self._metrics.lineSpacing()
        sides = ((texts.top_left, texts.bottom_left, _LEFT), (texts.top_right, texts.bottom_right, _RIGHT))
        for top, bottom, side in sides:
            above, below = fitting(self._broken(top), self._broken(bottom), max(half, 1))
            self._corner(above, side, top=True)
            self._corner(below, side, top=False)

    def letters(self, letters: EdgeLetters) -> None:
        """Paint the patient directions in the middle of each edge."""
        bold = QFont(self._font)
        bold.setPixelSize(round(bold.pixelSize() * 1.25))
        bold.setBold(True)
        self._painter.setFont(bold)
        metrics = QFontMetrics(bold)
        area, height = self._area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN), metrics.height()
        middle_x, middle_y = area.center().x(), area.center().y() + metrics.ascent() // 2
        right = area.right() - metrics.horizontalAdvance(letters.right)
        self._outlined(QPoint(area.left(), middle_y), letters.left)
        self._outlined(QPoint(right, middle_y), letters.right)
        for text, y in ((letters.top, area.top() + metrics.ascent()), (letters.bottom, area.bottom() - height // 4)):
            self._outlined(QPoint(middle_x - metrics.horizontalAdvance(text) // 2, y), text)
        self._painter.setFont(self._font)

    def pill(self, text: str) -> None:
        """Paint a small mark at the top in the middle, such as "Loading"."""
        letter_room = round(self._font.pixelSize() * 1.25 * 1.6)
        self._pill(text, self._area.top() + _MARGIN + letter_room)

    def footer(self, text: str) -> None:
        """Paint a small mark at the bottom in the middle, such as the number of a page."""
        self._pill(text, self._area.bottom() - _MARGIN - self._metrics.height() - _PILL_EDGE)

    def _pill(self, text: str, top: int) -> None:
        if not text:
            return
        width, height = self._metrics.horizontalAdvance(text) + 24, self._metrics.height() + _PILL_EDGE
        box = QRect(self._area.center().x() - width // 2, top, width, height)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(11, 14, 14, 215))
        self._painter.drawRoundedRect(box, height / 2, height / 2)
        self._painter.setPen(QColor(self._colours.text))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def notice(self, title: str, body: str) -> int:
        """Paint words in the middle where there is no picture; returns where they end."""
        area = self._area.adjusted(_MARGIN * 2, _MARGIN * 2, -_MARGIN * 2, -_MARGIN * 2)
        width = min(area.width(), self._metrics.averageCharWidth() * 64)
        column = QRect(area.center().x() - width // 2, area.top(), width, area.height())
        large = QFont(self._font)
        large.setPixelSize(round(large.pixelSize() * 20 / 13))
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
        high = QFontMetrics(large).boundingRect(column, flags, title).height()
        low = self._metrics.boundingRect(column, flags, body).height() if body else 0
        top = area.center().y() - (high + low + 12) // 2
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

    def _room(self) -> int:
        return self._area.width() // 2 - 2 * _MARGIN - self._metrics.averageCharWidth()

    def _broken(self, lines: Sequence[Line]) -> list[Line]:
        """Let what must be read whole go on in another row."""
        return [row for line in lines for row in (self._rows(line) if line.must_stay else [line])]

    def _rows(self, line: Line) -> list[Line]:
        rows = [""]
        for word in line.text.split(" "):
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and self._metrics.horizontalAdvance(longer) > self._room():
                rows.append(word)
            else:
                rows[-1] = longer
        return [replace(line, text=row) for row in rows]

    def _corner(self, lines: Sequence[Line], side: Qt.AlignmentFlag, *, top: bool) -> None:
        room = self._room()
        step = self._metrics.lineSpacing()
        y = self._area.top() + _MARGIN + self._metrics.ascent()
        if not top:
            y = self._area.bottom() - _MARGIN - self._metrics.descent() - step * (len(lines) - 1)
        for line in lines:
            text = self._metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, room)
            x = self._area.left() + _MARGIN
            if side == _RIGHT:
                x = self._area.right() - _MARGIN - self._metrics.horizontalAdvance(text)
            colour = self._colours.loss if line.warns else self._colours.amber if line.look_here else ""
            self._outlined(QPoint(x, y), text, colour)
            y += step

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
