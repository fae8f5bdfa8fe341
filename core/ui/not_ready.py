"""The sign that a button takes no press for a moment: a veil over it, which moves nothing and says so in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid

_VEIL = QColor(128, 128, 128, 130)  # greys light and dark grounds alike
_EDGE = (QColor(0, 0, 0), QColor(255, 255, 255))  # one of them is seen on any ground
_DASH = 4.0
_RADIUS = 8.0


class NotReady:
    """One veil at a time, on one button."""

    def __init__(self) -> None:
        self._veil: Veil | None = None

    @property
    def button(self) -> QAbstractButton | None:
        """The button that is seen to be not ready."""
        return self._veil.button if self._veil is not None and isValid(self._veil) else None

    def cover(self, button: QAbstractButton) -> None:
        """Put the veil on a button; on the one that has it, keep it as large as the button."""
        if self.button is button and self._veil is not None:
            self._veil.setGeometry(button.rect())
            return
        self.lift()
        self._veil = Veil(button)

    def lift(self) -> None:
        """Take the veil away."""
        if self._veil is not None and isValid(self._veil):
            self._veil.hide()
            self._veil.deleteLater()
        self._veil = None


class Veil(QWidget):
    """Lies over a button, lets everything through, and is read aloud once."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self.button = button
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Ready in a moment: this button has only just come here. Then press again."))
        self.setGeometry(button.rect())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grey the button and draw a broken line around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_VEIL)
        painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for turn, colour in enumerate(_EDGE):
            pen = QPen(colour, 1.5)
            pen.setDashPattern([_DASH, _DASH])
            pen.setDashOffset(turn * _DASH)
            painter.setPen(pen)
            painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        painter.end()
