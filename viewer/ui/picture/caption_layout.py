"""Where corner texts and side letters stand on a picture, so that none touches another; sizes are logical pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics

from core.language.isolates import is_closed
from dicom.showing.geometry import EdgeLetters
from viewer.viewport.corner_text import CornerTexts, Line, fitting

MARGIN = 10
GAP = 6  # between texts, letters and what is beside them
_PLATE = 4  # from a letter to the edge of its plate
_LETTER = 1.25  # of the text's size
_LETTERS_ACROSS = 8  # at least
_FEW = 3  # letters; less of a row says nothing
_SMALLEST = 13  # pixels of text that has to shrink
_SHRINK = 0.85
_BESIDE = " · "  # between facts in one row


@dataclass(frozen=True, slots=True)
class PlacedText:
    """One row of a corner and the box it fills."""

    text: str
    line: Line
    box: QRect


@dataclass(frozen=True, slots=True)
class PlacedLetter:
    """One side letter and its plate."""

    text: str
    box: QRect


def letter_font(area: QRect, font: QFont) -> QFont:
    """Return the font of side letters beside text in `font`; on a very small picture they must not meet."""
    bold = QFont(font)
    most = min(area.width(), area.height()) // _LETTERS_ACROSS
    bold.setPixelSize(max(min(round(QFontInfo(font).pixelSize() * _LETTER), most), 1))
    bold.setBold(True)
    return bold


def placed_letters(area: QRect, font: QFont, letters: EdgeLetters) -> list[PlacedLetter]:
    """Place the patient directions in the middle of each edge; a side that is not known has none."""
    metrics = QFontMetrics(letter_font(area, font))
    inner = area.adjusted(MARGIN - _PLATE, MARGIN - _PLATE, _PLATE - MARGIN, _PLATE - MARGIN)
    height = metrics.height() + _PLATE
    made = []
    for text, side in (
        (letters.left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
        (letters.top, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter),
        (letters.right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
        (letters.bottom, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter),
    ):
        if text:
            box = QRect(0, 0, max(metrics.horizontalAdvance(text) + 2 * _PLATE, height), height)
            box.moveCenter(inner.center())
            if side & Qt.AlignmentFlag.AlignLeft:
                box.moveLeft(inner.left())
            elif side & Qt.AlignmentFlag.AlignRight:
                box.moveRight(inner.right())
            elif side & Qt.AlignmentFlag.AlignTop:
                box.moveTop(inner.top())
            else:
                box.moveBottom(inner.bottom())
            made.append(PlacedLetter(text, box))
    return made


def placed_corners(
    area: QRect, font: QFont, texts: CornerTexts, letters: Sequence[PlacedLetter]
) -> tuple[QFont, list[PlacedText]]:
    """Place the rows of the four corners around the letters; returns them with the font they are to be written in.

    What is least needed is left out first; what must be read whole then goes on beside a side letter, and gets smaller
    where even that is not room enough.
    """
    for size in _sizes(QFontInfo(font).pixelSize()):
        made = QFont(font)
        made.setPixelSize(size)
        sides = [
            _Side(area, QFontMetrics(made), [letter.box for letter in letters], right=right) for right in (False, True)
        ]
        found = [
            sides[0].rows(texts.top_left, texts.bottom_left),
            sides[1].rows(texts.top_right, texts.bottom_right),
        ]
        if all(row.is_whole for row in found) or size <= _SMALLEST:
            break
    return made, [placed for row in found for placed in row.placed]


def _sizes(largest: int) -> Iterator[int]:
    size = float(largest)
    while round(size) > _SMALLEST:
        yield round(size)
        size *= _SHRINK
    yield min(largest, _SMALLEST)


@dataclass(frozen=True, slots=True)
class _Rows:
    placed: list[PlacedText]
    is_whole: bool  # nothing that must stay had to be shortened or left out


class _Side:
    """The two corners of one side of a picture."""

    def __init__(self, area: QRect, metrics: QFontMetrics, taken: Sequence[QRect], *, right: bool) -> None:
        self._metrics, self._right = metrics, right
        self._step = metrics.lineSpacing()
        self._inner = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        middle = area.center().x()
        across = [box for box in taken if box.left() <= middle <= box.right()]
        reach = max((box.width() for box in across), default=0) // 2 + GAP
        self._room = max(self._inner.width() // 2 - reach, 1)
        beside = [box for box in taken if box not in across and (box.left() > middle) == right]
        self._letter = beside[0].adjusted(-GAP, -2, GAP, 2) if beside else QRect()

    def rows(self, top: Sequence[Line], bottom: Sequence[Line]) -> _Rows:
        """Place both corners: above and below the letter where they fit, else past it."""
        high = (self._letter.top() if not self._letter.isNull() else self._inner.center().y()) - self._inner.top()
        low = self._inner.bottom() - (self._letter.bottom() if not self._letter.isNull() else self._inner.center().y())
        half = max(min(high, low) // self._step, 0)
        broken = self._broken(top, self._room), self._broken(bottom, self._room)
        above, below = (self._facts_apart(lines, half) for lines in broken)
        above, below = fitting(above, below, max(half, 1))
        room = self._room
        if max(len(above), len(below)) > half:
            room = max(room - self._letter.width(), 1)
            above, below = fitting(self._broken(top, room), self._broken(bottom, room), max(half, 1))
        most = max(self._inner.height() // self._step, 1)
        words = (word for line in (*top, *bottom) if line.must_stay for word in line.text.split(" "))
        is_whole = len(above) + len(below) <= most and all(map(partial(self._fits, room), words))
        below = below[max(len(below) - most + 1, 0) :]  # the name stays
        above = above[: most - len(below)]
        return _Rows([*self._placed(above, from_top=True), *self._placed(below, from_top=False)], is_whole)

    def _placed(self, lines: Sequence[Line], *, from_top: bool) -> Iterator[PlacedText]:
        start = self._inner.top() if from_top else self._inner.bottom() + 1 - len(lines) * self._step
        for number, line in enumerate(lines):
            row = QRect(self._inner.left(), start + number * self._step, self._room, self._metrics.height())
            if self._right:
                row.moveRight(self._inner.right())
            if row.intersects(self._letter):
                past = row.adjusted(self._letter.right() + 1 - row.left(), 0, 0, 0)
                row = row.adjusted(0, 0, self._letter.left() - 1 - row.right(), 0) if self._right else past
            if row.width() < _FEW * self._metrics.averageCharWidth():
                continue
            text, width = line.text, self._metrics.horizontalAdvance(line.text)
            if width > row.width():  # Qt would also shorten what just fits
                text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, row.width())
                width = min(self._metrics.horizontalAdvance(text), row.width())
            left = row.right() + 1 - width if self._right else row.left()
            yield PlacedText(text, line, QRect(left, row.top(), width, row.height()))

    def _broken(self, lines: Sequence[Line], room: int) -> list[Line]:
        """Let what must be read whole go on in another row."""
        return [row for line in lines for row in (self._parts(line, room) if line.must_stay else [line])]

    def _facts_apart(self, lines: Sequence[Line], half: int) -> list[Line]:
        """Give facts side by side, which would be shortened, a row each as long as there are rows."""
        spare = half - len(lines)
        made: list[Line] = []
        for line in lines:
            facts = [line.text] if self._fits(self._room, line.text) else line.text.split(_BESIDE)
            if len(facts) - 1 > spare or not all(map(is_closed, facts)):
                facts = [line.text]
            spare -= len(facts) - 1
            made += [replace(line, text=fact) for fact in facts]
        return made

    def _parts(self, line: Line, room: int) -> list[Line]:
        rows = [""]
        for word in self._words(line.text, room):
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and not self._fits(room, longer):
                rows.append(word)
            else:
                rows[-1] = longer
        return [replace(line, text=row) for row in rows]

    def _words(self, text: str, room: int) -> Iterator[str]:
        """Split at blanks, and inside a word that is longer than a row."""
        for word in text.split(" "):
            rest = word
            while not self._fits(room, rest) and len(rest) > 1:
                most = next((n for n in range(len(rest) - 1, 1, -1) if self._fits(room, rest[:n])), 1)
                yield rest[:most]
                rest = rest[most:]
            yield rest

    def _fits(self, room: int, text: str) -> bool:
        return self._metrics.horizontalAdvance(text) <= room
