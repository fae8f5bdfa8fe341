"""The picture: paints a presentation one to one and turns mouse and wheel into gestures on it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from dicom.showing.geometry import EdgeLetters
from viewer.rendering.render import Scaled, Shaded
from viewer.rendering.view_state import Point, Size
from viewer.tools.action import Tool
from viewer.tools.pan import PAN
from viewer.tools.window import WINDOW
from viewer.ui.picture.caption_painter import CaptionPainter, LineCache
from viewer.ui.picture.gestures import Drag, Wheel, tool_for
from viewer.ui.style import Colours
from viewer.viewport.corner_text import CornerTexts
from viewer.viewport.presentation import FinePicture, Presentation

MakeFine = Callable[[FinePicture], None]
_SETTLE_MS = 160


class Viewport(QWidget):
    """Shows one presentation. The owner says what stands around the picture and reacts to the signals."""

    stepped = Signal(int)  # images on (or back) by the wheel
    gesture = Signal()  # view or window changed, by hand or by another size
    hovered = Signal()  # the pointer is over another pixel
    settled = Signal()  # nothing has changed for a moment
    alone_wished = Signal()  # double click
    menu_wished = Signal(QPoint)  # in global coordinates

    def __init__(self, colours: Colours | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presentation = Presentation()
        self.tool = WINDOW
        self.texts = CornerTexts()
        self.mark = ""
        self.footer = ""
        self.again = QPushButton(self.tr("Try again"), self)
        self.again.hide()
        self.notice: tuple[str, str] | None = None
        self.pointer: Point | None = None
        self.show_letters = True
        self.folded: CornerTexts | None = None  # what stays of the texts over a picture that may be written on itself
        self.folds = True
        self.is_folded = False
        self.fold_mark = ""
        self._colours = colours or Colours()
        self._drag: Drag | None = None
        self._wheel = Wheel()
        self._lines = LineCache()
        self._space = False
        self._still = False
        self.make_fine: MakeFine | None = None  # resizes in another thread and hands the result to `take_fine`
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Picture"))

    def sizeHint(self) -> QSize:
        """Ask for a good place for a picture."""
        return QSize(800, 600)

    def show_notice(self, notice: tuple[str, str] | None, *, can_try_again: bool = False) -> None:
        """Show words where the picture would be, or the picture again."""
        self.notice = notice
        if notice is not None:
            self.setAccessibleDescription(" ".join(notice))
        self.again.setVisible(notice is not None and can_try_again)
        self.again.adjustSize()

    def refresh(self) -> None:
        """Paint anew because the picture or its texts changed; fast now, fine when nothing changes for a moment."""
        self._still = False
        self._settle.start()
        self.update()

    def image(self) -> QImage:
        """Return the picture as shown, without texts; null without a picture."""
        made = self.presentation.picture(smooth=True)
        return QImage() if made is None else _as_image(made[0]).copy()

    def is_settled(self) -> bool:
        """Tell whether the fine picture is shown."""
        return self._still

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture one to one, the surround around it and the texts over it."""
        painter = QPainter(self)
        picture = self._paint_picture(painter)
        marks = CaptionPainter(painter, self.rect(), self.font(), self._colours, self._lines)
        if self.notice is not None:
            room = self.again.height() + 16 if not self.again.isHidden() else 0
            below = marks.notice(*self.notice, room)
            lowest = self.height() - self.again.height()
            self.again.move((self.width() - self.again.width()) // 2, min(below + 16, lowest))
        elif self.presentation.frame is not None:
            letters = self.presentation.letters() if self.show_letters else EdgeLetters()
            texts = self._texts_beside(picture, marks, letters)
            marks.corners(texts, letters, None if self.folded is None else picture)
            marks.letters(letters)
            covers = self.folded is not None and marks.lie_on(picture, texts, letters)
            marks.footer(self.footer or (self.fold_mark if covers else ""), letters)
        marks.pill(self.mark)
        if self.hasFocus():
            marks.focus_ring()
        painter.end()

    def _texts_beside(self, picture: QRect, marks: CaptionPainter, letters: EdgeLetters) -> CornerTexts:
        """Give the corner texts; where they would lie on writing of the picture, only those that must be there."""
        folds = self.folds and self.folded is not None and marks.lie_on(picture, self.texts, letters)
        self.is_folded = folds
        return self.folded if folds and self.folded is not None else self.texts

    def _paint_picture(self, painter: QPainter) -> QRect:
        """Paint the surround and over it the picture, pixel by pixel of the screen; returns where it lies."""
        made = None if self.notice is not None else self.presentation.picture(smooth=self._still)
        if made is None:
            painter.fillRect(self.rect(), QColor(self._colours.surround))
            return QRect()
        pixels, left, top = made
        ratio = self.devicePixelRatio()
        image = _as_image(pixels)
        image.setDevicePixelRatio(ratio)
        inside = _inside(left, top, image.width(), image.height(), ratio)
        for part in _around(self.rect(), inside):
            painter.fillRect(part, QColor(self._colours.surround))
        painter.drawImage(QPointF(left / ratio, top / ratio), image)
        return inside

    def take_fine(self, wish: FinePicture, made: Scaled | None) -> None:
        """Show a fine picture that was made elsewhere, if it is still wanted."""
        if self.presentation.take_fine(wish, made):
            self._show_fine()

    def _settled(self) -> None:
        wish = self.presentation.fine_picture()
        if wish is None or self.notice is not None:
            return
        if self.make_fine is not None:
            self.make_fine(wish)
        else:
            self._show_fine()

    def _show_fine(self) -> None:
        self._still = True
        self.update()
        self.settled.emit()

    # size and focus

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        self._take_size()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Notice another screen's pixel ratio."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size()
        return super().event(event)

    def _take_size(self) -> None:
        self.presentation.resize(self._device_size())
        self.refresh()
        self.gesture.emit()

    def _device_size(self) -> Size:
        ratio = self.devicePixelRatio()
        return round(self.width() * ratio), round(self.height() * ratio)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of what was held."""
        self._space = False
        self._point_out_tool()
        self.update()
        super().focusOutEvent(event)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag with the button's tool."""
        tool = tool_for(event.button(), self.tool, space=self._space)
        if self._drag is None and tool is not None and self.presentation.frame is not None and self.notice is None:
            self._drag = Drag(self.presentation, tool, event.button(), event.position(), self.devicePixelRatio())
            self._point_out_tool()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag, or tell what the pointer is over."""
        ratio = self.devicePixelRatio()
        self.pointer = (event.position().x() * ratio, event.position().y() * ratio)
        if self._drag is not None and self._drag.move(event.position()):
            self.refresh()
            self.gesture.emit()
        self.hovered.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a right click that did not move asks for the menu."""
        drag = self._drag
        if drag is not None and event.button() != drag.button:
            return
        self._drag = None
        self._point_out_tool()
        if event.button() == Qt.MouseButton.RightButton and (drag is None or not drag.moved):
            self.menu_wished.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the picture alone, or everything again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.alone_wished.emit()
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu from the keyboard; the mouse has its own way."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wished.emit(self.mapToGlobal(self.rect().center()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go through the images; with Ctrl zoom about the pointer, with Shift ten at a time."""
        angle = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            ratio = self.devicePixelRatio()
            self.presentation.zoom(Wheel.zoom(angle), (event.position().x() * ratio, event.position().y() * ratio))
            self.refresh()
            self.gesture.emit()
        else:
            steps = -self._wheel.steps(angle)
            if steps:
                tenfold = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.stepped.emit(steps * (10 if tenfold else 1))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self.pointer = None
        self.hovered.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the picture while the space bar is held."""
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            self._point_out_tool()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End moving with the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._point_out_tool()
            return
        super().keyReleaseEvent(event)

    def end_drag(self) -> None:
        """Let go of a drag that began on another picture."""
        self._drag = None
        self._point_out_tool()

    def set_tool(self, tool: Tool) -> None:
        """Take another tool for the left button."""
        self.tool = tool
        self._point_out_tool()

    def _point_out_tool(self) -> None:
        tool = self._drag.tool if self._drag is not None else PAN if self._space else self.tool
        shapes = {
            "cross": Qt.CursorShape.CrossCursor,
            "hand": Qt.CursorShape.ClosedHandCursor if self._drag is not None else Qt.CursorShape.OpenHandCursor,
            "up-down": Qt.CursorShape.SizeVerCursor,
        }
        self.setCursor(shapes[tool.cursor])


def _as_image(pixels: Shaded) -> QImage:
    """Wrap screen pixels without copying; the image is valid as long as the array is held."""
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB32
    return QImage(pixels.data, width, height, pixels.strides[0], form)


def _inside(left: int, top: int, width: int, height: int, ratio: float) -> QRect:
    """Return the logical pixels that lie wholly inside a rectangle of device pixels."""
    x, y = math.ceil(left / ratio), math.ceil(top / ratio)
    return QRect(x, y, math.floor((left + width) / ratio) - x, math.floor((top + height) / ratio) - y)


def _around(area: QRect, covered: QRect) -> list[QRect]:
    """Return the parts of `area` outside `covered`."""
    inner = covered.intersected(area)
    if inner.isEmpty():
        return [area]
    below, beside = inner.y() + inner.height(), inner.x() + inner.width()
    parts = [
        QRect(area.x(), area.y(), area.width(), inner.y() - area.y()),
        QRect(area.x(), below, area.width(), area.y() + area.height() - below),
        QRect(area.x(), inner.y(), inner.x() - area.x(), inner.height()),
        QRect(beside, inner.y(), area.x() + area.width() - beside, inner.height()),
    ]
    return [part for part in parts if not part.isEmpty()]
