"""The size of the picture, by dragging and by keys; whole, and pixel by pixel."""

from __future__ import annotations

import math

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.rendering.view_state import Point
from viewer.tools.action import Action, Do, Follow, Tool, take_up
from viewer.viewport.presentation import Presentation

_PIXELS_PER_E = 200.0  # screen pixels of dragging that enlarge e times


def drag(presentation: Presentation, start: Point, ratio: float) -> Follow:
    """Enlarge about where the drag began, up for larger."""
    view, about = presentation.view, (start[0] * ratio, start[1] * ratio)
    return lambda right, down: presentation.zoom(math.exp(-down / _PIXELS_PER_E), about, view)


def _size(name: str, label: str, keys: tuple[str, ...], do: Do, icon: str, meaning: str = "") -> Action:
    return Action(name, label, keys, "size", do, icon, in_bar=True, meaning=meaning, redraws=True)


ZOOM = Tool(
    take_up(
        "tool-zoom",
        QT_TRANSLATE_NOOP("Viewer", "Zoom"),
        "Z",
        "search",
        QT_TRANSLATE_NOOP("Viewer", "Drag with the left button up to enlarge, down to shrink"),
    ),
    drag,
    QT_TRANSLATE_NOOP("Viewer", "Left button: enlarge and shrink"),
    "up-down",
)
ACTIONS = (
    _size(
        "zoom-in",
        QT_TRANSLATE_NOOP("Viewer", "Larger"),
        ("+", "="),
        lambda at: at.presentation.zoom(1.25, at.pointer),
        "zoom-in",
    ),
    _size(
        "zoom-out",
        QT_TRANSLATE_NOOP("Viewer", "Smaller"),
        ("-",),
        lambda at: at.presentation.zoom(0.8, at.pointer),
        "zoom-out",
    ),
    _size(
        "fit",
        QT_TRANSLATE_NOOP("Viewer", "Fit"),
        ("F",),
        lambda at: at.presentation.fit(),
        "maximize",
        QT_TRANSLATE_NOOP("Viewer", "Show the whole picture"),
    ),
    _size(
        "actual",
        QT_TRANSLATE_NOOP("Viewer", "1:1"),
        ("A",),
        lambda at: at.presentation.actual(),
        "scaling",
        QT_TRANSLATE_NOOP("Viewer", "Show each pixel of the picture as one pixel of the screen"),
    ),
)
