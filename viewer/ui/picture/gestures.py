"""What the mouse does on a picture, as one drag after the other."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt

from viewer.tools.action import Tool
from viewer.tools.pan import PAN
from viewer.tools.zoom import ZOOM
from viewer.viewport.presentation import Presentation

_CLICK_SLACK = 4.0  # logical pixels a hand may tremble in a click
_ANGLE_PER_STEP = 120  # eighths of a degree in one notch of a wheel
_WHEEL_ZOOM = 1.2


def tool_for(button: Qt.MouseButton, left_tool: Tool, *, space: bool) -> Tool | None:
    """Return what a button drags with."""
    if button == Qt.MouseButton.LeftButton:
        return PAN if space else left_tool
    if button == Qt.MouseButton.MiddleButton:
        return PAN
    return ZOOM if button == Qt.MouseButton.RightButton else None


class Drag:
    """One drag from press to release; everything is reckoned from where it began, so there and back is nothing."""

    def __init__(
        self, presentation: Presentation, tool: Tool, button: Qt.MouseButton, place: QPointF, ratio: float
    ) -> None:
        self.tool = tool
        self.button = button
        self.moved = False
        self._from = place
        self._follow = tool.gesture(presentation, (place.x(), place.y()), ratio)

    def move(self, place: QPointF) -> bool:
        """Follow the mouse; tells whether anything changed."""
        dx, dy = place.x() - self._from.x(), place.y() - self._from.y()
        if not self.moved and math.hypot(dx, dy) < _CLICK_SLACK:
            return False
        self.moved = True
        self._follow(dx, dy)
        return True


class Wheel:
    """Turns fine wheel movements into whole steps."""

    def __init__(self) -> None:
        self._turned = 0

    def steps(self, angle: int) -> int:
        """Return whole notches, keeping the rest; a turn the other way begins anew."""
        if angle * self._turned < 0:
            self._turned = 0
        self._turned += angle
        steps = int(self._turned / _ANGLE_PER_STEP)
        self._turned -= steps * _ANGLE_PER_STEP
        return steps

    @staticmethod
    def zoom(angle: int) -> float:
        """Return the zoom factor of a turn."""
        return float(_WHEEL_ZOOM ** (angle / _ANGLE_PER_STEP))
