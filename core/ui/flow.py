"""A layout that puts its parts side by side and goes on in the next line where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows of parts from the reading side, so that no button is cut off at large text."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width, until a part changes: Qt asks again and again
        self._placed: tuple[QRect, bool] | None = None
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take a part (Qt calls this)."""
        self._items.append(item)

    def count(self) -> int:
        """Tell how many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Give a part, None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove a part and give it, None beyond the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Never ask for more room than the parts need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height depends on the width."""
        return True

    def invalidate(self) -> None:
        """Forget what was reckoned: a part changed (Qt calls this)."""
        self._heights, self._placed = {}, None
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        """Give the height of the rows at this width."""
        if width not in self._heights:
            margins = self.contentsMargins()
            inner = width - margins.left() - margins.right()
            rows = self._arrange(QRect(0, 0, inner, 0), move=False)
            self._heights[width] = rows + margins.top() + margins.bottom()
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        """Place the parts, where they do not stand there already."""
        super().setGeometry(rect)
        place = (QRect(rect), self._mirrored())
        if place != self._placed:
            self._arrange(rect.marginsRemoved(self.contentsMargins()), move=True)
            self._placed = place

    def sizeHint(self) -> QSize:
        """Give the size of all parts in one row."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        return self._with_margins(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        """Give the size of the largest part."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, row_height = 0, 0, 0
        mirrored = self._mirrored()
        for item in self._shown():
            size = item.sizeHint()
            if x > 0 and x + size.width() > rect.width():
                x, y, row_height = 0, y + row_height + self.spacing(), 0
            if move:
                width = min(size.width(), rect.width())
                left = rect.right() + 1 - x - width if mirrored else rect.x() + x
                item.setGeometry(QRect(QPoint(left, rect.y() + y), QSize(width, size.height())))
            x += size.width() + self.spacing()
            row_height = max(row_height, size.height())
        return y + row_height

    def _mirrored(self) -> bool:
        parent = self.parentWidget()
        return parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
