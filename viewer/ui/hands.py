"""What the mouse does on a picture, as one drag after the other."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QPointF, Qt

from dicom.description import Window
from viewer.rendering.view_state import Point, ViewState
from viewer.viewport.stage import Stage

Tool = Literal["window", "pan", "zoom"]

_PIXELS_PER_E = 200.0  # screen pixels of dragging that enlarge e times
_CLICK_SLACK = 4.0  # logical pixels a hand may tremble in a click
_ANGLE_PER_STEP = 120  # eighths of a degree in one notch of a wheel
_WHEEL_ZOOM = 1.2


def tool_for(button: Qt.MouseButton, left_tool: Tool, *, space: bool) -> Tool | None:
    """Return what a button drags with."""
    if button == Qt.MouseButton.LeftButton:
        return "pan" if space else left_tool
    if button == Qt.MouseButton.MiddleButton:
        return "pan"
    return "zoom" if button == Qt.MouseButton.RightButton else None


class Drag:
    """One drag from press to release; everything is reckoned from where it began, so there and back is nothing."""

    def __init__(self, stage: Stage, tool: Tool, button: Qt.MouseButton, place: QPointF, ratio: float) -> None:
        self.tool = tool
        self.button = button
        self.moved = False
        self._stage = stage
        self._from = place
        self._ratio = ratio
        self._view: ViewState = stage.view
        self._window: Window | None = stage.window_to_drag()

    def move(self, place: QPointF) -> bool:
        """Follow the mouse; tells whether anything changed."""
        dx, dy = place.x() - self._from.x(), place.y() - self._from.y()
        if not self.moved and math.hypot(dx, dy) < _CLICK_SLACK:
            return False
        self.moved = True
        if self.tool == "pan":
            self._stage.pan(dx * self._ratio, dy * self._ratio, self._view)
        elif self.tool == "zoom":
            self._stage.zoom(math.exp(-dy / _PIXELS_PER_E), self._about(), self._view)
        elif self._window is not None:
            self._stage.drag_window(self._window, dx, -dy)
        return True

    def _about(self) -> Point:
        return self._from.x() * self._ratio, self._from.y() * self._ratio


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
