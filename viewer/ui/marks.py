"""What is painted over a picture: corner texts, letters at the edges, small marks, words where no picture is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPen

from viewer.corner_text import CornerTexts, Line
from viewer.edge_letters import EdgeLetters
from viewer.ui.look import Colours

_MARGIN = 10
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class MarkPainter:
    """Paints text so that it can be read on black and on white alike. All sizes are logical pixels."""

    def __init__(self, painter: QPainter, area: QRect, font: QFont, colours: Colours) -> None:
        self._painter = painter
        self._area = area
        self._colours = colours
        self._font = QFont(font)
        self._font.setPixelSize(QFontInfo(font).pixelSize())
        painter.setFont(self._font)
        self._metrics = QFontMetrics(self._font)

    def corners(self, texts: CornerTexts) -> None:
        """Paint the four corners; no corner takes more than its half of the width."""
        self._corner(texts.top_left, _LEFT, top=True)
        self._corner(texts.top_right, _RIGHT, top=True)
        self._corner(texts.bottom_left, _LEFT, top=False)
        self._corner(texts.bottom_right, _RIGHT, top=False)

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
        if not text:
            return
        width, height = self._metrics.horizontalAdvance(text) + 24, self._metrics.height() + 10
        letter_room = round(self._font.pixelSize() * 1.25 * 1.6)
        box = QRect(self._area.center().x() - width // 2, self._area.top() + _MARGIN + letter_room, width, height)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(11, 14, 14, 200))
        self._painter.drawRoundedRect(box, height / 2, height / 2)
        self._painter.setPen(QColor(self._colours.text))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def notice(self, title: str, body: str) -> None:
        """Paint words in the middle where there is no picture."""
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

    def focus_ring(self) -> None:
        """Show that keys go to the picture."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._colours.accent), 2))
        self._painter.drawRect(self._area.adjusted(1, 1, -1, -1))

    def _corner(self, lines: Sequence[Line], side: Qt.AlignmentFlag, *, top: bool) -> None:
        room = self._area.width() // 2 - 2 * _MARGIN
        step = self._metrics.lineSpacing()
        y = self._area.top() + _MARGIN + self._metrics.ascent()
        if not top:
            y = self._area.bottom() - _MARGIN - self._metrics.descent() - step * (len(lines) - 1)
        for line in lines:
            text = self._metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, room)
            x = self._area.left() + _MARGIN
            if side == _RIGHT:
                x = self._area.right() - _MARGIN - self._metrics.horizontalAdvance(text)
            self._outlined(QPoint(x, y), text, self._colours.loss if line.warns else "")
            y += step

    def _outlined(self, place: QPoint, text: str, colour: str = "") -> None:
        self._painter.setPen(QColor(0, 0, 0, 210))
        for dx, dy in ((1, 1), (-1, 0), (0, -1)):
            self._painter.drawText(place + QPoint(dx, dy), text)
        self._painter.setPen(QColor(colour or self._colours.text))
        self._painter.drawText(place, text)
