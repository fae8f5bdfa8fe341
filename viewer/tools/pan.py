"""Moving the picture, by dragging and by keys."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.rendering.view_state import Point
from viewer.tools.action import Action, Follow, Tool, take_up
from viewer.viewport.presentation import Presentation

_STEP = 40  # device pixels a key moves the picture


def drag(presentation: Presentation, start: Point, ratio: float) -> Follow:
    """Move the picture from where it lay."""
    view = presentation.view
    return lambda right, down: presentation.pan(right * ratio, down * ratio, view)


def _move(name: str, label: str, keys: tuple[str, ...], dx: float, dy: float) -> Action:
    return Action(name, label, keys, "move", lambda at: at.presentation.pan(dx, dy), redraws=True, only_in_picture=True)


PAN = Tool(
    take_up(
        "tool-pan",
        QT_TRANSLATE_NOOP("Viewer", "Move"),
        "P",
        "hand",
        QT_TRANSLATE_NOOP("Viewer", "Drag with the left button to move the picture"),
    ),
    drag,
    QT_TRANSLATE_NOOP("Viewer", "Left button: move the picture"),
    "hand",
)
ACTIONS = (
    _move("move-left", QT_TRANSLATE_NOOP("Viewer", "Move left"), ("Ctrl+Shift+Left", "Shift+Left"), -_STEP, 0),
    _move("move-right", QT_TRANSLATE_NOOP("Viewer", "Move right"), ("Ctrl+Shift+Right", "Shift+Right"), _STEP, 0),
    _move("move-up", QT_TRANSLATE_NOOP("Viewer", "Move up"), ("Ctrl+Shift+Up",), 0, -_STEP),
    _move("move-down", QT_TRANSLATE_NOOP("Viewer", "Move down"), ("Ctrl+Shift+Down",), 0, _STEP),
)
