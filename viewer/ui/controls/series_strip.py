"""The list of series at the left, each with a small picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QIcon, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.ui.parts import paragraph, plain_tip
from viewer.ui.style import BASE_FONT, Colours

_PAD = 8
_LINES = 3  # of text below a picture
_BETWEEN = " · "
_THUMBNAIL = 96
_LETTERS = 19  # of a title in one line
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class StripItem:
    """One series as the strip shows it."""

    key: str
    title: str
    detail: str
    icon: str
    part: str = ""  # the end of the title that must be seen


class _Items(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[StripItem] = []
        self.pictures: dict[str, QImage] = {}

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = f"{item.title}\n{item.detail}" if item.detail else item.title
            return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        if role == Qt.ItemDataRole.DecorationRole:
            return self.pictures.get(item.key)
        return item if role == Qt.ItemDataRole.UserRole else None

    def replace(self, items: Sequence[StripItem]) -> None:
        same_rows = [item.key for item in items] == [item.key for item in self.items]
        if same_rows:
            self.items = list(items)
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def set_picture(self, key: str, picture: QImage) -> None:
        self.pictures[key] = picture
        for row, item in enumerate(self.items):
            if item.key == key:
                self.dataChanged.emit(self.index(row), self.index(row))


class _Painter(QStyledItemDelegate):
    def __init__(self, colours: Colours, icons: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours = colours
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        side = _scaled(_THUMBNAIL, option.font)
        lines = QFontMetrics(option.font).lineSpacing() * _LINES
        return QSize(side + 2 * _PAD, side + lines + 3 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item: StripItem = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        box = rect.adjusted(_PAD // 2, _PAD // 2, -_PAD // 2, -_PAD // 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, box, option)
        side = _scaled(_THUMBNAIL, option.font)
        frame = QRect(box.center().x() - side // 2, box.top() + _PAD, side, side)
        painter.fillRect(frame, QColor(self._colours.surround))
        self._picture(painter, frame, index.data(Qt.ItemDataRole.DecorationRole), item.icon)
        self._texts(painter, box, frame, item, option)
        painter.restore()

    def _background(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        fill = self._colours.accent_soft if chosen else self._colours.hover if hot else self._colours.bar
        painter.setBrush(QColor(fill))
        edge = QPen(QColor(self._colours.accent), 2) if focused else QPen(Qt.PenStyle.NoPen)
        painter.setPen(edge)
        painter.drawRoundedRect(box, 8, 8)

    def _picture(self, painter: QPainter, frame: QRect, picture: QImage | None, icon: str) -> None:
        if picture is None or picture.isNull():
            side = frame.width() // 3
            place = QRect(frame.center().x() - side // 2, frame.center().y() - side // 2, side, side)
            made: QIcon = self._icons(icon)
            made.paint(painter, place)
            return
        size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(frame.center().x() - size.width() // 2, frame.center().y() - size.height() // 2, 0, 0)
        place.setSize(size)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place.intersected(frame), picture)

    def _texts(
        self, painter: QPainter, box: QRect, frame: QRect, item: StripItem, option: QStyleOptionViewItem
    ) -> None:
        metrics = QFontMetrics(option.font)
        painter.setFont(option.font)
        column = QRect(box.left() + _PAD, frame.bottom() + _PAD // 2, box.width() - 2 * _PAD, metrics.lineSpacing() * 2)
        painter.setPen(QColor(self._colours.ink))
        titles = _two_lines(item.title, item.part, metrics, column.width())
        for text in titles:
            painter.drawText(column, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), paragraph(text))
            column.translate(0, metrics.lineSpacing())
        painter.setPen(QColor(self._colours.muted))
        for text in amount_lines(item.detail, _LINES - len(titles), metrics, column.width()):
            painter.drawText(column, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), paragraph(text))
            column.translate(0, metrics.lineSpacing())


class SeriesStrip(QListView):
    """Series as pictures with two lines of text; the owner hears which one is chosen."""

    chosen = Signal(str)  # key

    def __init__(self, colours: Colours, icons: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seriesStrip")
        self.setAccessibleName(self.tr("Series"))
        self._items = _Items(self)
        self.setModel(self._items)
        self.setItemDelegate(_Painter(colours, icons, self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.fit_width()

    def fit_width(self) -> None:
        """Take the width the text size needs."""
        text = QFontMetrics(self.font()).averageCharWidth() * _LETTERS
        inner = max(_scaled(_THUMBNAIL, self.font()) + 4 * _PAD, text)
        self.setFixedWidth(inner + self.verticalScrollBar().sizeHint().width())
        self.scheduleDelayedItemsLayout()

    def show_items(self, items: Sequence[StripItem], current: str | None) -> None:
        """Show these series, keeping what is chosen; tells nobody."""
        self.selectionModel().blockSignals(True)
        self._items.replace(items)
        self.selectionModel().blockSignals(False)
        if current is not None:
            self.show_current(current)

    def show_current(self, key: str) -> None:
        """Mark a series as the one shown; tells nobody."""
        for row, item in enumerate(self._items.items):
            if item.key == key and self.currentIndex().row() != row:
                self.selectionModel().currentChanged.disconnect(self._current_changed)
                self.setCurrentIndex(self._items.index(row))
                self.selectionModel().currentChanged.connect(self._current_changed)

    def set_picture(self, key: str, picture: QImage) -> None:
        """Show a series' small picture."""
        self._items.set_picture(key, picture)

    def has_picture(self, key: str) -> bool:
        """Tell whether a series has its small picture already (or never gets one)."""
        return key in self._items.pictures

    def forget_pictures(self) -> None:
        """Let go of the small pictures."""
        self._items.pictures.clear()

    def titles(self) -> list[str]:
        """Return the titles in order."""
        return [item.title for item in self._items.items]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let ← and → go from series to series, as everywhere in the viewer; the list has one column."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        row = min(max(self.currentIndex().row() + step, 0), len(self._items.items) - 1)
        if row >= 0:
            self.setCurrentIndex(self._items.index(row))

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._items.items[current.row()].key)


def thumbnail_pixels(font: QFont, ratio: float) -> int:
    """Return the side of a thumbnail in device pixels."""
    return round(_scaled(_THUMBNAIL, font) * ratio)


def _scaled(size: int, font: QFont) -> int:
    return round(size * float(max(1.0, (QFontInfo(font).pixelSize() / BASE_FONT) ** 0.5)))


def amount_lines(text: str, lines: int, metrics: QFontMetrics, width: int) -> list[str]:
    """Break what a series is and how much it holds into at most so many lines; how much is kept before what it is."""
    parts = text.split(_BETWEEN)
    while True:
        rows = [""]
        for part in parts:
            longer = f"{rows[-1]}{_BETWEEN}{part}" if rows[-1] else part
            if rows[-1] and metrics.horizontalAdvance(longer) >= width:  # Qt cuts what just fits
                rows.append(part)
            else:
                rows[-1] = longer
        if len(rows) <= lines or len(parts) == 1:
            return [metrics.elidedText(row, Qt.TextElideMode.ElideRight, width) for row in rows[:lines]]
        parts = parts[1:]


def _two_lines(text: str, part: str, metrics: QFontMetrics, width: int) -> list[str]:
    """Break a title into at most two lines that fit; the part it ends with keeps a line where there is one."""
    if part:
        head = text.removesuffix(part).rstrip(" ·")
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in (head, part)]
    words, first = text.split(), ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)]
    rest = " ".join(words)
    return [first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)] if rest else [first]
